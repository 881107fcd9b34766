import { dot, multiplyVector, scale, symmetricEigen, symmetricPart } from "@onestep/core";
import { anyMatrix, anyVector } from "@onestep/testkit";
import { assert, integer, property, tuple } from "fast-check";
import { expect, it } from "vitest";
import { euclideanNorm } from "./euclidean-norm.ts";
import { trustRegionStep } from "./trust-region.ts";

const anyModel = integer({ min: 1, max: 4 }).chain((size) =>
  tuple(anyMatrix(size, size), anyVector(size), anyVector(size), integer({ min: -3, max: 3 })),
);

it("no step within the radius lets the model fall further, whatever it curves like", () => {
  assert(
    property(anyModel, ([matrix, gradient, other, power]) => {
      const hessian = symmetricPart(matrix);
      const radius = 2 ** power;
      const eigen = symmetricEigen(hessian);
      const { step, promised } = trustRegionStep(eigen, gradient, radius);
      const fallAlong = (move: Float64Array): number =>
        -dot(gradient, move) - dot(move, multiplyVector(hessian, move)) / 2;
      // Entries are 8 at most: what 2⁻²⁶ of the largest curvature, taken for none, can be worth; and along directions
      // taken for flat, what a slope of up to 2⁻¹⁰ of the gradient can be.
      const sizes = eigen.values.map(Math.abs);
      const isFlat = Math.min(...sizes) <= 2 ** -26 * Math.max(...sizes);
      const leftAlone = isFlat ? 2 ** -10 * radius * euclideanNorm(gradient) : 0;
      const slack = 2 ** -20 * (1 + radius) ** 2 + 2 * leftAlone;
      expect(euclideanNorm(step)).toBeLessThanOrEqual(radius * (1 + 2 ** -30));
      expect(Math.abs(promised - fallAlong(step))).toBeLessThan(2 ** -20 * (1 + radius) ** 2);
      const length = euclideanNorm(other) || 1;
      for (const share of [1, 0.5, 0.1]) {
        const move = other.map((entry) => (entry * radius * share) / length);
        expect(fallAlong(move)).toBeLessThan(promised + slack);
        expect(fallAlong(move.map((entry) => -entry))).toBeLessThan(promised + slack);
      }
    }),
  );
});

it("follows the direction that curves down most where no slope points along it", () => {
  const saddle = symmetricEigen(scale({ rows: 2, columns: 2, values: Float64Array.of(1, 0, 0, -1) }, 2));
  const { step, promised } = trustRegionStep(saddle, Float64Array.of(2, 0), 3);
  // λ = 2, so that p₁ = −2/(2 + 2), and the rest of the length goes along the second axis.
  expect(step[0]).toBeCloseTo(-0.5, 9);
  expect(Math.abs(step[1])).toBeCloseTo(Math.sqrt(9 - 0.25), 9);
  expect(promised).toBeCloseTo(1 - 0.25 + 8.75, 8);
});
