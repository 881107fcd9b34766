import { expectClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { gaussRule, orthonormalPolynomials } from "./gauss-rule.ts";

describe("gaussRule", () => {
  test("two nodes integrate cubics over three points exactly", () => {
    const [nodes, weights] = [Float64Array.of(-1, 0, 2), Float64Array.of(0.25, 0.5, 1)];
    const rule = gaussRule(nodes, weights, 2);
    for (const power of [0, 1, 2, 3]) {
      const exact = nodes.reduce((sum, x, i) => sum + weights[i] * x ** power, 0);
      expectClose(
        rule.nodes.reduce((sum, x, i) => sum + rule.weights[i] * x ** power, 0),
        exact,
        1e-14,
      );
    }
  });

  test("equal weights on 0, …, N − 1 have Chebyshev's recurrence, to its end, in any unit", () => {
    for (const unit of [1, 1e-9, 1e9]) {
      const size = 20;
      const points = Float64Array.from({ length: size }, (_, i) => i * unit);
      const { mass, centres, links } = orthonormalPolynomials(points, new Float64Array(size).fill(0.5), size + 3);
      expect([mass, centres.length, links.length, links[0]]).toEqual([size / 2, size, size, 0]);
      for (let k = 0; k < size; k++) {
        expectClose(centres[k] / unit, (size - 1) / 2, 1e-12);
        // link_k² = k²(N² − k²)/(4(4k² − 1))
        if (k > 0) expectClose(links[k] / unit, (k / 2) * Math.sqrt((size ** 2 - k ** 2) / (4 * k ** 2 - 1)), 1e-12);
      }
    }
  });

  test("a point that is given twice is one, and a point without weight none", () => {
    for (const unit of [1, 1e-6, 1e6]) {
      const points = Float64Array.from([3, 1, 3, 7, 8], (x) => x * unit);
      const { nodes, weights } = gaussRule(points, Float64Array.of(1, 2, 0.5, 0, 1), 5);
      expectClose(
        nodes.map((x) => x / unit),
        [1, 3, 8],
        1e-13,
      );
      expectClose(weights, [2, 1.5, 1], 1e-13);
    }
  });

  test("the first L + 1 polynomials are what is asked for", () => {
    const points = Float64Array.of(1, 2, 3, 5, 8, 13);
    const { centres, links } = orthonormalPolynomials(points, new Float64Array(6).fill(1), 3);
    expect([centres.length, links.length]).toEqual([4, 4]);
    expect(gaussRule(points, new Float64Array(6).fill(1), 3).nodes.length).toBe(3);
  });

  test("a measure of three points has three polynomials and no more", () => {
    const polynomials = orthonormalPolynomials(Float64Array.of(-1, 0, 2), Float64Array.of(0.25, 0.5, 1), 9);
    expect(polynomials.centres.length).toBe(3);
    expectClose(gaussRule(Float64Array.of(-1, 0, 2), Float64Array.of(0.25, 0.5, 1), 9).nodes, [-1, 0, 2], 1e-14);
  });
});
