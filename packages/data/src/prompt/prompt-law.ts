import { DomainError, ShapeError } from "@onestep/core";
import type { CovariateLaw } from "../define/define-covariates.ts";
import type { NoiseLaw } from "../define/define-noise.ts";
import type { TargetLaw, TargetOnCovariates } from "../define/define-target.ts";

/**
 * The law of a prompt: a target f is drawn, then n rows x₁ … x_n and a query x_q, and each response is f at its
 * covariate plus noise.
 */
export interface PromptLaw {
  /** n ≥ 1 */
  readonly contextLength: number;
  /** d */
  readonly dimension: number;
  readonly covariates: CovariateLaw;
  readonly target: TargetLaw;
  readonly noise: NoiseLaw;
  /** The same object as `covariates` unless the query has a law of its own. */
  readonly queryCovariates: CovariateLaw;
  /** The target over the context's covariates. */
  readonly targetOnCovariates: TargetOnCovariates;
}

/** What a prompt law is made of. */
export interface PromptLawParts {
  readonly contextLength: number;
  readonly covariates: CovariateLaw;
  readonly target: TargetLaw;
  readonly noise: NoiseLaw;
  /** Omitted: the query is drawn like the context. */
  readonly queryCovariates?: CovariateLaw | undefined;
}

/**
 * Puts laws together into the law of a prompt.
 *
 * @throws DomainError unless the context length is an integer ≥ 1
 * @throws ShapeError unless all parts live in one dimension
 *
 * @example
 * promptLaw({
 *   contextLength: 20,
 *   covariates: gaussianCovariates({ dimension: 5 }),
 *   target: singleIndexTarget({ dimension: 5, link: "relu" }),
 *   noise: noNoise(),
 * }).dimension; // => 5
 */
export function promptLaw(parts: PromptLawParts): PromptLaw {
  const { contextLength, covariates, target, noise, queryCovariates = covariates } = parts;
  if (!Number.isSafeInteger(contextLength) || contextLength < 1) {
    throw new DomainError({
      where: "law.contextLength",
      expected: "an integer context length n ≥ 1",
      arrived: String(contextLength),
      hint: "a context needs at least one labelled pair",
    });
  }
  const { dimension } = covariates;
  requireDimension("law.target", target.dimension, dimension);
  requireDimension("law.query.covariates", queryCovariates.dimension, dimension);
  return {
    contextLength,
    dimension,
    covariates,
    target,
    noise,
    queryCovariates,
    targetOnCovariates: target.over(covariates),
  };
}

function requireDimension(where: string, arrived: number, expected: number): void {
  if (arrived === expected) return;
  throw new ShapeError({
    where,
    expected: `dimension ${expected}, like the covariates`,
    arrived: `dimension ${arrived}`,
    hint: "give every part of the law the same dimension",
  });
}
