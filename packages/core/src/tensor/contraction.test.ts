import { expect, test } from "vitest";
import { DomainError, ShapeError } from "../errors.ts";
import { checkShape, checkValues, describeShape, elementCount } from "./checks.ts";
import { planContraction } from "./contraction.ts";

test("a plan lists free axes in the order of the output, then the summed ones", () => {
  const plan = planContraction("bni,bnj->bij", [4, 20, 3], [4, 20, 2]);
  expect(plan.outputShape).toEqual([4, 3, 2]);
  expect(plan.sizes).toEqual([4, 3, 2, 20]);
  expect(plan.axes).toEqual([
    { letter: "b", left: 0, right: 0, output: 0 },
    { letter: "i", left: 2, right: -1, output: 1 },
    { letter: "j", left: -1, right: 2, output: 2 },
    { letter: "n", left: 1, right: 1, output: -1 },
  ]);
});

test("a scalar has an empty term", () => {
  expect(planContraction("b,b->", [3], [3]).outputShape).toEqual([]);
  expect(planContraction("b,->b", [3], []).outputShape).toEqual([3]);
});

test("shapes that do not fit are refused with both shapes", () => {
  expect(() => planContraction("ij,j->i", [2, 3], [2])).toThrow(ShapeError);
  expect(() => planContraction("ij,j->i", [2, 3], [2])).toThrow(
    'contract("ij,j->i"): expected one size per letter, the same wherever the letter stands; got [2, 3] and [2]',
  );
  expect(() => planContraction("ij,j->i", [2], [2])).toThrow(ShapeError);
  expect(() => planContraction("ij,j->i", [2, 3], [3, 1])).toThrow(ShapeError);
});

test("malformed equations are refused", () => {
  for (const equation of [
    "",
    "ij,jk",
    "ij->ij",
    "ii,i->i",
    "i,j->iij",
    "i,j->k",
    "i,j,k->ijk",
    "I,J->IJ",
    "i, j->ij",
  ]) {
    expect(() => planContraction(equation, [2, 2], [2])).toThrow(DomainError);
  }
});

test("shapes in words and numbers", () => {
  expect(describeShape([2, 3])).toBe("[2, 3]");
  expect(elementCount([2, 3])).toBe(6);
  expect(elementCount([])).toBe(1);
  expect(() => checkShape("predict", [2, 3], [2, 3])).not.toThrow();
  expect(() => checkShape("predict", [3, 2], [2, 3])).toThrow("predict: expected the shape [2, 3]; got [3, 2]");
  expect(() => checkShape("predict", [2], [2, 3])).toThrow(ShapeError);
  expect(() => checkValues("fromValues", new Float64Array(5), [2, 3])).toThrow("got 5 values for the shape [2, 3]");
  expect(() => checkValues("fromValues", [], [0])).toThrow(ShapeError);
});
