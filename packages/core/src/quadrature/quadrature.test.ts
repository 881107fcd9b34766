import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DomainError } from "../errors.ts";
import { UNIT_ROUNDOFF } from "../../tests/distance.ts";
import { erf } from "../elementary/error-function.ts";
import { tanh } from "../elementary/hyperbolic.ts";
import { sin } from "../elementary/trigonometric.ts";
import { gammaRatio } from "../statistics/gamma.ts";
import { betaQuadrature } from "./gauss-jacobi.ts";
import { gaussQuadrature } from "./gauss-quadrature.ts";
import { compositeGaussLegendre, gaussLegendre } from "./gauss-legendre.ts";
import { normalExpectation } from "./normal-expectation.ts";
import { integrate } from "./quadrature.ts";
import { radialQuadrature } from "./radial.ts";

/** Relative distance, with the reference below. */
const relative = (value: number, reference: number): number => Math.abs(value / reference - 1);

describe("Gauss–Legendre", () => {
  test("two and three nodes, by hand", () => {
    const two = gaussLegendre(2);
    expect(two.nodes[1]).toBeCloseTo(1 / Math.sqrt(3), 15);
    expect(two.nodes[0]).toBe(-two.nodes[1]);
    expect(two.weights[0]).toBeCloseTo(1, 15);
    const three = gaussLegendre(3);
    expect(three.nodes[1]).toBe(0);
    expect(three.nodes[2]).toBeCloseTo(Math.sqrt(0.6), 15);
    expect(three.weights[1]).toBeCloseTo(8 / 9, 15);
  });

  for (const count of [1, 2, 3, 5, 8, 16, 32, 64, 101]) {
    test(`${count} nodes are exact through degree ${2 * count - 1}, and no further`, () => {
      const rule = gaussLegendre(count, 0, 1);
      for (let degree = 0; degree < 2 * count; degree++) {
        const moment = integrate(rule, (x) => x ** degree);
        // a node error of one ulp changes x^degree by degree ulps
        expect(relative(moment, 1 / (degree + 1))).toBeLessThanOrEqual((8 + 2 * degree) * 2 * UNIT_ROUNDOFF);
      }
      if (count <= 8)
        expect(
          relative(
            integrate(rule, (x) => x ** (2 * count)),
            1 / (2 * count + 1),
          ),
        ).toBeGreaterThan(1e-10);
    });
  }

  test("nodes ascend, weights are positive and mirror each other", () => {
    for (const count of [7, 32]) {
      const { nodes, weights } = gaussLegendre(count);
      nodes.forEach((x, i) => {
        expect(x).toBe(nodes[count - 1 - i] === 0 ? 0 : -nodes[count - 1 - i]);
        expect(weights[i]).toBe(weights[count - 1 - i]);
        expect(weights[i]).toBeGreaterThan(0);
        if (i > 0) expect(x).toBeGreaterThan(nodes[i - 1]);
      });
    }
  });

  test("panels integrate what is smooth between breakpoints: ∫|x| over [−1, 2]", () => {
    expect(integrate(compositeGaussLegendre([-1, 0, 2], 1), Math.abs)).toBeCloseTo(2.5, 15);
    expect(integrate(compositeGaussLegendre([0, 1, 2, 3], 16), Math.exp)).toBeCloseTo(Math.exp(3) - 1, 13);
  });

  test("what is no interval or no count is refused", () => {
    expect(() => gaussLegendre(0)).toThrow(DomainError);
    expect(() => gaussLegendre(3, 1, 1)).toThrow(DomainError);
    expect(() => gaussLegendre(3, 0, Infinity)).toThrow(DomainError);
    expect(() => compositeGaussLegendre([0, 2, 1], 3)).toThrow("strictly increasing breakpoints; got [0, 2, 1]");
    expect(() => compositeGaussLegendre([0], 3)).toThrow(DomainError);
    expect(() => compositeGaussLegendre([0, 1], 1.5)).toThrow(DomainError);
  });
});

describe("Beta quadrature", () => {
  for (const [a, b] of [
    [1, 1],
    [0.5, 0.5],
    [0.5, 2],
    [2.5, 1.5],
    [0.5, 49.5],
    [12, 0.25],
  ] as const) {
    test(`moments of Beta(${a}, ${b}) are exact through degree 2n − 1`, () => {
      for (const count of [1, 2, 6, 20]) {
        const rule = betaQuadrature(count, a, b);
        for (let degree = 0; degree < 2 * count; degree++) {
          const moment = gammaRatio(a, degree) / gammaRatio(a + b, degree);
          expect(
            relative(
              integrate(rule, (t) => t ** degree),
              moment,
            ),
          ).toBeLessThanOrEqual(1e-12);
        }
      }
    });
  }

  test("the uniform law is Gauss–Legendre on (0, 1)", () => {
    const [beta, legendre] = [betaQuadrature(12, 1, 1), gaussLegendre(12, 0, 1)];
    beta.nodes.forEach((x, i) => {
      expect(x).toBeCloseTo(legendre.nodes[i], 14);
      expect(beta.weights[i]).toBeCloseTo(legendre.weights[i], 14);
    });
  });

  test("the arcsine law has the Chebyshev nodes and equal weights", () => {
    const { nodes, weights } = betaQuadrature(8, 0.5, 0.5);
    nodes.forEach((x, i) => {
      expect(x).toBeCloseTo(0.5 - 0.5 * Math.cos(((2 * i + 1) * Math.PI) / 16), 14);
      expect(weights[i]).toBeCloseTo(1 / 8, 14);
    });
  });

  test("exponents that are not positive are refused", () => {
    expect(() => betaQuadrature(3, 0, 1)).toThrow(DomainError);
    expect(() => betaQuadrature(3, 1, NaN)).toThrow(DomainError);
    expect(() => betaQuadrature(0, 1, 1)).toThrow(DomainError);
  });
});

