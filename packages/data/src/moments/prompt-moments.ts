import { add, AssumptionError, maxAbs, scale, zeros, type Matrix, type PromptMoments } from "@onestep/core";
import { requireFiniteNumbers } from "../define/require-finite-numbers.ts";
import type { CovariateLaw } from "../define/define-covariates.ts";
import type { TargetMoments } from "../define/define-target.ts";
import { lengthExpectation, lengthsOf, meanLength, meanPairs } from "../prompt/context-lengths.ts";
import type { PromptLaw } from "../prompt/prompt-law.ts";
import { evenPartDecouples } from "./even-part.ts";
import { requireStepMoments } from "./needed-moments.ts";
import { requireFiniteMoments, requireNoUnderflow } from "./require-finite.ts";
import { strataOf, type PromptStratum } from "./strata.ts";
import { estimateFromDraws } from "./estimate-from-draws.ts";

/**
 * The exact moments through which a law enters the loss of a step. For independent rows, with β = E[y x | task] and
 * E₂ = E[f² x xᵀ] + E[ε² x xᵀ],
 *
 * $$ A = \mathbb{E}n\;\mathbb{E}\beta\beta_q^\top, \qquad
 *    B = \mathbb{E}n\;E_2 + \mathbb{E}[n(n-1)]\;\mathbb{E}\beta\beta^\top $$
 *
 * and one B for each law of covariates that a prompt can have.
 *
 * @throws AssumptionError where the law declares too little, or a moment is infinite: its `unmet` names what is missing
 * @throws NumericalError where a moment overflows, or all of its digits underflow
 *
 * @example
 * const law = parsePromptLaw({
 *   contextLength: 20, dimension: 5,
 *   covariates: { law: "gaussian" },
 *   target: { law: "linear", tasks: { law: "gaussian" } },
 *   noise: { law: "gaussian", variance: 0.25 },
 * });
 * promptMoments(law).responseSecondMoment; // => 5.25
 */
export function promptMoments(law: PromptLaw): PromptMoments {
  requireStepMoments("promptMoments", law);
  const n = meanLength(lengthsOf(law));
  const strata = strataOf(law).map((stratum) => ({ ...stratum, moments: momentsOf(law, stratum) }));
  const noiseAtQuery = ({ query }: PromptStratum): number => law.noise.moments(query).variance;
  const moments = {
    contextLength: n,
    dimension: law.dimension,
    crossMoment: scale(
      mixture(strata, ({ moments }) => moments.crossMoment),
      n,
    ),
    strata: strata.map(({ probability, context, query, moments }) => ({
      probability,
      querySecondMoment: query.covariance.matrix,
      stepMoment: stepMoment(law, context, moments),
    })),
    responseSecondMoment: strata.reduce(
      (sum, stratum) => sum + stratum.probability * (stratum.moments.secondMoment + noiseAtQuery(stratum)),
      0,
    ),
    evenPartDecouples: evenPartDecouples(law),
  };
  requireFiniteNumbers("promptMoments", {
    A: moments.crossMoment.values,
    ...Object.fromEntries(moments.strata.map(({ stepMoment: { values } }, k) => [`B of stratum ${k}`, values])),
    "E y_q²": [moments.responseSecondMoment],
  });
  return moments;
}

/**
 * The moments of the law's target alone: no noise, no context length; averaged where each prompt has a law of its own.
 *
 * @throws AssumptionError where the law declares too little
 * @throws NumericalError where a moment overflows
 */
export function targetMoments(law: PromptLaw): TargetMoments {
  requireStepMoments("targetMoments", law);
  const strata = strataOf(law).map((stratum) => ({ ...stratum, moments: momentsOf(law, stratum) }));
  return {
    crossMoment: mixture(strata, ({ moments }) => moments.crossMoment),
    contextMoment: mixture(strata, ({ moments }) => moments.contextMoment),
    energy: mixture(strata, ({ moments }) => moments.energy),
    secondMoment: strata.reduce((sum, { probability, moments }) => sum + probability * moments.secondMoment, 0),
  };
}

function momentsOf(law: PromptLaw, { context, query }: PromptStratum): TargetMoments {
  const moments = law.targetOnCovariates.moments(context, query);
  const { crossMoment, contextMoment, energy, secondMoment } = moments;
  requireFiniteMoments([maxAbs(crossMoment), maxAbs(contextMoment), maxAbs(energy), secondMoment]);
  if (maxAbs(context.covariance.matrix) > 0) requireNoUnderflow(maxAbs(energy), secondMoment);
  return moments;
}

/** B = E[n] E₂ + E[n(n−1)] C, and what correlation of the rows adds. */
function stepMoment(law: PromptLaw, context: CovariateLaw, moments: TargetMoments): Matrix {
  const lengths = lengthsOf(law);
  const responseEnergy = add(moments.energy, law.noise.moments(context).energy);
  const independent = add(scale(responseEnergy, meanLength(lengths)), scale(moments.contextMoment, meanPairs(lengths)));
  if (context.rowCorrelation === undefined) return independent;
  if (moments.correlatedPairs === undefined) throw refuseDependentRows(context);
  const correlation = context.meanRowCorrelation?.(lengths) ?? lengthExpectation(lengths, context.rowCorrelation);
  return add(independent, scale(moments.correlatedPairs, correlation));
}

/** Σ_k p_k M_k; a single stratum's matrix is passed on as it is. */
function mixture<S extends { readonly probability: number }>(
  strata: readonly S[],
  matrixOf: (stratum: S) => Matrix,
): Matrix {
  if (strata.length === 1) return matrixOf(strata[0]);
  const { rows, columns } = matrixOf(strata[0]);
  return strata.reduce((sum, stratum) => add(sum, scale(matrixOf(stratum), stratum.probability)), zeros(rows, columns));
}

function refuseDependentRows({ name }: CovariateLaw): AssumptionError {
  return new AssumptionError({
    where: "promptMoments",
    expected: "a linear target over dependent rows, or independent rows",
    arrived: `${name} covariates under a nonlinear target`,
    hint: `${estimateFromDraws}, use gaussian covariates, or a linear target`,
    source: "moments of correlated rows",
    unmet: ["E[y₁y₂ x₁x₂ᵀ] is known for two rows of a prompt"],
  });
}
