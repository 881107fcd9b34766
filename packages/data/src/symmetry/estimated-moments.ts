import {
  DomainError,
  jackknifeError,
  matrix,
  multiply,
  traceOfProduct,
  transpose,
  type Estimate,
  type Matrix,
  type PromptMoments,
} from "@onestep/core";
import { stepTermsOf, type StepTerms } from "../moments/step-terms.ts";
import type { BlockedMeans } from "./blocked-means.ts";
import { unpackTriangle } from "./context-matrices.ts";
import { inverseOnSupport } from "./query-regression.ts";

/** A matrix from draws, never without its standard errors. */
export interface EstimatedMatrix {
  readonly value: Matrix;
  /** Of each entry, in the shape of the matrix. */
  readonly standardError: Matrix;
}

/** What prompts say of the moments of their law. */
export interface EstimatedPromptMoments {
  /** Prompts. */
  readonly count: number;
  /** The estimates in the form in which the theory takes moments. */
  readonly moments: PromptMoments;
  /** A = E[b (y_q x_q)ᵀ] */
  readonly crossMoment: EstimatedMatrix;
  /** B = E[b bᵀ] */
  readonly stepMoment: EstimatedMatrix;
  /** S = E[x_q x_qᵀ] */
  readonly querySecondMoment: EstimatedMatrix;
  /** E y_q² */
  readonly responseSecondMoment: Estimate;
  /** Σ = E[x xᵀ], of the context's rows */
  readonly covariance: EstimatedMatrix;
  /** E₂ = E[y² x xᵀ] */
  readonly energy: EstimatedMatrix;
  /** C = E ββᵀ, β = E[y x | task]; left out unless two contexts have two pairs to compare */
  readonly contextMoment?: EstimatedMatrix;
  /** Γ̂ = S⁻¹AᵀB⁻¹, the best step on a law with these moments */
  readonly preconditioner: EstimatedMatrix;
  /** R(Γ̂) = E y_q² − tr(Γ̂A) */
  readonly loss: Estimate;
}

/** Means over prompts. */
export interface MomentMeans {
  /** The terms of the loss of a step, one after the other. */
  readonly steps: BlockedMeans;
  readonly length: BlockedMeans;
  /** Lower triangles, as are the two that follow. */
  readonly covariance: BlockedMeans;
  readonly energy: BlockedMeans;
  /** Over contexts of two pairs or more. */
  readonly contextMoment: BlockedMeans;
}

/**
 * Turns means into estimates: of the moments, and of the best step on a law that has them.
 *
 * @throws DomainError for fewer than two prompts
 */
export function estimateFrom(means: MomentMeans, d: number): EstimatedPromptMoments {
  const { count } = means.steps;
  requireTwo(count);
  const [value, error] = [stepTermsOf(means.steps.mean(), d), stepTermsOf(means.steps.standardError(), d)];
  const square = (part: "cross" | "step" | "query"): EstimatedMatrix => ({
    value: matrix(d, d, value[part].slice()),
    standardError: matrix(d, d, error[part].slice()),
  });
  const triangle = (part: BlockedMeans): EstimatedMatrix => ({
    value: unpackTriangle(part.mean(), d),
    standardError: unpackTriangle(part.standardError(), d),
  });
  const [crossMoment, stepMoment, querySecondMoment] = [square("cross"), square("step"), square("query")];
  const best = bestStep(value, d);
  const bestLeftOut = means.steps.leftOut().map((all) => bestStep(stepTermsOf(all, d), d));
  const bestError = best.map((_, at) => jackknifeError(bestLeftOut.map((values) => values[at])));
  return {
    count,
    moments: {
      contextLength: means.length.mean()[0],
      dimension: d,
      crossMoment: crossMoment.value,
      strata: [{ probability: 1, querySecondMoment: querySecondMoment.value, stepMoment: stepMoment.value }],
      responseSecondMoment: value.response[0],
      evenPartDecouples: "not known",
    },
    crossMoment,
    stepMoment,
    querySecondMoment,
    responseSecondMoment: { value: value.response[0], standardError: error.response[0], count },
    covariance: triangle(means.covariance),
    energy: triangle(means.energy),
    ...(means.contextMoment.count < 2 ? {} : { contextMoment: triangle(means.contextMoment) }),
    preconditioner: {
      value: matrix(d, d, best.slice(0, d * d)),
      standardError: matrix(d, d, bestError.slice(0, d * d)),
    },
    loss: { value: best[d * d], standardError: bestError[d * d], count },
  };
}

/** The entries of Γ = S⁻¹AᵀB⁻¹, and after them its loss E y_q² − tr(ΓA). */
function bestStep({ cross, step, query, response }: StepTerms, d: number): Float64Array {
  const a = matrix(d, d, cross);
  const inverses = [query, step].map((moment) => inverseOnSupport(matrix(d, d, moment)));
  const best = multiply(inverses[0], transpose(a), inverses[1]);
  return Float64Array.of(...best.values, response[0] - traceOfProduct(best, a));
}

function requireTwo(count: number): void {
  if (count >= 2) return;
  throw new DomainError({
    where: "promptMomentsAccumulator.estimate",
    expected: "at least two prompts",
    arrived: String(count),
    hint: "a standard error needs two draws; push more prompts",
  });
}
