import {
  add,
  covariance,
  DomainError,
  identity,
  multiply,
  multiplyVector,
  outer,
  scale,
  ShapeError,
  trace,
  traceOfProduct,
  transpose,
  type GaussianLinearSetting,
  type Matrix,
  type PromptMoments,
} from "@onestep/core";
import { gaussianLinearMoments, requireSetting } from "../moments/gaussian-linear.ts";
import { nonZeroColumns } from "../numerics/seen-signal.ts";
import { requireFields, requireList } from "../require.ts";

/** Gaussian linear prompts whose task vectors have a mean: w ~ N(μ, Ω). Here Ω is the covariance about μ. */
export interface GaussianPriorSetting extends GaussianLinearSetting {
  /** μ, `[d]` */
  readonly taskMean: ArrayLike<number>;
}

/**
 * The moments of a Gaussian linear law with a prior mean.
 *
 * $$ B = n(n+1)\Sigma R\Sigma + n\tau\Sigma, \qquad A = n\Sigma R\Sigma, \qquad R = \Omega + \mu\mu^\top, \quad \tau = \mathrm{tr}(\Sigma R) + \sigma^2 $$
 *
 * A step sees the prior through its second moment R alone; whether an even part of attention helps is settled by
 * `multiHeadOptimum`.
 *
 * @param setting `tasks` is the covariance about `taskMean`
 * @throws DomainError for n < 1, σ² < 0 or a mean that is not finite
 * @throws ShapeError for dimensions that differ
 * @throws NumericalError if the moments overflow
 *
 * Source: own derivation, `gaussianLinearMoments` with R in place of Ω.
 *
 * @example
 * const law = { contextLength: 5, covariates: isotropic(3), tasks: isotropic(3), taskMean: [1, 0, 0], noiseVariance: 0.3 };
 * gaussianPriorMoments(law).responseSecondMoment; // ≈ 4.3
 */
export function gaussianPriorMoments(setting: GaussianPriorSetting): PromptMoments {
  requirePrior("gaussianPriorMoments", setting);
  const centred = Array.from(setting.taskMean).every((value) => value === 0);
  return { ...gaussianLinearMoments(aboutZero(setting)), evenPartDecouples: centred ? "proved" : "not known" };
}

/** The same prompts as a step sees them: tasks of mean 0 with the second moment Ω + μμᵀ. */
export function aboutZero({ tasks, taskMean, ...setting }: GaussianPriorSetting): GaussianLinearSetting {
  return { ...setting, tasks: covariance(add(tasks.matrix, outer(taskMean, taskMean))) };
}

function requirePrior(where: string, setting: GaussianPriorSetting): void {
  requireSetting(where, setting);
  requireFields(where, "a setting", setting, ["taskMean"]);
  requireList(where, "coordinates, the mean of the tasks,", setting.taskMean);
  const mean = Array.from(setting.taskMean);
  if (mean.length !== setting.covariates.dimension) {
    throw new ShapeError({
      where,
      expected: `a task mean of ${setting.covariates.dimension} coordinates`,
      arrived: `${mean.length}`,
      hint: "μ lives where the task vectors do",
    });
  }
  if (mean.every(Number.isFinite)) return;
  throw new DomainError({
    where,
    expected: "a finite task mean",
    arrived: mean.join(", "),
    hint: "look for a missing value",
  });
}

/**
 * The law in coordinates where the covariates are standard, with the moments of G = [[S, b], [bᵀ, c]] that every head
 * sees: S = XᵀX, b = Xᵀy, c = yᵀy.
 */
export interface WhitenedPrior {
  readonly contextLength: number;
  /** rank Σ */
  readonly dimension: number;
  /** L, `[d, rank]`, x = L x̃: the non-zero columns of the factor of Σ */
  readonly factor: Matrix;
  /** Lᵀμ */
  readonly mean: Float64Array;
  /** LᵀΩL */
  readonly tasks: Matrix;
  /** R2 = LᵀΩL + Lᵀμ(Lᵀμ)ᵀ */
  readonly second: Matrix;
  /** τ = E y² */
  readonly responseVariance: number;
  /** E[b bᵀ] */
  readonly stepMoment: Matrix;
  /** E[c S] */
  readonly energyGram: Matrix;
  /** E[c b] */
  readonly energyStep: Float64Array;
  /** E[c²] */
  readonly energySquare: number;
  /** E[c β] */
  readonly energySignal: Float64Array;
}

/**
 * With v = |w|² + σ² the variance of a response given w, a = E[|w|² w] = tr(Ω)μ + 2Ωμ + |μ|²μ (Stein):
 * E[bbᵀ] = n(n+1)R2 + nτI, E[cS] = n²τI + 2nR2, E[cb] = n(n+2)(a + σ²μ), E[c²] = n(n+2)E v², E[cβ] = n(a + σ²μ).
 */
export function whitenPrior(where: string, setting: GaussianPriorSetting): WhitenedPrior {
  requirePrior(where, setting);
  const { contextLength: n, covariates, noiseVariance } = setting;
  const factor = nonZeroColumns(covariates.factor);
  const mean = multiplyVector(transpose(factor), setting.taskMean);
  // LᵀΩL through Ω = FFᵀ: symmetric to the last bit, also where Ω = Σ⁻¹ and Σ is ill-conditioned.
  const half = multiply(transpose(factor), setting.tasks.factor);
  const tasks = multiply(half, transpose(half));
  const second = add(tasks, outer(mean, mean));
  const responseVariance = trace(second) + noiseVariance;
  const squaredMean = mean.reduce((sum, value) => sum + value * value, 0);
  const turned = multiplyVector(tasks, mean);
  const cubic = mean.map((value, j) => (trace(tasks) + squaredMean + noiseVariance) * value + 2 * turned[j]);
  const spread = 2 * traceOfProduct(tasks, tasks) + 4 * mean.reduce((sum, value, j) => sum + value * turned[j], 0);
  const d = factor.columns;
  return {
    contextLength: n,
    dimension: d,
    factor,
    mean,
    tasks,
    second,
    responseVariance,
    stepMoment: add(scale(second, n * (n + 1)), scale(identity(d), n * responseVariance)),
    energyGram: add(scale(identity(d), n * n * responseVariance), scale(second, 2 * n)),
    energyStep: cubic.map((value) => n * (n + 2) * value),
    energySquare: n * (n + 2) * (responseVariance * responseVariance + spread),
    energySignal: cubic.map((value) => n * value),
  };
}
