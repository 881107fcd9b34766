import { expectClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { requirePositiveSemidefinite, type InvariantKernel } from "./invariant-kernel.ts";
import { kernelEnergies } from "./kernel.ts";

const isSame = (r: number, s: number, product: number): boolean => r === s && product >= (1 - 1e-9) * r * s;

describe("the points on which a function must be a kernel", () => {
  test.each([
    [1, [1]],
    [2, [0, Math.SQRT1_2, 1]],
    [3, [0, 1 / 3, 1 / 2, 1 / Math.sqrt(3), Math.SQRT1_2, Math.sqrt(2 / 3), 1]],
    [7, [0, 1 / 3, 1 / 2, 1 / Math.sqrt(3), Math.SQRT1_2, Math.sqrt(2 / 3), 1]],
  ])("lie on the axes and diagonals of up to three of %d coordinates, at three distances", (dimension, cosines) => {
    const [norms, found] = [new Set<number>(), new Set<number>()];
    requirePositiveSemidefinite(
      "f",
      (r, s, product) => {
        expect(Math.abs(product)).toBeLessThanOrEqual(r * s);
        norms.add(r);
        found.add(Math.round((1e12 * product) / (r * s)));
        return product;
      },
      dimension,
    );
    expectClose(
      [...norms].sort((a, b) => a - b),
      [0.5, 1, 1.5].map((share) => share * Math.sqrt(dimension)),
      1e-15,
    );
    const both = [...new Set(cosines.flatMap((value) => [-value, value].map((one) => Math.round(1e12 * one) + 0)))];
    expect([...found].map((value) => value + 0).sort((a, b) => a - b)).toEqual(both.sort((a, b) => a - b));
  });
});

describe("nine digits may be rounding", () => {
  const passes = (kernel: InvariantKernel): boolean => {
    try {
      requirePositiveSemidefinite("f", kernel, 1);
      return true;
    } catch {
      return false;
    }
  };

  test("of the largest variance, where two points are exchanged", () => {
    // Variances from 10⁻⁴ at the inner points to 1 at the outer ones.
    const lopsided = (digits: number) =>
      passes((r, s, product) => (isSame(r, s, product) ? (r > 1 ? 1 : 1e-4) : 0) + (r < s ? digits : 0));
    expect([0.9, 1.1].map((share) => lopsided(share * 2 ** -30))).toEqual([true, false]);
  });

  test("of the largest variance and for each of the six points, in the smallest eigenvalue", () => {
    const indefinite = (digits: number) =>
      passes((r, s, product) => (isSame(r, s, product) ? (r > 1 ? 1 : r < 1 ? -digits : 0) : 0));
    expect([5.5, 6.5].map((share) => indefinite(share * 2 ** -30))).toEqual([true, false]);
  });
});

test("opposite points count too: a kernel on the line is no kernel for its values at positive points alone", () => {
  expect(() => requirePositiveSemidefinite("f", (_, __, product) => (product < 0 ? -2 : 1), 1)).toThrowError(
    "f: expected a kernel k(x, x') = E f(x)f(x'), symmetric and positive semidefinite; got a Gram matrix",
  );
  expect(() => requirePositiveSemidefinite("f", (r, s) => r - s, 1)).toThrowError("with the points exchanged");
});

test("an even kernel has no linear part, and no negative one by rounding", () => {
  for (const dimension of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const { signalEnergy } = kernelEnergies((_, __, product) => product * product, dimension, 12);
    expect(signalEnergy).toBeGreaterThanOrEqual(0);
    expectClose(signalEnergy, 0, 1e-11 * dimension ** 3);
  }
});
