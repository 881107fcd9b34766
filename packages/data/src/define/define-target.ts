import type { Matrix, RandomStream } from "@onestep/core";
import type { CovariateLaw } from "./define-covariates.ts";
import {
  makeFactory,
  type DimensionalInputs,
  type DimensionalValues,
  type Factory,
  type RecordedLaw,
} from "./definition.ts";
import type { Invariance } from "./law-kind.ts";
import type { Parameters } from "./parameter.ts";

/** One drawn target: f at the covariate that begins at `offset`. */
export type Target = (covariates: Float64Array, offset: number) => number;

/** Draws one target, the same for all rows of a prompt. */
export type DrawTarget = (stream: RandomStream) => Target;

/**
 * The moments of a target between a context law and a query law, without noise, with β = E[f(x) x | f]. The loss of a
 * step depends on the law of the target through these alone.
 */
export interface TargetMoments {
  /** E[β β_qᵀ], β of the context and β_q of the query, `[d, d]` */
  readonly crossMoment: Matrix;
  /** C = E[β βᵀ] of the context, `[d, d]` */
  readonly contextMoment: Matrix;
  /** E[f(x)² x xᵀ] of the context, `[d, d]` */
  readonly energy: Matrix;
  /** E f(x_q)² */
  readonly secondMoment: number;
}

/** A law of targets once the covariates are known: whitening and moments depend on them. */
export interface TargetOnCovariates {
  readonly draw: DrawTarget;
  /**
   * @param query the law of the query's covariates; the context's own law where they agree
   * @throws AssumptionError where these covariates leave a moment without a closed form
   */
  moments(query: CovariateLaw): TargetMoments;
}

/** The law of the function f that a prompt hides. */
export interface TargetLaw extends RecordedLaw {
  readonly kind: "target";
  /** d */
  readonly dimension: number;
  readonly declares: {
    /** −f has the law of f. */
    readonly signSymmetric: boolean;
    /** The group of R for which x ↦ f(Rx) has the law of f, in whitened coordinates for a whitened target. */
    readonly invariance: Invariance;
  };
  over(covariates: CovariateLaw): TargetOnCovariates;
}

/** What a law of targets must say. */
export interface TargetDefinition<P extends Parameters> {
  readonly name: string;
  readonly summary: string;
  readonly parameters: P;
  declares(values: DimensionalValues<P>): TargetLaw["declares"];
  over(values: DimensionalValues<P>, covariates: CovariateLaw): TargetOnCovariates;
}

/** Makes a law of targets out of one definition: a factory for TypeScript, and an entry for law files. */
export function defineTarget<P extends Parameters>(
  definition: TargetDefinition<P>,
): Factory<DimensionalInputs<P>, TargetLaw> {
  return makeFactory({ ...definition, kind: "target" }, ({ values, recorded, site }) => {
    const all = { ...values, dimension: site.dimension };
    return {
      kind: "target",
      name: definition.name,
      parameters: recorded,
      dimension: site.dimension,
      declares: definition.declares(all),
      over: (covariates) => definition.over(all, covariates),
    };
  });
}
