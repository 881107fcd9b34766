import { readFileSync } from "node:fs";

import type { GoldenCase, GoldenQuantity } from "./golden-case.ts";

let read: readonly GoldenCase[] | undefined;

function allCases(): readonly GoldenCase[] {
  if (read === undefined) {
    // The same relative address holds from src/golden and from dist/golden.
    const file = new URL("../../fixtures/golden.json", import.meta.url);
    read = (JSON.parse(readFileSync(file, "utf8")) as { cases: GoldenCase[] }).cases;
  }
  return read;
}

/**
 * All golden cases of one quantity, typed by it.
 *
 * @throws Error naming the quantities there are, so that a misspelt name cannot pass as an empty loop of tests.
 * @example
 * goldenCases("ols_risk").length // => 2
 */
export function goldenCases<Q extends GoldenQuantity>(quantity: Q): readonly GoldenCase<Q>[];
export function goldenCases(quantity: string): readonly GoldenCase[];
export function goldenCases(quantity: string): readonly GoldenCase[] {
  const found = allCases().filter((one) => one.quantity === quantity);
  if (found.length === 0) {
    const known = [...new Set(allCases().map((one) => one.quantity))].sort().join(", ");
    throw new Error(`goldenCases: expected a quantity of golden.json; got "${quantity}". Try: one of ${known}`);
  }
  return found;
}

/**
 * The golden case with this id.
 *
 * @throws Error when there is none.
 * @example
 * goldenCase("ols_d4_n12").abs_tol // => 1e-12
 */
export function goldenCase(id: string): GoldenCase {
  const found = allCases().find((one) => one.id === id);
  if (found === undefined) {
    const near = allCases()
      .map((one) => one.id)
      .filter((known) => known.startsWith(id.slice(0, 4)));
    throw new Error(
      `goldenCase: expected an id of golden.json; got "${id}". Try: ${near.length > 0 ? near.join(", ") : "goldenQuantities()"}`,
    );
  }
  return found;
}

/** Every quantity of the fixture, in the order of its first case. */
export function goldenQuantities(): readonly GoldenQuantity[] {
  return [...new Set(allCases().map((one) => one.quantity))];
}
