import { anyOrthogonal, anyVector, expectClose } from "@onestep/testkit";
import { diagonal, multiply, multiplyVector, transpose, dot } from "@onestep/core";
import { assert, asyncProperty, tuple } from "fast-check";
import { describe, expect, it } from "vitest";
import { negativeCurvature } from "./negative-curvature.ts";
import type { Objective } from "./objective.ts";

describe("negative curvature", () => {
  it("is found wherever a quadratic form has any, along its direction, and nowhere else", async () => {
    const anyForm = tuple(anyOrthogonal(5), anyVector(5));
    await assert(
      asyncProperty(anyForm, async ([rotation, spectrum]) => {
        const form = multiply(rotation, diagonal(spectrum), transpose(rotation));
        const objective: Objective = (position) => {
          const gradient = multiplyVector(form, position);
          return { loss: dot(position, gradient) / 2, gradient };
        };
        const found = await negativeCurvature(objective, Float64Array.of(1, -2, 3, 4, 0.5));
        const least = Math.min(...spectrum);
        const largest = Math.max(...spectrum.map(Math.abs));
        if (least > -0.5 * 2 ** -20 * largest) expect(found).toBeUndefined();
        if (least < -2 * 2 ** -20 * largest) {
          expectClose(found?.value ?? NaN, least, 1e-8 * largest);
          expectClose(dot(found?.direction ?? [], multiplyVector(form, found?.direction ?? [])), least, 1e-8 * largest);
        }
      }),
    );
  });

  it("is found in one dimension, at the origin too", async () => {
    const double: Objective = ([x]) => ({ loss: (x * x - 1) ** 2, gradient: Float64Array.of(4 * x * (x * x - 1)) });
    const found = await negativeCurvature(double, Float64Array.of(0));
    expectClose(found?.value ?? NaN, -4, 1e-8);
    expectClose(Math.abs(found?.direction[0] ?? NaN), 1, 1e-15);
    expect(await negativeCurvature(double, Float64Array.of(1))).toBeUndefined();
  });
});
