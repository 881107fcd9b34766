import { describe, expect, it } from "vitest";
import { lawCatalogue } from "./catalogue.ts";

describe("lawCatalogue", () => {
  it("lists every law and link of the law-file contract that is built so far", () => {
    const names = lawCatalogue.map(({ kind, name }) => `${kind} ${name}`);
    expect(names).toEqual([
      "covariates gaussian",
      "tasks gaussian",
      "target linear",
      "target single-index",
      "target random-sign",
      "noise none",
      "noise gaussian",
      "link identity",
      "link relu",
      "link leaky-relu",
      "link abs",
      "link sign",
      "link erf",
      "link sin",
      "link cos",
      "link cube",
      "link hermite",
      "link tanh",
      "link gelu",
      "link softplus",
      "link sigmoid",
    ]);
  });

  it("is plain JSON: a default is absent exactly where a parameter is required", () => {
    expect(JSON.parse(JSON.stringify(lawCatalogue))).toEqual(lawCatalogue);
    const defaults = lawCatalogue.flatMap(({ kind, name, parameters }) =>
      parameters.map((parameter) => [`${kind} ${name} ${parameter.name}`, parameter.default]),
    );
    expect(defaults).toEqual([
      ["covariates gaussian covariance", 1],
      ["tasks gaussian covariance", 1],
      ["tasks gaussian mean", 0],
      ["target linear tasks", undefined],
      ["target single-index link", undefined],
      ["target single-index scale", 1],
      ["target single-index amplitude", 1],
      ["target single-index whiten", false],
      ["target random-sign of", undefined],
      ["noise gaussian variance", undefined],
      ["link leaky-relu slope", 0.01],
      ["link erf scale", 1],
      ["link sin scale", 1],
      ["link cos scale", 1],
      ["link hermite coefficients", undefined],
    ]);
  });
});
