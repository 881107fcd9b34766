import { DomainError, ShapeError } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { gaussianCovariates } from "../covariates/gaussian.ts";
import { noNoise } from "../noise/none.ts";
import { singleIndexTarget } from "../targets/single-index.ts";
import { promptLaw } from "./prompt-law.ts";

const parts = {
  contextLength: 4,
  covariates: gaussianCovariates({ dimension: 2 }),
  target: singleIndexTarget({ dimension: 2, link: "relu" }),
  noise: noNoise(),
};

describe("promptLaw", () => {
  it("takes its dimension from the covariates, and the query's law from the context's", () => {
    expect(promptLaw(parts)).toMatchObject({ contextLength: 4, dimension: 2, queryCovariates: parts.covariates });
  });

  it.each([0, -1, 2.5, NaN, Infinity])("refuses a context of length %s", (contextLength) => {
    expect(() => promptLaw({ ...parts, contextLength })).toThrow(DomainError);
  });

  it("refuses parts of different dimensions, and says which", () => {
    const target = singleIndexTarget({ dimension: 3, link: "relu" });
    expect(() => promptLaw({ ...parts, target })).toThrow(ShapeError);
    expect(() => promptLaw({ ...parts, target })).toThrow(
      "law.target: expected dimension 2, like the covariates; got dimension 3",
    );
    const queryCovariates = gaussianCovariates({ dimension: 1 });
    expect(() => promptLaw({ ...parts, queryCovariates })).toThrow(/^law\.query\.covariates: /);
  });
});
