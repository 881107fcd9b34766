import { expectClose } from "@onestep/testkit";
import { expect } from "vitest";

/** Fails unless every entry lies within its own tolerance. */
export function expectEntriesClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerances: ArrayLike<number>,
): void {
  expect(actual.length).toBe(expected.length);
  for (let at = 0; at < expected.length; at++) expectClose(actual[at], expected[at], tolerances[at]);
}
