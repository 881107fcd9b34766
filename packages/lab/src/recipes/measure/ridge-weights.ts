import { identity, scale, solvePositiveDefinite, type ContextStatistics } from "@onestep/core";

/** Ridge regression on contexts of which only statistics are known: (S + λI)⁻¹b of each, `[count, d]`. */
export function ridgeWeights(
  { covariateGram, crossProduct, count, dimension: d }: ContextStatistics,
  penalty: number,
): Float64Array {
  const weights = new Float64Array(count * d);
  const size = (d * (d + 1)) / 2;
  const gram = scale(identity(d), 0);
  for (let i = 0; i < count; i++) {
    for (let row = 0, at = i * size; row < d; row++) {
      for (let column = 0; column <= row; column++, at++) {
        gram.values[row * d + column] = gram.values[column * d + row] = covariateGram[at];
      }
      gram.values[row * (d + 1)] += penalty;
    }
    const side = { rows: d, columns: 1, values: crossProduct.slice(i * d, (i + 1) * d) };
    weights.set(solvePositiveDefinite(gram, side).values, i * d);
  }
  return weights;
}
