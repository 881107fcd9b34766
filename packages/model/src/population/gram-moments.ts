import {
  add,
  dot,
  multiply,
  multiplyVector,
  outer,
  scale,
  traceOfProduct,
  transpose,
  type Matrix,
} from "@onestep/core";
import type { TaskMoments } from "./task-moments.ts";

/**
 * The second moment of the context Gram matrix, as the linear map that it is:
 *
 * $$ \mathcal T(A) = \mathbb{E}[G A G]
 *    = \mathbb{E}_w\big[n^2\,\Psi A \Psi + n\,(\Psi A \Psi)^\top + n\,\mathrm{tr}(A\Psi)\,\Psi\big]. $$
 *
 * @param a A, `[d+1, d+1]`, symmetric or not
 *
 * Source: G is Wishart given the task, and the mean over tasks needs E s sᵀ, E[v s] and E v²; own derivation.
 */
export function gramSecondMoment(moments: TaskMoments, a: Matrix): Matrix {
  const { contextLength: n } = moments;
  const sandwich = meanSandwich(moments, a);
  return add(add(scale(sandwich, n * n), scale(transpose(sandwich), n)), scale(meanTraceTimes(moments, a), n));
}

/**
 * What the response of the query has in common with a value projection u:
 *
 * $$ \mathbb{E}[G\,u\,(y_q x_q)^\top] = n\,\mathbb{E}_w[\Psi u\,s^\top], \qquad [d+1, d]. $$
 */
export function responseTimesValues({ contextLength: n, ...moments }: TaskMoments, u: Float64Array): Matrix {
  const { sigma, meanCross, crossSquare, energyCross } = moments;
  const d = sigma.rows;
  const [direction, own] = [u.subarray(0, d), u[d]];
  const upper = add(outer(multiplyVector(sigma, direction), meanCross), scale(crossSquare, own));
  const crossed = multiplyVector(crossSquare, direction);
  const values = new Float64Array((d + 1) * d);
  values.set(upper.values);
  values.set(
    crossed.map((entry, i) => entry + own * energyCross[i]),
    d * d,
  );
  return scale({ rows: d + 1, columns: d, values }, n);
}

/**
 * What it has in common with the columns of M that the query reads, K = M_{:,x}:
 *
 * $$ \mathbb{E}[G K\,y_q x_q] = n\,\mathbb{E}_w[\Psi K s], \qquad [d+1]. $$
 */
export function responseTimesKeys({ contextLength: n, ...moments }: TaskMoments, keys: Matrix): Float64Array {
  const { sigma, meanCross, crossSquare, energyCross } = moments;
  const d = sigma.rows;
  const upper = { rows: d, columns: d, values: keys.values.subarray(0, d * d) };
  const last = keys.values.subarray(d * d);
  const mean = multiplyVector(sigma, multiplyVector(upper, meanCross));
  const crossed = multiplyVector(crossSquare, last);
  const result = new Float64Array(d + 1);
  for (let i = 0; i < d; i++) result[i] = n * (mean[i] + crossed[i]);
  result[d] = n * (traceOfProduct(upper, crossSquare) + dot(last, energyCross));
  return result;
}

/** E ΨAΨ: rows and columns of Ψ are (Σ, s) and (sᵀ, v). */
function meanSandwich(moments: TaskMoments, matrix: Matrix): Matrix {
  const { sigma, meanCross, crossSquare, energy, energyCross, energySquare } = moments;
  const { covariates: a, right, below, corner } = blocksOf(matrix);
  const [sigmaRight, sigmaBelow] = [right, below].map((one) => multiplyVector(sigma, one));
  const beyond = (block: Matrix, own: Float64Array, ownSigma: Float64Array, other: Float64Array): Float64Array => {
    const mean = multiplyVector(sigma, multiplyVector(block, meanCross));
    const crossed = multiplyVector(crossSquare, other);
    return own.map((_, i) => mean[i] + energy * ownSigma[i] + crossed[i] + corner * energyCross[i]);
  };
  return matrixOfBlocks({
    covariates: add(
      add(multiply(sigma, a, sigma), scale(crossSquare, corner)),
      add(outer(sigmaRight, meanCross), outer(meanCross, sigmaBelow)),
    ),
    right: beyond(a, right, sigmaRight, below),
    below: beyond(transpose(a), below, sigmaBelow, right),
    corner: traceOfProduct(a, crossSquare) + dot(right, energyCross) + dot(below, energyCross) + corner * energySquare,
  });
}

/** E tr(AΨ)Ψ, symmetric. */
function meanTraceTimes(moments: TaskMoments, matrix: Matrix): Matrix {
  const { sigma, meanCross, crossSquare, energy, energyCross, energySquare } = moments;
  const { covariates: a, right, below, corner } = blocksOf(matrix);
  const inCovariates = traceOfProduct(a, sigma);
  const both = right.map((entry, i) => entry + below[i]);
  const crossed = multiplyVector(crossSquare, both);
  const beside = crossed.map((entry, i) => inCovariates * meanCross[i] + entry + corner * energyCross[i]);
  return matrixOfBlocks({
    covariates: scale(sigma, inCovariates + dot(both, meanCross) + corner * energy),
    right: beside,
    below: beside,
    corner: inCovariates * energy + dot(both, energyCross) + corner * energySquare,
  });
}

/** [[A, a], [bᵀ, α]] */
interface Blocks {
  readonly covariates: Matrix;
  readonly right: Float64Array;
  readonly below: Float64Array;
  readonly corner: number;
}

function blocksOf({ rows: width, values }: Matrix): Blocks {
  const d = width - 1;
  const covariates = new Float64Array(d * d);
  const right = new Float64Array(d);
  for (let i = 0; i < d; i++) {
    covariates.set(values.subarray(i * width, i * width + d), i * d);
    right[i] = values[i * width + d];
  }
  const below = values.slice(d * width, d * width + d);
  return { covariates: { rows: d, columns: d, values: covariates }, right, below, corner: values[d * width + d] };
}

function matrixOfBlocks({ covariates, right, below, corner }: Blocks): Matrix {
  const d = covariates.rows;
  const width = d + 1;
  const values = new Float64Array(width * width);
  for (let i = 0; i < d; i++) {
    values.set(covariates.values.subarray(i * d, (i + 1) * d), i * width);
    values[i * width + d] = right[i];
  }
  values.set(below, d * width);
  values[d * width + d] = corner;
  return { rows: width, columns: width, values };
}