describe("Gauss's rule of a recurrence", () => {
  test("of the standard normal, three nodes: 0 and ±√3, weights 2/3 and 1/6", () => {
    const { nodes, weights } = gaussQuadrature({
      centres: new Float64Array(3),
      links: Float64Array.of(0, 1, Math.sqrt(2)),
    });
    [-Math.sqrt(3), 0, Math.sqrt(3)].forEach((node, i) => expect(nodes[i]).toBeCloseTo(node, 14));
    [1 / 6, 2 / 3, 1 / 6].forEach((weight, i) => expect(weights[i]).toBeCloseTo(weight, 14));
  });

  test("links are as many as centres", () => {
    const recurrence = { centres: new Float64Array(3), links: new Float64Array(2) };
    expect(() => gaussQuadrature(recurrence)).toThrow(/as many links as centres/);
  });
});

describe("normal expectations", () => {
  test("E z²ᵏ = (2k − 1)!!", () => {
    let moment = 1;
    for (let k = 0; k <= 10; k++) {
      expect(
        relative(
          normalExpectation((z) => z ** (2 * k)),
          moment,
        ),
      ).toBeLessThanOrEqual(1e-13);
      expect(Math.abs(normalExpectation((z) => z ** (2 * k + 1)))).toBeLessThanOrEqual(1e-13 * moment * (2 * k + 1));
      moment *= 2 * k + 1;
    }
  });

  test("kinks and jumps at breakpoints cost nothing", () => {
    expect(normalExpectation((z) => z * Math.sign(z))).toBeCloseTo(Math.sqrt(2 / Math.PI), 13);
    expect(normalExpectation((z) => Math.max(z - 0.7, 0), { breakpoints: [0.7] })).toBeCloseTo(
      Math.exp(-0.245) / Math.sqrt(2 * Math.PI) - 0.7 * 0.5 * (1 - erf(0.7 / Math.SQRT2)),
      13,
    );
    expect(normalExpectation((z) => (z > 1 ? 1 : 0), { breakpoints: [1, 1, 20] })).toBeCloseTo(
      0.5 * (1 - erf(1 / Math.SQRT2)),
      14,
    );
  });

  test("sin and erf of steep slope, against their closed forms", () => {
    for (const kappa of [0.1, 1, 3, 8, 25]) {
      const scale = 1 / kappa;
      expect(normalExpectation((z) => sin(kappa * z) ** 2, { scale })).toBeCloseTo(
        (1 - Math.exp(-2 * kappa * kappa)) / 2,
        13,
      );
      const square = kappa * kappa;
      expect(normalExpectation((z) => erf(kappa * z) ** 2, { scale })).toBeCloseTo(
        (2 / Math.PI) * Math.asin((2 * square) / (1 + 2 * square)),
        13,
      );
    }
  });

  test("tanh to the twelve digits of the theory notes", () => {
    expect(normalExpectation((z) => z * tanh(z))).toBeCloseTo(0.605705509602, 12);
    expect(normalExpectation((z) => tanh(z) ** 2)).toBeCloseTo(0.394294490398, 12);
    expect(normalExpectation((z) => (z * tanh(z)) ** 2)).toBeCloseTo(0.757889866679, 12);
  });

  test("a scale that is not positive, or hopelessly small, is refused", () => {
    for (const scale of [0, -1, NaN, 1e-9]) expect(() => normalExpectation(Math.sin, { scale })).toThrow(DomainError);
  });
});

describe("radial quadrature", () => {
  for (const dimension of [1, 2, 3, 5, 20, 100, 1000, 10_000]) {
    test(`moments of ‖w‖ in dimension ${dimension}`, () => {
      const rule = radialQuadrature(dimension);
      expect(integrate(rule, () => 1)).toBeCloseTo(1, 14);
      for (const power of [1, 2, 3, 4, 6]) {
        const moment = 2 ** (power / 2) * gammaRatio(dimension / 2, power / 2);
        expect(
          relative(
            integrate(rule, (t) => t ** power),
            moment,
          ),
        ).toBeLessThanOrEqual(1e-13 * Math.max(1, dimension / 1000));
      }
    });
  }

  test("functions that are no polynomials of t²: E tanh(‖w‖) in dimension 1 is a normal expectation", () => {
    expect(integrate(radialQuadrature(1), (t) => tanh(2 * t))).toBeCloseTo(
      normalExpectation((z) => Math.abs(tanh(2 * z)), { scale: 0.5 }),
      13,
    );
  });

  test("a dimension that is no whole number is refused", () => {
    for (const dimension of [0, -2, 1.5, NaN]) expect(() => radialQuadrature(dimension)).toThrow(DomainError);
  });
});

test("integrate is linear", () => {
  const rule = gaussLegendre(6, -1, 3);
  fc.assert(
    fc.property(fc.integer({ min: -9, max: 9 }), (k) => {
      const together = integrate(rule, (x) => x * x + k * x);
      return (
        Math.abs(together - integrate(rule, (x) => x * x) - k * integrate(rule, (x) => x)) <=
        1e-13 * (20 + Math.abs(k) * 8)
      );
    }),
  );
});
