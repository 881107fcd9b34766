import {
  AssumptionError,
  covariance,
  frobeniusNorm,
  subtract,
  type Covariance,
  type GaussianLinearSetting,
  type PromptMoments,
} from "@onestep/core";
import { promptMoments, type PromptLaw } from "@onestep/data";
import {
  gaussianLinearMoments,
  hypotheses,
  stepSizeOf,
  whitenedStepSize,
  type ClosedForm,
  type GaussianPriorSetting,
  type IsotropicSetting,
} from "@onestep/theory";
import { hasFixedLength, hasGaussianNoise } from "./law-traits.ts";
import { describeTarget, gaussianTasks, linearTasks, unsignedTarget, type GaussianTasks } from "./linear-tasks.ts";

// Laws in the words of theorems. Each reader returns the setting that a family of closed forms speaks about, or refuses
// with the hypothesis that the law does not meet.

/**
 * A law with Gaussian covariates, the query's among them, and a linear target. `tasks` is the second moment Ω + μμᵀ,
 * which is all that a learner linear in the responses can see of the task vector.
 *
 * @throws AssumptionError for any other law
 */
export function linearSetting(law: PromptLaw): GaussianLinearSetting {
  requireGaussianCovariates(law);
  requireFixedLength(law);
  const tasks = linearTasks(law);
  if (tasks === undefined) throw outside("law.target", "a linear target, y = ⟨w, x⟩ + noise", describeTarget(law));
  const setting = {
    contextLength: law.contextLength,
    covariates: law.covariates.covariance,
    tasks: covariance(tasks.secondMoment),
    noiseVariance: law.noise.variance,
  };
  // A second witness: noise that depends on the covariates, say, shows in the moments that the law declares.
  if (sameStepMoment(promptMoments(law), gaussianLinearMoments(setting))) return setting;
  throw outside("law", "independent rows and independent noise", "a law with another E[bbᵀ], b = Xᵀy");
}

/**
 * The same, where −w is as likely as w: then training from a small start never meets the even part of attention.
 *
 * @throws AssumptionError for any other law
 */
export function symmetricLinearSetting(law: PromptLaw): GaussianLinearSetting {
  const setting = linearSetting(law);
  if (law.target.declares.signSymmetric) return setting;
  throw outside("law.target", hypotheses.gaussianTasks, "task vectors with a mean");
}

/**
 * A law with Gaussian covariates, Gaussian task vectors of any mean, and Gaussian noise. `tasks` is the covariance about
 * the mean.
 *
 * @throws AssumptionError for any other law
 */
export function gaussianPrior(law: PromptLaw): GaussianPriorSetting {
  requireGaussianCovariates(law);
  requireFixedLength(law);
  const { contextLength, covariates, noise } = law;
  return { contextLength, covariates: covariates.covariance, ...gaussianPosterior(law), noiseVariance: noise.variance };
}

/**
 * What the posterior of the task vector needs besides the context, on any covariates: w ~ N(μ, Ω) and Gaussian noise.
 *
 * @throws AssumptionError for other tasks or noise
 */
export function gaussianPosterior(law: PromptLaw): GaussianTasks {
  const prior = gaussianTasks(law);
  const hasTwoModes = law.target.name === "random-sign" && prior?.taskMean.some((entry) => entry !== 0) === true;
  if (prior === undefined || hasTwoModes) {
    throw outside("law.target", "task vectors w ~ N(μ, Ω), y = ⟨w, x⟩ + noise", describeTarget(law));
  }
  if (hasGaussianNoise(law)) return prior;
  throw outside("law.noise", "Gaussian noise", `${law.noise.name} noise`);
}

/** The change of coordinates that makes a law isotropic. */
export interface Whitening {
  /** What a step size of the isotropic law is multiplied by, to be one of the law itself. */
  readonly stepUnit: number;
  /** What the passport says of it. */
  readonly remarks: readonly string[];
}

/**
 * A linear law with Ω = ω²Σ⁻¹, isotropic once its covariates are whitened. For Σ = sI the step is given in the law's
 * own coordinates, Γ = ηI; otherwise in the whitened ones, Γ = ηΣ⁻¹.
 *
 * @throws AssumptionError for any other law
 */
export function isotropicSetting(law: PromptLaw): Required<IsotropicSetting> & Whitening {
  const { contextLength, covariates, tasks, noiseVariance } = linearSetting(law);
  const taskVariance = whitenedStepSize(tasks.matrix, covariates);
  if (taskVariance !== null) {
    return { contextLength, dimension: law.dimension, noiseVariance, taskVariance, ...whiteningOf(covariates) };
  }
  throw outside(
    "law",
    "Ω = ω²Σ⁻¹: isotropic once the covariates are whitened",
    "tasks that prefer some whitened directions",
  );
}

/**
 * A linear law for models of several layers, Q_l = −diag(a_l Σ⁻¹, 0). For Σ = sI their steps are given in units of S/n,
 * S = XᵀX, as gradient descent's are; otherwise in units of Σ⁻¹S/n.
 *
 * @throws AssumptionError as `linearSetting`
 */
