import { dot, multiply, multiplyVector, outer, transpose, type LsaParameters, type Matrix } from "@onestep/core";
import { gramSecondMoment, responseTimesKeys, responseTimesValues } from "./gram-moments.ts";
import type { TaskMoments } from "./task-moments.ts";

/** The live part of one head, f = uᵀ G K x_q: the last column of M multiplies the query's zero response. */
export interface LiveHead {
  /** u, `[d+1]` */
  readonly values: Float64Array;
  /** K = M_{:,x}, `[d+1, d]` */
  readonly keys: Matrix;
}

/** E (Σ_h f_h)² */
export function energyOfHeads(moments: TaskMoments, heads: readonly LiveHead[]): number {
  let energy = 0;
  for (const one of heads) {
    for (const { values, keys } of heads) {
      energy += dot(one.values, multiplyVector(gramSecondMoment(moments, throughQuery(moments, one, keys)), values));
    }
  }
  return energy;
}

/**
 * The exact loss of a sum of heads and its derivatives:
 *
 * $$ L = \tau - 2\sum_h u_h^\top r(K_h) + \sum_{hk} u_h^\top\, \mathcal T(K_h\Sigma K_k^\top)\, u_k, \qquad
 *    \partial u_h = 2\Big[\sum_k \mathcal T(K_h\Sigma K_k^\top) u_k - r(K_h)\Big], \quad
 *    \partial K_h = 2\Big[\sum_k \mathcal T(u_h u_k^\top) K_k \Sigma - R(u_h)\Big] $$
 *
 * with r = `responseTimesKeys`, R = `responseTimesValues` and 𝒯 = `gramSecondMoment`.
 */
export function lossAndGradientOfHeads(
  moments: TaskMoments,
  heads: readonly LiveHead[],
): { readonly loss: number; readonly gradient: readonly LiveHead[] } {
  let loss = moments.energy;
  const gradient = heads.map((one) => {
    const explained = responseTimesKeys(moments, one.keys);
    const values = explained.map((entry) => -2 * entry);
    const keys = { ...one.keys, values: responseTimesValues(moments, one.values).values.map((entry) => -2 * entry) };
    for (const other of heads) {
      const inValues = multiplyVector(gramSecondMoment(moments, throughQuery(moments, one, other.keys)), other.values);
      const inKeys = multiply(gramSecondMoment(moments, outer(one.values, other.values)), other.keys, moments.sigma);
      inValues.forEach((entry, i) => (values[i] += 2 * entry));
      inKeys.values.forEach((entry, at) => (keys.values[at] += 2 * entry));
    }
    loss += dot(one.values, values) / 2 - dot(one.values, explained);
    return { values, keys };
  });
  return { loss, gradient };
}

/** K_h Σ K_kᵀ, `[d+1, d+1]` */
function throughQuery({ sigma }: TaskMoments, { keys }: LiveHead, other: Matrix): Matrix {
  return multiply(keys, sigma, transpose(other));
}

/** The live part of a layer's parameters. */
export function liveHead({ keyQuery, valueProjection }: LsaParameters<Matrix>): LiveHead {
  const width = keyQuery.rows;
  const values = new Float64Array(width * (width - 1));
  for (let i = 0; i < width; i++) {
    values.set(keyQuery.values.subarray(i * width, (i + 1) * width - 1), i * (width - 1));
  }
  return { values: valueProjection.values, keys: { rows: width, columns: width - 1, values } };
}

/** The parameters of a live head; what is dead is zero. */
export function layerOfLiveHead({ values, keys }: LiveHead): LsaParameters<Matrix> {
  const width = keys.rows;
  const keyQuery = new Float64Array(width * width);
  for (let i = 0; i < width; i++) {
    keyQuery.set(keys.values.subarray(i * (width - 1), (i + 1) * (width - 1)), i * width);
  }
  return {
    keyQuery: { rows: width, columns: width, values: keyQuery },
    valueProjection: { rows: width, columns: 1, values },
  };
}
