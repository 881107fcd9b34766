import type { LsaParameters, Matrix } from "@onestep/core";

/** The entrywise average of layers of one shape. */
export function averageLayers(layers: readonly LsaParameters<Matrix>[]): LsaParameters<Matrix> {
  return {
    keyQuery: averageMatrices(layers.map(({ keyQuery }) => keyQuery)),
    valueProjection: averageMatrices(layers.map(({ valueProjection }) => valueProjection)),
  };
}

function averageMatrices(matrices: readonly Matrix[]): Matrix {
  const first = matrices[0];
  return {
    ...first,
    values: first.values.map((_, i) => matrices.reduce((sum, { values }) => sum + values[i], 0) / matrices.length),
  };
}
