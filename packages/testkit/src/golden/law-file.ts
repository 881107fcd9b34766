import type {
  GoldenCase,
  GoldenCovariates,
  GoldenLinkParameters,
  GoldenPromptLaw,
  GoldenSizes,
  GoldenTask,
} from "./golden-case.ts";

/** A named part of a law file: the law's name and its parameters, plain JSON. */
export interface LawFilePart {
  readonly law: string;
  readonly [parameter: string]: unknown;
}

/** A prompt law as plain JSON: what `--law FILE` reads. */
export interface LawFile {
  readonly contextLength: number;
  readonly dimension: number;
  readonly covariates: LawFilePart;
  readonly target: LawFilePart;
  readonly noise: LawFilePart;
}

/**
 * The law of a golden case as a law file, or null for a case that has sizes and no law;
 * `reasonWithoutLawFile` says which.
 *
 * @example
 * lawFileOfGolden(goldenCase("wishart_moments_n7_d4")) // => null
 */
export function lawFileOfGolden(golden: GoldenCase): LawFile | null {
  const law = golden.law;
  if (!isPromptLaw(law)) return null;
  return {
    contextLength: law.n,
    dimension: law.d,
    covariates: covariatesPart(law.covariates),
    target: targetPart(law.task),
    noise: law.noise_var === 0 ? { law: "none" } : { law: "gaussian", variance: law.noise_var },
  };
}

/** Why `lawFileOfGolden` answers null for this case, or null where it answers a law file. */
export function reasonWithoutLawFile(golden: GoldenCase): string | null {
  if (isPromptLaw(golden.law)) return null;
  return `${golden.id} fixes sizes only (n = ${golden.law.n}, d = ${golden.law.d}): ${golden.quantity} needs no law`;
}

function isPromptLaw(law: GoldenPromptLaw | GoldenSizes): law is GoldenPromptLaw {
  return "covariates" in law;
}

function covariatesPart(covariates: GoldenCovariates): LawFilePart {
  switch (covariates.kind) {
    case "gaussian":
      return { law: "gaussian", covariance: covariates.Sigma };
    case "rademacher":
    case "uniform":
    case "laplace":
    case "exponential":
      return { law: covariates.kind, ...mixing(covariates.A) };
    case "student_product":
      return { law: "student-product", degreesOfFreedom: covariates.nu, ...mixing(covariates.A) };
    case "student_elliptical":
      return { law: "student", degreesOfFreedom: covariates.nu, covariance: covariates.Sigma };
    case "sphere":
      return { law: "sphere" };
    case "mixture":
      return { law: "mixture", weights: covariates.weights, means: covariates.means, covariances: covariates.covs };
    case "gaussian_prompt_mixture":
      return { law: "gaussian-prompt-mixture", weights: covariates.weights, covariances: covariates.covs };
    case "gaussian_ar1_rows":
      return { law: "gaussian-ar1", correlation: covariates.rho, covariance: 1 };
  }
}

function mixing(matrix: readonly (readonly number[])[] | undefined): { mixing?: readonly (readonly number[])[] } {
  return matrix === undefined ? {} : { mixing: matrix };
}

function targetPart(task: GoldenTask): LawFilePart {
  switch (task.kind) {
    case "linear":
      if ("weights" in task) return { law: "linear", tasks: { law: "sparse", sparsity: task.s, variance: task.var } };
      return {
        law: "linear",
        tasks: { law: "gaussian", covariance: task.Omega, ...(task.mu === undefined ? {} : { mean: task.mu }) },
      };
    case "single_index":
      return { law: "single-index", link: linkPart(task.link, task.params), amplitude: task.amp };
    case "two_layer":
      return {
        law: "two-layer",
        width: task.width,
        link: linkPart(task.link, task.params),
        readoutVariance: task.a_var,
        weightVariance: task.w_var,
      };
    case "gp_rbf":
      return { law: "gaussian-process", kernel: "rbf", lengthScale: task.ell, amplitude: 1 };
  }
}

/** A link without parameters is its name; with parameters, an object. */
function linkPart(name: string, parameters: GoldenLinkParameters): unknown {
  const link = name.replaceAll("_", "-");
  if (parameters.kappa !== undefined) return { name: link, scale: parameters.kappa };
  if (parameters.alpha !== undefined) return { name: link, slope: parameters.alpha };
  if (parameters.h !== undefined) return { name: link, coefficients: parameters.h };
  return link;
}
