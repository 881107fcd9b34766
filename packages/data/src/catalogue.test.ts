/// <reference types="node" preserve="true" />
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { lawCatalogue, lawShelf, type CatalogueEntry } from "./catalogue.ts";
import { linkShelf } from "./links/shelf.ts";

const namesOf = (kind: CatalogueEntry["kind"]): string[] =>
  lawCatalogue.filter((entry) => entry.kind === kind).map(({ name }) => name);

describe("lawCatalogue", () => {
  it("is generated from the files of today", () => {
    const script = fileURLToPath(new URL("../tools/generate-catalogue.mjs", import.meta.url));
    expect(spawnSync(process.execPath, [script, "--check"], { encoding: "utf8" }).stderr).toBe("");
  });

  it.each([
    ["covariates", "gaussian"],
    ["tasks", "gaussian"],
    ["target", "linear"],
    ["noise", "none"],
    ["link", "identity"],
  ] as const)("lists the %s by name, after the plainest, %s", (kind, plainest) => {
    const [first, ...others] = namesOf(kind);
    expect(first).toBe(plainest);
    expect(others).toEqual([...new Set(others)].sort());
  });

  it.each([
    ["covariates", "gaussian rademacher uniform laplace exponential student-product student sphere mixture"],
    ["covariates", "gaussian-ar1 gaussian-prompt-mixture gaussian-random-spectrum"],
    ["target", "linear single-index two-layer gaussian-process random-features quadratic coordinate random-sign"],
    ["tasks", "gaussian sparse sphere rademacher skewed pool"],
    ["noise", "none gaussian student heteroscedastic mixture uniform-scale"],
    ["link", "identity relu leaky-relu abs sign erf sin cos cube hermite tanh gelu softplus sigmoid"],
  ] as const)("has the %s of the law-file contract: %s", (kind, names) => {
    expect(namesOf(kind)).toEqual(expect.arrayContaining(names.split(" ")));
  });

  it("has every definition of every shelf under its own kind", () => {
    for (const [kind, shelf] of [...Object.entries(lawShelf), ["link", linkShelf] as const]) {
      expect(shelf.map(({ definition }) => definition.name)).toEqual(namesOf(kind as CatalogueEntry["kind"]));
      expect(new Set(shelf.map(({ definition }) => definition.kind))).toEqual(new Set([kind]));
    }
  });

  it("is plain JSON: a default is absent exactly where a parameter is required", () => {
    expect(JSON.parse(JSON.stringify(lawCatalogue))).toEqual(lawCatalogue);
    const defaultsOf = (kind: string, name: string): unknown =>
      lawCatalogue
        .find((entry) => entry.kind === kind && entry.name === name)!
        .parameters.map((parameter) => [parameter.name, parameter.default]);
    expect(defaultsOf("tasks", "gaussian")).toEqual([
      ["covariance", 1],
      ["mean", 0],
    ]);
    expect(defaultsOf("target", "single-index")).toEqual([
      ["link", undefined],
      ["scale", 1],
      ["amplitude", 1],
      ["whiten", false],
    ]);
    expect(defaultsOf("link", "leaky-relu")).toEqual([["slope", 0.01]]);
  });
});
