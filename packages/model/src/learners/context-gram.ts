import { matrix, symmetricEigen, type Matrix } from "@onestep/core";
import type { Context } from "./context.ts";

/** S = XᵀX, `[d, d]`, symmetric to the last bit */
export function covariateGram({ covariates }: Context): Matrix {
  return gram(covariates.columns, covariates.rows, (i, k) => covariates.values[k * covariates.columns + i]);
}

/** XXᵀ, `[n, n]`, symmetric to the last bit */
export function sampleGram({ covariates }: Context): Matrix {
  return gram(covariates.rows, covariates.columns, (i, k) => covariates.values[i * covariates.columns + k]);
}

/** The smaller of S and XXᵀ, which share their positive eigenvalues. */
function smallerGram(context: Context): Matrix {
  const { rows, columns } = context.covariates;
  return columns <= rows ? covariateGram(context) : sampleGram(context);
}

/** The smallest positive and the largest eigenvalue of S/n; undefined where all covariates are zero. */
export function spectralInterval(context: Context): readonly [number, number] | undefined {
  const { rows, columns } = context.covariates;
  const { values } = symmetricEigen(smallerGram(context));
  const largest = values[values.length - 1];
  const cutoff = Math.max(rows, columns) * 2 ** -52 * largest;
  const smallest = values.find((value) => value > cutoff);
  return smallest === undefined ? undefined : [smallest / rows, largest / rows];
}

function gram(size: number, terms: number, entry: (i: number, k: number) => number): Matrix {
  const result = matrix(size, size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < terms; k++) sum += entry(i, k) * entry(j, k);
      result.values[i * size + j] = sum;
      result.values[j * size + i] = sum;
    }
  }
  return result;
}