export function layeredSetting(law: PromptLaw): Whitening & { readonly setting: GaussianLinearSetting } {
  const setting = linearSetting(law);
  const { stepUnit, variance } = scalingOf(setting.covariates);
  const remark =
    variance === null
      ? "step sizes are told in units of Σ⁻¹S/n, S = XᵀX"
      : `Σ = ${variance} I: step sizes are told in units of S/n, S = XᵀX, so that a_l Σ⁻¹ above reads a_l I`;
  return { setting, stepUnit, remarks: variance === 1 ? [] : [remark] };
}

/**
 * A law of labels y = sign⟨u, x⟩ without noise, u uniform in whitened coordinates.
 *
 * @throws AssumptionError for any other law
 */
export function signLabels(law: PromptLaw): Pick<IsotropicSetting, "contextLength" | "dimension"> & Whitening {
  requireGaussianCovariates(law);
  requireFixedLength(law);
  const { law: name, link, amplitude, whiten } = unsignedTarget(law);
  if (name !== "single-index" || link !== "sign" || Math.abs(Number(amplitude)) !== 1) {
    throw outside("law.target", "labels ±1: a single-index target with link sign", describeTarget(law));
  }
  if (law.noise.variance !== 0) throw outside("law.noise", "labels ±1, without noise", `${law.noise.name} noise`);
  const { covariance: covariates } = law.covariates;
  if (whiten !== true && stepSizeOf(covariates.matrix) === null) {
    throw outside("law", "isotropic covariates, or a whitened target", "an anisotropic covariance and whiten = false");
  }
  return { contextLength: law.contextLength, dimension: law.dimension, ...whiteningOf(covariates) };
}

/** A closed form of the isotropic law, told of the law itself. */
export function restate<V, W>(
  form: ClosedForm<V>,
  { stepUnit, remarks }: Whitening,
  tell: (value: V, stepUnit: number) => W,
): ClosedForm<W> {
  return { ...form, value: tell(form.value, stepUnit), hypotheses: [...form.hypotheses, ...remarks] };
}

/** Whether the query is drawn like the rows, even if the law file says so at length. */
export function queryFollowsRows({ covariates, queryCovariates }: PromptLaw): boolean {
  if (queryCovariates === covariates) return true;
  const difference = subtract(covariates.covariance.matrix, queryCovariates.covariance.matrix);
  return covariates.gaussian && queryCovariates.gaussian && frobeniusNorm(difference) === 0;
}

/** The refusal of a law that does not meet a hypothesis, with what holds without it. */
export function outside(where: string, hypothesis: string, arrived: string): AssumptionError {
  return new AssumptionError({
    where,
    expected: hypothesis,
    arrived,
    hint: "optimum, moments, one-step-risk, shift and rank hold for every law that declares its moments",
    source: "onestep, closed forms of named settings",
    unmet: [hypothesis],
  });
}

function requireFixedLength(law: PromptLaw): void {
  if (hasFixedLength(law)) return;
  throw outside(
    "law.contextLength",
    "one context length for all prompts",
    `lengths from ${law.leastContextLength} to ${law.contextLength}`,
  );
}

function requireGaussianCovariates(law: PromptLaw): void {
  const { name, gaussian } = law.covariates;
  if (!gaussian) throw outside("law.covariates", hypotheses.gaussianCovariates, `${name} covariates`);
  if (!queryFollowsRows(law))
    throw outside("law.query", "a query drawn like the rows", "a query with a law of its own");
}

function whiteningOf(covariates: Covariance): Whitening {
  const { stepUnit, variance } = scalingOf(covariates);
  if (variance === 1) return { stepUnit, remarks: [] };
  if (variance === null)
    return { stepUnit, remarks: ["in whitened coordinates x̃ = Σ^{−1/2}x: a step size η stands for Γ = ηΣ⁻¹"] };
  return {
    stepUnit,
    remarks: [`covariates of variance ${variance} are scaled to 1; a step size η stands for Γ = ηI all the same`],
  };
}

/** For Σ = sI, x = √s x̃: a step η on x̃ is η/s on x. Other covariances, for which s is null, keep the whitened step. */
function scalingOf({ matrix }: Covariance): { readonly stepUnit: number; readonly variance: number | null } {
  const variance = stepSizeOf(matrix);
  // Covariates that are always 0 have no step to scale.
  return { stepUnit: variance === null || variance === 0 ? 1 : 1 / variance, variance };
}

/** Equal up to the rounding of sums of products. */
function sameStepMoment(declared: PromptMoments, expected: PromptMoments): boolean {
  const [one, other] = [declared.strata[0].stepMoment, expected.strata[0].stepMoment];
  return declared.strata.length === 1 && frobeniusNorm(subtract(one, other)) <= 2 ** -30 * frobeniusNorm(other);
}
