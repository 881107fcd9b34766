import { DomainError, ShapeError } from "@onestep/core";
import type { CovariateLaw } from "../define/define-covariates.ts";
import type { NoiseLaw } from "../define/define-noise.ts";
import type { TargetLaw, TargetOnCovariates } from "../define/define-target.ts";
import { contextLengths, type ContextLengthInput } from "./context-lengths.ts";

/**
 * The law of a prompt: a length n and a target f are drawn, then n rows x₁ … x_n and the queries, and each response is f
 * at its covariate plus noise.
 */
export interface PromptLaw {
  /** n ≥ 1; for a random length, the largest */
  readonly contextLength: number;
  /** Where n is random: the least one, all up to `contextLength` being as likely. */
  readonly leastContextLength?: number | undefined;
  /** Queries that share a context, ≥ 1. */
  readonly queries: number;
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
  /** A number, or the ends of a uniform law of n. */
  readonly contextLength: ContextLengthInput;
  readonly covariates: CovariateLaw;
  readonly target: TargetLaw;
  readonly noise: NoiseLaw;
  /** Omitted: the query is drawn like the context. */
  readonly queryCovariates?: CovariateLaw | undefined;
  /** Queries that share a context; omitted means 1. */
  readonly queries?: number | undefined;
}

/**
 * Puts laws together into the law of a prompt.
 *
 * @throws DomainError unless the context length is an integer ≥ 1, or a range of such, and `queries` an integer ≥ 1
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
  const { covariates, target, noise, queryCovariates = covariates, queries = 1 } = parts;
  const { from, to } = contextLengths(parts.contextLength);
  const { dimension } = covariates;
  requireDimension("law.target", target.dimension, dimension);
  requireDimension("law.query.covariates", queryCovariates.dimension, dimension);
  requireQueries(queries);
  return {
    contextLength: to,
    leastContextLength: from === to ? undefined : from,
    queries,
    dimension,
    covariates,
    target,
    noise,
    queryCovariates,
    targetOnCovariates: target.over(covariates),
  };
}

function requireQueries(queries: number): void {
  if (Number.isSafeInteger(queries) && queries >= 1) return;
  throw new DomainError({
    where: "law.queries",
    expected: "an integer number of queries ≥ 1",
    arrived: String(queries),
    hint: "leave it out for one query a prompt",
  });
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
