import { identity, multiply, transpose } from "@onestep/core";
import { anyCovariance, anyDimension, expectMatrixClose } from "@onestep/testkit";
import { assert, property } from "fast-check";
import { describe, it } from "vitest";
import { whitener } from "./whitener.ts";

describe("whitener", () => {
  it("takes Σ to the identity: TᵀΣT = I", () => {
    assert(
      property(
        anyDimension().chain((dimension) => anyCovariance(dimension, { conditionNumber: 100 })),
        (sigma) => {
          const transform = whitener(sigma);
          // Backward stable substitution: a few d roundoffs, times the condition number.
          const tolerance = 16 * sigma.dimension * 100 * Number.EPSILON;
          expectMatrixClose(
            multiply(transpose(transform), sigma.matrix, transform),
            identity(sigma.dimension),
            tolerance,
          );
        },
      ),
    );
  });
});
