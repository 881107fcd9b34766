import { DomainError } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { degreesOfFreedomParameter } from "./degrees-of-freedom-parameter.ts";
import { listOf } from "./list-parameter.ts";
import { covarianceParameter, vectorParameter } from "./matrix-parameters.ts";
import { between, positiveInteger } from "./parameter.ts";
import { radiusParameter } from "./radius-parameter.ts";
import { rowsParameter } from "./rows-parameter.ts";
import { weightsParameter } from "./weights-parameter.ts";

const site = { where: "law.x", dimension: 2 };
const about = { description: "a parameter" };

describe("weights", () => {
  const parameter = weightsParameter(about);

  it("are probabilities, recorded as they were written", () => {
    expect(parameter.read([0.25, 0.75], site)).toEqual({ value: [0.25, 0.75], recorded: [0.25, 0.75] });
    const thirds = [0.3333333333333, 0.3333333333333, 0.3333333333334];
    const { value, recorded } = parameter.read(thirds, site);
    expect(recorded).toEqual(thirds);
    expect(Math.abs(value.reduce((sum, weight) => sum + weight, 0) - 1)).toBeLessThanOrEqual(2 ** -52);
  });

  it.each([[[0.5, 0.6]], [[1.5, -0.5]], [[]], ["even"], [[0.5, "0.5"]]])("refuse %j", (input) => {
    expect(() => parameter.read(input, site)).toThrow(DomainError);
    expect(() => parameter.read(input, site)).toThrow(/^law\.x/);
  });
});

describe("lists of parameters", () => {
  const parameter = listOf(covarianceParameter(about), about);

  it("read and record each entry, and take a dimension from the first that implies one", () => {
    const { value, recorded } = parameter.read([3, [1, 2]], site);
    expect(value.map(({ matrix }) => [...matrix.values])).toEqual([
      [3, 0, 0, 3],
      [1, 0, 0, 2],
    ]);
    expect(recorded).toEqual([3, [1, 2]]);
    expect(parameter.impliedDimension!([3, [1, 2]])).toBe(2);
    expect(parameter.impliedDimension!([3, 4])).toBeUndefined();
    expect(parameter.impliedDimension!("none")).toBeUndefined();
    expect(parameter.type).toBe("list of (number | list | matrix)");
  });

  it("name the entry that does not belong", () => {
    expect(() => parameter.read([1, [1, -2]], site)).toThrow("law.x[1][1]: expected a variance ≥ 0; got -2");
    expect(() => parameter.read([], site)).toThrow(DomainError);
    expect(() => parameter.read(1, site)).toThrow("law.x: expected a list, each entry a number | list | matrix; got 1");
    expect(listOf(vectorParameter(about), about).impliedDimension!([0, [1, 2, 3]])).toBe(3);
  });
});

describe("numbers of a kind", () => {
  it.each([
    ["an integer ≥ 1", positiveInteger(about), [1, 7], [0, -1, 1.5, NaN, "2"]],
    ["strictly between two others", between(-1, 1, about), [0, -0.999], [1, -1, 2, NaN]],
    ["degrees of freedom", degreesOfFreedomParameter(about), [2.1, 1e9], [2, 0, -3, Infinity]],
    ["a radius", radiusParameter(about), [0.5], [0, -1, "d"]],
  ])("%s", (_, parameter, good, bad) => {
    for (const input of good) expect(parameter.read(input, site)).toEqual({ value: input, recorded: input });
    for (const input of bad) expect(() => parameter.read(input, site)).toThrow(DomainError);
  });

  it("a radius of √d, recorded as the number that it is", () => {
    expect(radiusParameter(about).read("√d", site)).toEqual({ value: Math.SQRT2, recorded: Math.SQRT2 });
  });
});

describe("rows", () => {
  it("imply the dimension of the first", () => {
    const { impliedDimension } = rowsParameter(about);
    expect(impliedDimension!([[1, 2, 3]])).toBe(3);
    expect([[], [[]], [1], "rows"].map(impliedDimension!)).toEqual(Array.from({ length: 4 }));
  });
});
