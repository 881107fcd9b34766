import { anyContextLength, anyCovariance, anyDimension, anyNoiseVariance, anyVector } from "@onestep/testkit";
import { assert, boolean, constantFrom, integer, oneof, property, record, type Arbitrary } from "fast-check";
import { toRows } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { describePromptLaw } from "./describe.ts";
import { parsePromptLaw } from "./parse.ts";

const anyRows = (dimension: number): Arbitrary<object> =>
  anyCovariance(dimension).map(({ matrix }) => ({ law: "gaussian", covariance: toRows(matrix) }));

const anyTarget = (dimension: number): Arbitrary<object> =>
  oneof(
    record({ covariance: anyCovariance(dimension), mean: anyVector(dimension) }).map(({ covariance, mean }) => ({
      law: "linear",
      tasks: { law: "gaussian", covariance: toRows(covariance.matrix), mean: [...mean] },
    })),
    record({
      link: constantFrom<unknown>("tanh", { name: "sin", scale: 2 }, { name: "hermite", coefficients: [1, 0.5] }),
      whiten: boolean(),
    }).map(({ link, whiten }) => ({ law: "random-sign", of: { law: "single-index", link, whiten } })),
  );

const anyLengths = (): Arbitrary<unknown> =>
  oneof(
    anyContextLength(),
    record({ from: anyContextLength(), more: integer({ min: 1, max: 5 }) }).map(({ from, more }) => ({
      law: "uniform",
      from,
      to: from + more,
    })),
  );

const anyLawFile = anyDimension().chain((dimension) =>
  record(
    {
      contextLength: anyLengths(),
      queries: integer({ min: 2, max: 4 }),
      covariates: anyRows(dimension),
      target: anyTarget(dimension),
      noise: anyNoiseVariance().map((variance) => ({ law: "gaussian", variance })),
      query: anyRows(dimension).map((covariates) => ({ covariates })),
    },
    { requiredKeys: ["contextLength", "covariates", "target", "noise"] },
  ),
);

describe("describePromptLaw", () => {
  it("describes a law whose file reads back to the same description, and contains what was written", () => {
    assert(
      property(anyLawFile, (file) => {
        const described = describePromptLaw(parsePromptLaw(file));
        expect(described).toMatchObject(file);
        expect(describePromptLaw(parsePromptLaw(JSON.parse(JSON.stringify(described))))).toEqual(described);
      }),
    );
  });
});
