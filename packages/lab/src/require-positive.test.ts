import { AssumptionError, DomainError } from "@onestep/core";
import { expect, it } from "vitest";
import { attempt } from "./attempt.ts";
import { firstThatApplies } from "./quantities/first-that-applies.ts";
import { requirePositive } from "./require-positive.ts";

const fail = (error: Error) => (): never => {
  throw error;
};
const words = { where: "here", expected: "a", arrived: "b", hint: "c" };

it("a tolerance is a positive finite number", () => {
  for (const value of [0, -1, NaN, Infinity]) {
    expect(() => requirePositive("identify: tolerance", value)).toThrow(
      `identify: tolerance: expected a positive finite number; got ${value}`,
    );
  }
  expect(requirePositive("here", 1e-300)).toBe(undefined);
});

it("a hypothesis that is not met has another way, and no other error has", () => {
  const unmet = new AssumptionError({ ...words, source: "s", unmet: ["u"] });
  expect(attempt(fail(unmet))).toBe(undefined);
  expect(firstThatApplies(fail(unmet), () => 3)).toBe(3);
  const wrong = new DomainError(words);
  expect(() => attempt(fail(wrong))).toThrow(wrong);
  expect(() => firstThatApplies(fail(wrong), () => 3)).toThrow(wrong);
});
