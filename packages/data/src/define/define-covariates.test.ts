import { covariance, DomainError, multiply, ShapeError, toRows, transpose } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { linearTarget } from "../targets/linear.ts";
import { gaussianTasks } from "../tasks/gaussian.ts";
import { defineCovariates } from "./define-covariates.ts";
import { describeLaw } from "./definition.ts";
import { matrixParameter } from "./matrix-parameters.ts";
import { positive } from "./parameter.ts";
import { UnknownNameError } from "./unknown-name-error.ts";

/** A contributor's law, whole: rows ±r with fair signs, mixed. */
const signs = defineCovariates({
  name: "signs",
  summary: "Fair signs of one radius, mixed.",
  parameters: {
    radius: positive({ description: "size of a coordinate" }),
    mixing: matrixParameter({ description: "A in x = Az", fallback: "identity" }),
  },
  covariance: ({ radius, mixing }) => {
    const scaled = { ...mixing, values: mixing.values.map((entry) => radius * entry) };
    return covariance(multiply(scaled, transpose(scaled)));
  },
  declares: { centered: true, invariance: "signed-permutations" },
  draw:
    ({ radius, mixing, dimension }) =>
    (stream, count, into, offset) => {
      for (let row = 0; row < count; row++) {
        const z = Array.from({ length: dimension }, () => radius * stream.sign());
        z.forEach((_, i) => {
          into[offset + row * dimension + i] = z.reduce((sum, zj, j) => sum + mixing.values[i * dimension + j] * zj, 0);
        });
      }
    },
});

describe("a law defined in one file", () => {
  it("fills in fallbacks and records every parameter", () => {
    const law = signs({ dimension: 2, radius: 3 });
    expect(describeLaw(law)).toEqual({ law: "signs", radius: 3, mixing: "identity" });
    expect(toRows(law.covariance.matrix)).toEqual([
      [9, 0],
      [0, 9],
    ]);
    expect(law).toMatchObject({ dimension: 2, gaussian: false, fourthMoment: undefined });
  });

  it("takes its dimension from a matrix", () => {
    expect(signs({ radius: 1, mixing: [[2]] }).dimension).toBe(1);
  });

  it("refuses inputs with the path at which they stand", () => {
    const build = signs as unknown as (inputs: object) => unknown;
    expect(() => build({ dimension: 2 })).toThrow(
      'signs covariates.radius: expected number > 0: size of a coordinate; got nothing. Try: give "radius"; it has no default',
    );
    expect(() => build({ dimension: 2, radius: 0 })).toThrow(DomainError);
    expect(() => build({ dimension: 2, radius: 1, mixing: [[1]] })).toThrow(ShapeError);
    expect(() => build({ dimension: 2, radius: 1, mixing: "identiti" })).toThrow(DomainError);
    expect(() => build({ radius: 1 })).toThrow(/signs covariates.dimension: expected a dimension; got nothing/);
    expect(() => build({ dimension: 0, radius: 1 })).toThrow(/an integer dimension ≥ 1; got 0/);
    expect(() => build({ dimension: 1, radius: 1, mixin: [[1]] })).toThrow(UnknownNameError);
  });

  it("refuses a law inside it of another dimension or kind", () => {
    const tasks = gaussianTasks({ dimension: 3 });
    expect(() => linearTarget({ tasks, dimension: 2 })).toThrow(ShapeError);
    expect(() => linearTarget({ tasks: signs({ dimension: 2, radius: 1 }) as never, dimension: 2 })).toThrow(
      "linear target.tasks: expected a law of tasks; got an object with kind, name",
    );
  });
});
