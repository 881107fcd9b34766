import {
  add,
  AssumptionError,
  identity,
  maxAbs,
  scale,
  subtract,
  trace,
  transpose,
  type Matrix,
  type PromptMoments,
} from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireMoments } from "../moments/require-moments.ts";
import { choleskyOrNull, solveOnSupport } from "../numerics/solve-on-support.ts";
import { cite } from "../sources.ts";

/** What no depth and no number of heads can get below, and what they can explain. */
export interface DepthFloor {
  /** A lower bound on the loss of any stack of linear attention, at any context length */
  readonly floor: number;
  /** E βᵀΣ⁻¹β: the part of E y_q² that is linear in the query */
  readonly explained: number;
}

/**
 * The loss that linear attention of any depth and any number of heads cannot go below.
 *
 * $$ \mathrm{loss} \ge \mathbb{E}\,y_q^2 - \mathbb{E}\,\beta^\top\Sigma^{-1}\beta, \qquad \beta = \mathbb{E}[y\,x \mid \mathrm{task}] $$
 *
 * Layers act on tokens by matrices that depend on the context only, so the output is linear in x_q; the best linear
 * function of the query, given the task itself, is βᵀΣ⁻¹x_q. Targets with β = 0 gain nothing from depth. For linear
 * targets the floor is σ².
 *
 * The query must follow the law of the rows: then A = nC, which is all that is read here. Moments alone cannot tell
 * that it does; they can tell that it does not, and are refused where A is not symmetric, where Σ_k p_k B_k ⪰ nA fails
 * (Jensen, given the task), or where more than all of E y_q² would be explained. Moments estimated from draws fail the
 * first of these by their noise.
 *
 * @param moments of a law whose query follows the law of the rows
 * @returns the floor and what is explained, σ² of the query in the floor
 * @throws AssumptionError for strata with different covariances (their β would be needed one by one), or moments that
 * no law with such a query has
 * @throws ShapeError, DomainError for invalid moments
 * @throws NumericalError for moments that are not positive semidefinite
 *
 * Source: own derivation, depthFloor.
 *
 * @example
 * const setting = { contextLength: 20, covariates: isotropic(5), tasks: isotropic(5), noiseVariance: 0.25 };
 * depthFloor(gaussianLinearMoments(setting)).value.floor; // ≈ 0.25
 */
export function depthFloor(moments: PromptMoments): ClosedForm<DepthFloor> {
  requireMoments("depthFloor", moments);
  const [first, ...others] = moments.strata.map((stratum) => stratum.querySecondMoment);
  if (others.some((other) => other.values.some((value, at) => value !== first.values[at]))) {
    throw new AssumptionError({
      where: "depthFloor",
      expected: "one covariance for all prompts",
      arrived: `${moments.strata.length} strata with different covariances`,
      hint: "average the floors of the strata, each computed from its own moments",
      source: "onestep, depthFloor",
      unmet: ["the covariance of the covariates does not vary from prompt to prompt"],
    });
  }
  requireQueryLikeRows(moments);
  // A = E[n]·C when rows and query follow one law.
  const signal = scale(moments.crossMoment, 1 / moments.contextLength);
  const explained = trace(solveOnSupport(first, signal));
  if (explained > moments.responseSecondMoment * (1 + 2 ** -26)) refuseQuery("an explained part above E y_q²");
  return {
    value: { floor: Math.max(moments.responseSecondMoment - explained, 0), explained },
    formula: String.raw`\mathbb{E}\,y_q^2 - \mathrm{tr}(\Sigma^{-1}C),\quad C = \mathbb{E}\,\beta\beta^\top`,
    hypotheses: [
      hypotheses.squaredError,
      hypotheses.independentRows,
      "attention without softmax, MLP or masking between context tokens",
      "the query follows the law of the rows",
    ],
    source: cite("onestep", "depthFloor"),
  };
}

/** A = nC is symmetric, and B ⪰ n²C, since b has mean nβ given the task. */
function requireQueryLikeRows({ contextLength, crossMoment, strata }: PromptMoments): void {
  const asymmetry = maxAbs(subtract(crossMoment, transpose(crossMoment)));
  if (asymmetry > 2 ** -26 * maxAbs(crossMoment)) refuseQuery("a cross moment A that is not symmetric");
  const stepMoment = strata
    .map((stratum) => scale(stratum.stepMoment, stratum.probability))
    .reduce((sum, term) => add(sum, term));
  const spare = subtract(stepMoment, scale(crossMoment, contextLength));
  if (!isPositive(spare, 2 ** -26 * maxAbs(stepMoment))) refuseQuery("a step moment B with B ⪰ nA violated");
}

/** Eigenvalues above −tolerance; the zero matrix is fine. */
function isPositive(symmetric: Matrix, tolerance: number): boolean {
  return tolerance === 0 || choleskyOrNull(add(symmetric, scale(identity(symmetric.rows), tolerance))) !== null;
}

function refuseQuery(arrived: string): never {
  throw new AssumptionError({
    where: "depthFloor",
    expected: "exact moments of a law whose query follows the law of the rows",
    arrived,
    hint: "give the moments of the context's own law; where only the query's covariance differs, the floor is not known here",
    source: "onestep, depthFloor",
    unmet: ["the query follows the law of the rows"],
  });
}
