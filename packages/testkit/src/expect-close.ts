import { AssertionError } from "node:assert";

import { toRows, type Matrix } from "@onestep/core";

/**
 * Fails unless every entry of `actual` lies within `tolerance` of its counterpart, and the shapes agree. The message
 * names the worst entry. A NaN is close to nothing.
 */
export function expectMatrixClose(
  actual: Matrix | readonly (readonly number[])[],
  expected: Matrix | readonly (readonly number[])[],
  tolerance: number,
): void {
  const [left, right] = [rowsOf(actual), rowsOf(expected)];
  if (shapeOf(left) !== shapeOf(right)) {
    fail(left, right, `expected a matrix of shape ${shapeOf(right)}; got ${shapeOf(left)}`);
  }
  const entries = left.flatMap((row, i) =>
    row.map((entry, j) => {
      const counterpart = right[i]?.[j] ?? NaN;
      return { place: `[${i}, ${j}]`, entry, counterpart, excess: excessOf(entry, counterpart) };
    }),
  );
  const nothing = { place: "", entry: 0, counterpart: 0, excess: 0 };
  const worst = entries.reduce((most, one) => (one.excess > most.excess ? one : most), nothing);
  if (!(worst.excess <= tolerance)) fail(left, right, far(worst.place, worst.entry, worst.counterpart, tolerance));
}

/** Fails unless a number, or every number of a list, lies within `tolerance` of its counterpart. */
export function expectClose(
  actual: number | ArrayLike<number>,
  expected: number | ArrayLike<number>,
  tolerance: number,
): void {
  const [left, right] = [listOf(actual), listOf(expected)];
  if (left.length !== right.length) {
    fail(left, right, `expected ${right.length} numbers; got ${left.length}`);
  }
  left.forEach((entry, i) => {
    const place = typeof actual === "number" ? "" : `[${i}]`;
    const counterpart = right[i] ?? NaN;
    if (!(excessOf(entry, counterpart) <= tolerance)) fail(left, right, far(place, entry, counterpart, tolerance));
  });
}

/** |a − b|; 0 for equal infinities, ∞ where either is NaN. */
function excessOf(actual: number, expected: number): number {
  if (actual === expected) return 0;
  const distance = Math.abs(actual - expected);
  return Number.isNaN(distance) ? Infinity : distance;
}

function far(place: string, actual: number, expected: number, tolerance: number): string {
  const distance = Math.abs(actual - expected).toExponential(2);
  return `expected ${expected}${place && ` at ${place}`} to within ${tolerance}; got ${actual}, off by ${distance}`;
}

function rowsOf(value: Matrix | readonly (readonly number[])[]): readonly (readonly number[])[] {
  return "values" in value && "rows" in value ? toRows(value) : value;
}

/** Ragged rows get a shape of their own, equal to no rectangle's. */
function shapeOf(rows: readonly (readonly number[])[]): string {
  const widths = [...new Set(rows.map((row) => row.length))];
  return `[${rows.length}, ${widths.length === 0 ? 0 : widths.join("|")}]`;
}

function listOf(value: number | ArrayLike<number>): number[] {
  return typeof value === "number" ? [value] : Array.from(value);
}

function fail(actual: unknown, expected: unknown, message: string): never {
  throw new AssertionError({ message, actual, expected, operator: "within" });
}
