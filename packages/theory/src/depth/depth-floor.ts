import { AssumptionError, scale, trace, type PromptMoments } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireMoments } from "../moments/require-moments.ts";
import { solveOnSupport } from "../numerics/solve-on-support.ts";
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
 * function of the query, given the task itself, is β ᵀΣ⁻¹x_q. Targets with β = 0 gain nothing from depth. For linear
 * targets the floor is σ².
 *
 * @param moments of a law whose query follows the law of the rows
 * @throws AssumptionError for strata with different covariances: their β would be needed one by one
 * @throws ShapeError, DomainError for invalid moments
 *
 * @example
 * const setting = { contextLength: 20, covariates: isotropic(5), tasks: isotropic(5), noiseVariance: 0.25 };
 * depthFloor(gaussianLinearMoments(setting)).value.floor; // ≈ 0.25
 */
export function depthFloor(moments: PromptMoments): ClosedForm<DepthFloor> {
  requireMoments("depthFloor", moments);
  const [first, ...others] = moments.strata.map((stratum) => stratum.querySecondMoment);
  if (first === undefined || others.some((other) => other.values.some((value, at) => value !== first.values[at]))) {
    throw new AssumptionError({
      where: "depthFloor",
      expected: "one covariance for all prompts",
      arrived: `${moments.strata.length} strata with different covariances`,
      hint: "average the floors of the strata, each computed from its own moments",
      source: "onestep, depthFloor",
      unmet: ["the covariance of the covariates does not vary from prompt to prompt"],
    });
  }
  // A = E[n]·C when rows and query follow one law.
  const signal = scale(moments.crossMoment, 1 / moments.contextLength);
  const explained = trace(solveOnSupport(first, signal));
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
