import { expect, test } from "vitest";
import { remainingTime } from "./remaining-time.ts";

test("the rest takes as long as the pace so far says, in words", () => {
  expect(remainingTime(10, 0.5)).toBe("about 10 s left");
  expect(remainingTime(600, 0.5)).toBe("about 10 min left");
  expect(remainingTime(36_000, 0.5)).toBe("about 10 h left");
});

test("nothing is guessed before there is a pace, at the end, or where nothing was left to do", () => {
  expect([0, 0.01, 1, 0 / 0].map((part) => remainingTime(10, part))).toEqual(["", "", "", ""]);
});
