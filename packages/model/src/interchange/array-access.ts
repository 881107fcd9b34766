import { describeShape, matrix, ShapeError, type Matrix } from "@onestep/core";
import { fileError } from "./file-error.ts";
import type { StoredArray, StoredArrays } from "./stored-array.ts";

/** @throws DomainError with the names that there are, unless there is an array of this name */
export function requireArray(where: string, arrays: StoredArrays, name: string): StoredArray {
  if (Object.hasOwn(arrays, name)) return arrays[name];
  const present = Object.keys(arrays).join(", ") || "no arrays at all";
  throw fileError(where, `an array named ${name}`, present, "check which kind of weights the file holds");
}

/** @throws ShapeError unless the array has this shape; a letter leaves a size open, and is one size wherever it stands */
export function requireShape(
  where: string,
  name: string,
  { shape }: StoredArray,
  expected: readonly (number | string)[],
): void {
  const sizeAt = (axis: number): number | undefined => {
    const size = expected[axis];
    return typeof size === "number" ? size : shape[expected.indexOf(size)];
  };
  if (shape.length === expected.length && shape.every((size, axis) => size === sizeAt(axis))) return;
  throw new ShapeError({
    where: `${where}: ${name}`,
    expected: `the shape [${expected.join(", ")}]`,
    arrived: describeShape(shape),
    hint: "check the order of the axes, and that all arrays belong to one model",
  });
}

/** Matrix number `index` of an array of matrices, its two last axes. */
export function matrixAt({ shape, values }: StoredArray, index: number): Matrix {
  const [rows, columns] = shape.slice(-2);
  const size = rows * columns;
  return matrix(rows, columns, values.slice(index * size, (index + 1) * size));
}

/** A matrix as an array of a weight file. */
export function storedMatrix({ rows, columns, values }: Matrix): StoredArray {
  return { shape: [rows, columns], values };
}
