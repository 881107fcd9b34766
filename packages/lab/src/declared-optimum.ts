import { maxAbs, multiply, pseudoInverse, subtract, type PromptMoments } from "@onestep/core";
import { promptMoments, type DeclaredOptimum, type Invariance, type PromptLaw } from "@onestep/data";
import { bestStepSize, stepSizeOf, symmetryReduction } from "@onestep/theory";
import { attempt } from "./attempt.ts";
import { hasFixedLength, hasGaussianNoise } from "./law-traits.ts";
import { gaussianTasks, unsignedTarget } from "./linear-tasks.ts";
import { optimumOfLaw } from "./optimum-of-law.ts";
import { stepSizesOf } from "./quantities/optimum.ts";

/**
 * What a law proves of the form of its optimum: by the symmetry that its parts declare, or else by its exact moments.
 *
 * Left out where neither says enough: the moments are not known, or they give a step of a known form while terms even in
 * the responses might still help.
 */
export function declaredOptimum(law: PromptLaw): DeclaredOptimum | undefined {
  return fromSymmetry(law) ?? fromMoments(law);
}

function fromSymmetry(law: PromptLaw): DeclaredOptimum | undefined {
  const raw: Invariance[] = hasIsotropicCovariates(law)
    ? [law.target.declares.invariance, law.noise.declares.invariance]
    : ["none"];
  const group = smallest([...covariateGroups(law), ...raw]);
  if (isIrreducible(group)) {
    return {
      conclusion: "one-step",
      because: because(law, group, "of the covariates", false),
      evenPartDecouples: true,
    };
  }
  const whitened = smallest([...covariateGroups(law), hasOneCovariance(law) ? whitenedTargetGroup(law) : "none"]);
  if (isIrreducible(whitened) && law.noise.declares.homoscedastic) {
    return {
      conclusion: "preconditioned-step",
      because: because(law, whitened, "of the whitened covariates", true),
      evenPartDecouples: true,
    };
  }
  return undefined;
}

/** The symmetry and its theorem: a paper's where its setting is the law's, otherwise the symmetrisation theorem. */
function because(law: PromptLaw, group: Irreducible, what: string, whitened: boolean): string {
  const { source } = symmetryReduction({
    group: group === "rotations" ? "orthogonal" : group,
    dimension: law.dimension,
    whitened,
  });
  const maps = group === "rotations" ? "rotations" : "signed permutations";
  const theorem = paperTheorem(law, group, whitened) ?? `the symmetrisation theorem, ${source.key}: ${source.locator}`;
  return `the law is invariant under ${maps} ${what} (${theorem})`;
}

function paperTheorem(law: PromptLaw, group: Irreducible, whitened: boolean): string | undefined {
  const isGaussian = law.covariates.gaussian && law.queryCovariates === law.covariates && hasGaussianNoise(law);
  if (group !== "rotations" || !isGaussian || !hasFixedLength(law)) return undefined;
  const isLinear = gaussianTasks(law) !== undefined;
  if (whitened) return isLinear ? "Theorem 2 of arXiv 2307.03576" : undefined;
  return `Theorem ${isLinear ? 1 : 3} of arXiv 2307.03576`;
}

function fromMoments(law: PromptLaw): DeclaredOptimum | undefined {
  const optimum = attempt(() => optimumOfLaw(law));
  if (optimum === undefined) return undefined;
  const sizes = stepSizesOf(optimum.preconditioner.value, law.covariates.covariance);
  const evenPartDecouples = optimum.attains === "lsa-minimum";
  if (sizes.stepSize === null && sizes.whitenedStepSize === undefined) {
    const costs = evenPartDecouples ? attempt(() => costsOfForms(law, optimum.loss)) : undefined;
    return {
      conclusion: "general",
      because: "the moments of the law give another Γ*",
      evenPartDecouples,
      ...(costs === undefined ? {} : { costs }),
    };
  }
  if (!evenPartDecouples) return undefined;
  const oneStep = sizes.stepSize !== null;
  return {
    conclusion: oneStep ? "one-step" : "preconditioned-step",
    because: `the moments of the law give Γ* = ${oneStep ? "ηI" : "ηΣ⁻¹"}, and terms even in the responses cannot help`,
    evenPartDecouples,
  };
}

/** (R − L*)/L* of the best ηI, and of the best ηΣ⁻¹, which is the best ηI where each context's b is Σ⁻¹b. */
function costsOfForms(law: PromptLaw, leastLoss: number): DeclaredOptimum["costs"] {
  if (leastLoss <= 0) return undefined; // no share of it
  const moments = promptMoments(law);
  const precision = pseudoInverse(law.covariates.covariance.matrix);
  const whitened: PromptMoments = {
    ...moments,
    crossMoment: multiply(precision, moments.crossMoment),
    strata: moments.strata.map((stratum) => ({
      ...stratum,
      stepMoment: multiply(precision, stratum.stepMoment, precision),
    })),
  };
  const costOf = (of: PromptMoments): number => Math.max(0, bestStepSize(of).value.loss / leastLoss - 1);
  return { "one-step": costOf(moments), "preconditioned-step": costOf(whitened) };
}

type Irreducible = "rotations" | "signed-permutations";

/** The groups that act irreducibly, so that only multiples of I commute with them. */
function isIrreducible(group: Invariance): group is Irreducible {
  return group === "rotations" || group === "signed-permutations";
}

const bySize: readonly Invariance[] = ["rotations", "signed-permutations", "coordinate-signs", "signs", "none"];

/** Each group contains those that follow it, so what several laws share is the last. */
function smallest(groups: readonly Invariance[]): Invariance {
  return bySize[Math.max(...groups.map((group) => bySize.indexOf(group)))];
}

function covariateGroups({ covariates, queryCovariates }: PromptLaw): Invariance[] {
  return [covariates.declares.invariance, queryCovariates.declares.invariance];
}

/** Then whitening changes nothing but the scale. */
function hasIsotropicCovariates({ covariates, queryCovariates }: PromptLaw): boolean {
  return [covariates, queryCovariates].every((law) => stepSizeOf(law.covariance.matrix) !== null);
}

function hasOneCovariance({ covariates, queryCovariates }: PromptLaw): boolean {
  const [sigma, sigmaQuery] = [covariates.covariance.matrix, queryCovariates.covariance.matrix];
  return maxAbs(subtract(sigma, sigmaQuery)) === 0;
}

/** The symmetry of a target over whitened covariates Σ^{−½}x: of f(x) = ⟨w, x⟩ it is that of Σ^½w. */
function whitenedTargetGroup(law: PromptLaw): Invariance {
  if (unsignedTarget(law)["whiten"] === true) return law.target.declares.invariance;
  const prior = gaussianTasks(law);
  if (prior === undefined || prior.taskMean.some((entry) => entry !== 0)) return "none";
  const isotropic = stepSizeOf(multiply(law.covariates.covariance.matrix, prior.tasks.matrix)) !== null;
  return isotropic ? "rotations" : "none";
}
