import { identity } from "@onestep/core";
import { expect, test } from "vitest";
import { plainJson } from "./plain-json.ts";

test("matrices become rows, exact integers strings, and everything else stays", () => {
  const value = {
    gamma: identity(2),
    moments: [28n, 12345678901234567890n],
    losses: [2, 1],
    stepSize: null,
    attains: "best-step",
  };
  expect(plainJson(value, "here")).toEqual({
    gamma: [
      [1, 0],
      [0, 1],
    ],
    moments: ["28", "12345678901234567890"],
    losses: [2, 1],
    stepSize: null,
    attains: "best-step",
  });
});

test("a risk without bound is infinite in words", () => {
  expect(plainJson(Infinity, "least-squares-risk")).toBe("infinite");
});

test.each([NaN, -Infinity])("%s is refused with its place", (value) => {
  expect(() => plainJson({ losses: [1, value] }, "depth")).toThrowError(/depth\.losses: expected a number/);
});
