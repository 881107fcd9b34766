import { ShapeError } from "../errors.ts";
import type { Shape } from "./backend.ts";

/**
 * The number of entries of a tensor of this shape; 1 for a scalar.
 *
 * @example
 * elementCount([2, 3]); // => 6
 * elementCount([]); // => 1
 */
export function elementCount(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * A shape as messages write it.
 *
 * @example
 * describeShape([2, 3]); // => "[2, 3]"
 */
export function describeShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/**
 * Two shapes that must agree do.
 *
 * @throws ShapeError with both shapes, unless they are the same
 *
 * @example
 * checkShape("reader", [2, 3], [2, 3]);
 */
export function checkShape(where: string, shape: Shape, expected: Shape): void {
  if (shape.length === expected.length && shape.every((size, axis) => size === expected[axis])) return;
  throw new ShapeError({
    where,
    expected: `the shape ${describeShape(expected)}`,
    arrived: describeShape(shape),
    hint: "check the order of the axes and the sizes of the batch, the context and the dimension",
  });
}

/**
 * The values fill the shape.
 *
 * @throws ShapeError unless the sizes are whole and positive and the values fill the shape
 *
 * @example
 * checkValues("reader", [1, 2, 3, 4, 5, 6], [2, 3]);
 */
export function checkValues(where: string, values: ArrayLike<number>, shape: Shape): void {
  if (shape.every((size) => Number.isSafeInteger(size) && size >= 1) && values.length === elementCount(shape)) return;
  throw new ShapeError({
    where,
    expected: "positive sizes, and as many values as their product",
    arrived: `${values.length} values for the shape ${describeShape(shape)}`,
    hint: "list the values row-major, the last axis fastest",
  });
}
