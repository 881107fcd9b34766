import { matrix, ShapeError, type Matrix } from "@onestep/core";
import type { LinearTransformer, TransformerGradient } from "../linear-transformer.ts";

/**
 * A family of linear transformers, written as vectors of numbers that training moves.
 *
 * W are the family's own weights: {A_l} for the sparse family, (W_K, W_Q, W_V, h) for factored heads. Two families with
 * the same transformers train differently, because the gradient is taken by W.
 */
export interface Parametrisation<W> {
  readonly name: string;
  /** How many numbers a position has. */
  readonly size: number;
  readonly pack: (weights: W) => Float64Array;
  readonly unpack: (position: Float64Array) => W;
  /** The transformer that has these weights. */
  readonly transformer: (weights: W) => LinearTransformer;
  /** Pulls derivatives by the transformer's matrices back to the position, by the chain rule through `transformer`. */
  readonly pullBack: (weights: W, gradient: TransformerGradient) => Float64Array;
}

/** Rows and columns of a matrix. */
export type Size = readonly [rows: number, columns: number];

/** The entries of matrices, one after the other. */
export function concatenate(matrices: readonly Matrix[]): Float64Array {
  const result = new Float64Array(matrices.reduce((total, { values }) => total + values.length, 0));
  let at = 0;
  for (const { values } of matrices) {
    result.set(values, at);
    at += values.length;
  }
  return result;
}

/**
 * The inverse of `concatenate`.
 *
 * @throws ShapeError unless the matrices take up the whole position; DomainError for a number that is not finite
 */
export function matricesAt(position: Float64Array, sizes: readonly Size[]): Matrix[] {
  requireLength(
    position,
    sizes.reduce((total, [rows, columns]) => total + rows * columns, 0),
  );
  let at = 0;
  return sizes.map(([rows, columns]) => {
    at += rows * columns;
    return matrix(rows, columns, position.slice(at - rows * columns, at));
  });
}

/** As many numbers as `count` matrices of a size. */
export function sizesOf(count: number, rows: number, columns: number = rows): Size[] {
  return Array.from({ length: count }, () => [rows, columns]);
}

/** @throws ShapeError unless a matrix has this size */
export function requireSize(matrix: Matrix, [rows, columns]: Size): void {
  if (matrix.rows === rows && matrix.columns === columns) return;
  throw new ShapeError({
    where: "pack",
    expected: `a matrix [${rows}, ${columns}]`,
    arrived: `[${matrix.rows}, ${matrix.columns}]`,
    hint: "give weights of the sizes that the family was made for",
  });
}

/** @throws ShapeError unless a position has this many numbers */
export function requireLength(position: Float64Array, size: number): void {
  if (position.length === size) return;
  throw new ShapeError({
    where: "unpack",
    expected: `a position of ${size} numbers`,
    arrived: String(position.length),
    hint: "give the position of a model of this size, as its pack returns it",
  });
}
