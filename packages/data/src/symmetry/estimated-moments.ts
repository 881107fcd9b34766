import {
  DomainError,
  matrix,
  multiply,
  traceOfProduct,
  transpose,
  type Estimate,
  type Matrix,
  type PromptMoments,
} from "@onestep/core";
import { jackknifeErrors, type BlockedMeans } from "./blocked-means.ts";
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

/** Means over prompts, all pushed together. */
export interface MomentMeans {
  readonly crossMoment: BlockedMeans;
  readonly stepMoment: BlockedMeans;
  readonly querySecondMoment: BlockedMeans;
  readonly response: BlockedMeans;
  readonly length: BlockedMeans;
  readonly covariance: BlockedMeans;
  readonly energy: BlockedMeans;
  readonly contextMoment: BlockedMeans;
}

/**
 * Turns means into estimates: of the moments, and of the best step on a law that has them.
 *
 * @throws DomainError for fewer than two prompts
 */
export function estimateFrom(means: MomentMeans, d: number): EstimatedPromptMoments {
  const { count } = means.length;
  requireTwo(count);
  const full = (part: BlockedMeans): EstimatedMatrix => ({
    value: matrix(d, d, part.mean()),
    standardError: matrix(d, d, part.standardError()),
  });
  const triangle = (part: BlockedMeans): EstimatedMatrix => ({
    value: unpackTriangle(part.mean(), d),
    standardError: unpackTriangle(part.standardError(), d),
  });
  const [crossMoment, stepMoment] = [full(means.crossMoment), full(means.stepMoment)];
  const querySecondMoment = full(means.querySecondMoment);
  const [response] = means.response.mean();
  const best = bestStep(crossMoment.value, stepMoment.value, querySecondMoment.value, response);
  const bestError = jackknifeErrors(leftOutSteps(means, d));
  return {
    count,
    moments: {
      contextLength: means.length.mean()[0],
      dimension: d,
      crossMoment: crossMoment.value,
      strata: [{ probability: 1, querySecondMoment: querySecondMoment.value, stepMoment: stepMoment.value }],
      responseSecondMoment: response,
      evenPartDecouples: "not known",
    },
    crossMoment,
    stepMoment,
    querySecondMoment,
    responseSecondMoment: { value: response, standardError: means.response.standardError()[0], count },
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
function bestStep(a: Matrix, b: Matrix, s: Matrix, response: number): Float64Array {
  const step = multiply(inverseOnSupport(s), transpose(a), inverseOnSupport(b));
  return Float64Array.of(...step.values, response - traceOfProduct(step, a));
}

function leftOutSteps(means: MomentMeans, d: number): Float64Array[] {
  const matrices = (part: BlockedMeans): Matrix[] => part.leftOut().map((values) => matrix(d, d, values));
  const [a, b, s] = [matrices(means.crossMoment), matrices(means.stepMoment), matrices(means.querySecondMoment)];
  return means.response.leftOut().map(([response], block) => bestStep(a[block], b[block], s[block], response));
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
