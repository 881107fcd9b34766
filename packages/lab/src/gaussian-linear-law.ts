import { covarianceParameter, vectorParameter, type PromptLaw } from "@onestep/data";
import type { GaussianLinearPopulation } from "@onestep/model";

const covarianceOf = covarianceParameter({ description: "Ω", fallback: 1 });
const vectorOf = vectorParameter({ description: "μ", fallback: 0 });

/**
 * A law as the Gaussian linear setting that closed forms speak about, or undefined when it is none: another target,
 * other covariates or tasks, or a query with a law of its own.
 */
export function gaussianLinearPopulation(law: PromptLaw): Required<GaussianLinearPopulation> | undefined {
  const { covariates, queryCovariates, target, noise, contextLength, dimension } = law;
  const tasks = target.parameters["tasks"];
  const isGaussianLinear =
    covariates.gaussian &&
    queryCovariates === covariates &&
    target.name === "linear" &&
    typeof tasks === "object" &&
    tasks !== null &&
    !Array.isArray(tasks) &&
    (tasks as Record<string, unknown>)["law"] === "gaussian";
  if (!isGaussianLinear) return undefined;
  const recorded = tasks as Record<string, unknown>;
  const site = { where: "law.target.tasks", dimension };
  return {
    contextLength,
    covariates: covariates.covariance,
    tasks: covarianceOf.read(recorded["covariance"], site).value,
    taskMean: vectorOf.read(recorded["mean"], site).value,
    noiseVariance: noise.variance,
  };
}
