import { diagonal, matrix, scale, ShapeError, zeros, type LsaParameters, type Matrix } from "@onestep/core";
import { checkTransformer } from "./check-transformer.ts";
import type { AttentionHead, LinearTransformer } from "./linear-transformer.ts";

/**
 * One layer of linear self-attention, ŷ = Σ_h u_hᵀ G M_h v_q, as a linear transformer of plain sums: P_h = −e u_hᵀ and
 * Q_h = M_h.
 *
 * @throws DomainError for no heads or an entry that is not finite; ShapeError where they do not fit one another
 *
 * @example
 * const layer = { keyQuery: diagonal([3, 0]), valueProjection: matrix(2, 1, [1, 2]) };
 * toRows(lsaHeads([layer]).layers[0][0].valueProjection); // => [[0, 0], [-1, -2]]
 */
export function lsaHeads(heads: readonly LsaParameters<Matrix>[]): LinearTransformer {
  const transformer = plainSums(heads);
  checkTransformer("lsaHeads", transformer);
  return transformer;
}

/** `lsaHeads` of heads whose entries training may have made infinite. */
export function plainSums(heads: readonly LsaParameters<Matrix>[]): LinearTransformer {
  const layer = heads.map(({ keyQuery, valueProjection: { values: u } }) => {
    const valueProjection = matrix(u.length, u.length);
    u.forEach((entry, i) => (valueProjection.values[(u.length - 1) * u.length + i] = -entry));
    return { valueProjection, keyQuery };
  });
  return { layers: [layer], dividesByLength: false };
}

/**
 * The head of the sparse families: Q = −diag(A, 0), and P = diag(B, 1), or e eᵀ without B.
 *
 * Without B the layer takes one step, ŵ' = ŵ + (1/n) Aᵀ Xᵀ(y − Xŵ); with B it also maps the covariates,
 * xᵢ' = (I − (1/n) B S A) xᵢ, which is the ++ of GD++.
 *
 * @throws ShapeError unless A and B are square, of one size
 *
 * Source: Ahn et al., arXiv 2306.00297, Lemma 1 and Theorem 4; GD++: von Oswald et al., arXiv 2212.07677.
 *
 * @example
 * toRows(sparseHead(diagonal([3])).keyQuery); // => [[-3, 0], [0, 0]]
 */
export function sparseHead(a: Matrix, b: Matrix = zeros(a.rows, a.rows)): AttentionHead {
  for (const { rows, columns } of [a, b]) {
    if (rows === a.rows && columns === a.rows) continue;
    throw new ShapeError({
      where: "sparseHead",
      expected: "square matrices A and B of one size [d, d]",
      arrived: `[${a.rows}, ${a.columns}] and [${b.rows}, ${b.columns}]`,
      hint: "A meets covariates on both sides, and so does B",
    });
  }
  return { valueProjection: bordered(b, 1), keyQuery: bordered(scale(a, -1), 0) };
}

/** diag(block, corner) */
export function bordered(block: Matrix, corner: number): Matrix {
  const width = block.columns + 1;
  const result = matrix(block.rows + 1, width);
  for (let i = 0; i < block.rows; i++) {
    result.values.set(block.values.subarray(i * block.columns, (i + 1) * block.columns), i * width);
  }
  result.values[result.values.length - 1] = corner;
  return result;
}

/** The top left block `[d, d]` of a matrix `[d+1, d+1]`: what `bordered` bordered. */
export function covariateBlock({ rows: width, values }: Matrix): Matrix {
  const dimension = width - 1;
  const block = matrix(dimension, dimension);
  for (let i = 0; i < dimension; i++) {
    block.values.set(values.subarray(i * width, i * width + dimension), i * dimension);
  }
  return block;
}

/** [[I, 0], [−βᵀ, 1]]: takes ⟨β, x⟩ off the response of every token it maps. */
export function responseShear(beta: Float64Array): Matrix {
  const width = beta.length + 1;
  const result = diagonal(new Float64Array(width).fill(1));
  beta.forEach((entry, i) => (result.values[(width - 1) * width + i] = -entry));
  return result;
}
