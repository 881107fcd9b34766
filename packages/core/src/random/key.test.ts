import { expect, test } from "vitest";
import { DomainError } from "../errors.ts";
import { childKey, describeKey, randomKey } from "./key.ts";

test("an address is readable", () => {
  const key = childKey(childKey(childKey(randomKey(7), "train", 12), "prompt", 17), "covariates");
  expect(describeKey(key)).toBe("7/train:12/prompt:17/covariates");
});

test("the same address gives the same words, and an omitted index means 0", () => {
  expect(childKey(randomKey(3), "prompt", 5).words).toEqual(childKey(randomKey(3), "prompt", 5).words);
  expect(childKey(randomKey(3), "noise").words).toEqual(childKey(randomKey(3), "noise", 0).words);
});

test("seeds, labels and indices all tell keys apart, across 32-bit boundaries too", () => {
  const seen = new Set<string>();
  const seeds = [0, 1, 2, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1];
  const labels = ["prompt", "promp", "tpromp", "noise", "", "a", "covariates", "covariatesquery"];
  const indices = [0, 1, 2, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1];
  for (const seed of seeds)
    for (const label of labels)
      for (const index of indices) seen.add(childKey(randomKey(seed), label, index).words.join());
  expect(seen.size).toBe(seeds.length * labels.length * indices.length);
});

test("0 is a seed like any other", () => {
  expect(randomKey(0).words).toEqual(randomKey(0).words);
  expect(randomKey(0).words).not.toEqual(randomKey(1).words);
});

test.each([Number.NaN, -1, 0.5, 2 ** 53, Number.POSITIVE_INFINITY])("a seed of %s is refused", (seed) => {
  expect(() => randomKey(seed)).toThrow(DomainError);
});

test("a negative index is refused", () => {
  expect(() => childKey(randomKey(0), "prompt", -1)).toThrow(/childKey: expected an integer index/);
});
