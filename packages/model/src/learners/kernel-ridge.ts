import { dot, exp, matrix, symmetricEigen } from "@onestep/core";
import { defineLearner, type LearnerFactory } from "./learner.ts";
import { requireNotNegative, requirePositive } from "./settings.ts";

/** k(x, z) = ⟨x, z⟩, or α² exp(−‖x − z‖²/2ℓ²), or any symmetric positive semidefinite function. */
export type Kernel =
  | "linear"
  | {
      readonly name: "rbf";
      /** ℓ > 0 */
      readonly lengthScale: number;
      /** α > 0, default 1 */
      readonly amplitude?: number;
    }
  | ((x: Float64Array, z: Float64Array) => number);

/** Settings of `kernelRidge`. */
export interface KernelRidgeSettings {
  readonly kernel: Kernel;
  /** λ ≥ 0, added to the kernel matrix; 0 interpolates where the responses can be interpolated */
  readonly penalty: number;
}

/**
 * Kernel ridge regression: the posterior mean of a Gaussian process of covariance k under noise of variance λ.
 *
 * $$ \hat y = k_q^\top (K + \lambda I)^{-1} y, \qquad K_{ij} = k(x_i, x_j),\ (k_q)_i = k(x_q, x_i) $$
 *
 * With the linear kernel it is ridge regression.
 *
 * @throws DomainError for settings out of range, or a kernel that is not finite; NumericalError for one that is not symmetric
 *
 * Source: Rasmussen & Williams, Gaussian Processes for Machine Learning, 2006, Equation 2.25.
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 1, dimension: 1,
 *   covariates: Float64Array.of(3), responses: Float64Array.of(4),
 *   queryCovariates: Float64Array.of(3), queryResponses: Float64Array.of(0),
 * };
 * // k = 1 at the same place: ŷ = 4/(1 + 1)
 * const learner = learners.kernelRidge({ kernel: { name: "rbf", lengthScale: 2 }, penalty: 1 });
 * Array.from(await learner.predict(prompts)); // => [2]
 */
export const kernelRidge: LearnerFactory<KernelRidgeSettings> = defineLearner({
  name: "kernel-ridge",
  summary: "Kernel ridge regression, the posterior mean of a Gaussian process.",
  knows: ["kernel k", "penalty λ"],
  fit: ({ kernel, ...settings }: KernelRidgeSettings) => {
    const similarity = similarityOf(kernel);
    const penalty = requireNotNegative("kernel-ridge: penalty", settings.penalty);
    return ({ covariates, responses }) => {
      const { rows: n, columns: d, values } = covariates;
      const rows = Array.from({ length: n }, (_, i) => values.subarray(i * d, (i + 1) * d));
      const kernelMatrix = matrix(
        n,
        n,
        rows.flatMap((x) => rows.map((z) => similarity(x, z))),
      );
      const dual = dualWeights(symmetricEigen(kernelMatrix), penalty, responses);
      return (query) => rows.reduce((sum, x, i) => sum + similarity(query, x) * dual[i], 0);
    };
  },
});

/** (K + λI)⁻¹y, on the support of K where λ = 0 */
function dualWeights(
  { values, vectors }: ReturnType<typeof symmetricEigen>,
  penalty: number,
  responses: Float64Array,
): Float64Array {
  const n = values.length;
  const cutoff = n * 2 ** -52 * values[n - 1];
  const dual = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    // Rounding may take a zero eigenvalue a little below zero, where a small penalty could cancel it.
    const eigenvalue = values[k] > cutoff ? values[k] : 0;
    if (eigenvalue + penalty === 0) continue;
    let projection = 0;
    for (let i = 0; i < n; i++) projection += vectors.values[i * n + k] * responses[i];
    const factor = projection / (eigenvalue + penalty);
    for (let i = 0; i < n; i++) dual[i] += factor * vectors.values[i * n + k];
  }
  return dual;
}

function similarityOf(kernel: Kernel): (x: Float64Array, z: Float64Array) => number {
  if (kernel === "linear") return dot;
  if (typeof kernel === "function") return kernel;
  const lengthScale = requirePositive("kernel-ridge: lengthScale", kernel.lengthScale);
  const amplitude = requirePositive("kernel-ridge: amplitude", kernel.amplitude ?? 1);
  return (x, z) => {
    const squaredDistance = x.reduce((sum, entry, j) => sum + (entry - z[j]) ** 2, 0);
    return amplitude ** 2 * exp(-squaredDistance / (2 * lengthScale ** 2));
  };
}
