import type { Matrix, RandomStream } from "@onestep/core";
import type { CovariateLaw } from "./define-covariates.ts";
import type { DrawTaskVector, TaskLaw } from "./define-task.ts";
import {
  makeFactory,
  type DimensionalInputs,
  type DimensionalValues,
  type Factory,
  type RecordedLaw,
} from "./definition.ts";
import type { JsonObject } from "./json.ts";
import { growthOf } from "./growth.ts";
import type { Invariance } from "./law-kind.ts";
import type { Parameters } from "./parameter.ts";

/** One drawn target. */
export interface Target {
  /** f(x), at the covariate x that begins at `offset`. */
  readonly at: (covariates: Float64Array, offset: number) => number;
  /** Whether values are drawn where they are asked for, each given those before it, and stay as they were drawn. */
  readonly sequential?: boolean | undefined;
  /** The few directions through which f sees a covariate, if it does. */
  readonly indices?: TargetIndices | undefined;
  /** What is left of f once the query is averaged out; absent where it has no closed form, as on these covariates. */
  readonly queryMoments?: ((covariates: CovariateLaw) => QueryMoments | undefined) | undefined;
}

/** The moments of one target f over the covariates of a query: all that the loss of a linear prediction needs. */
export interface QueryMoments {
  /** β = E[f(x) x | f], `[d]` */
  readonly cross: Float64Array;
  /** E[f(x)² | f] */
  readonly energy: number;
}

/** A target that sees x only through projections: f(x) = g(⟨w₁, x⟩, …, ⟨w_m, x⟩). */
export interface TargetIndices {
  /** m */
  readonly count: number;
  /** Rows w_j, `[m, d]` */
  readonly directions: Float64Array;
  /** g, of the projections that begin at `offset`. */
  readonly readout: (projections: Float64Array, offset: number) => number;
  /** Whether g is the identity of one projection. */
  readonly linear: boolean;
}

/** Draws one target, the same for all rows of a prompt. */
export interface DrawTarget {
  (stream: RandomStream): Target;
  /** For f(x) = ⟨w, x⟩: draws w alone, all that the stream is used for. */
  readonly drawTaskVector?: DrawTaskVector | undefined;
}

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
  /**
   * E[b_i b_jᵀ] − C in units of R_ij², b_i = f(x_i) x_i, for two Gaussian rows of correlation R_ij, `[d, d]`; absent
   * where it is no such multiple or is not known.
   */
  readonly correlatedPairs?: Matrix;
}

/** A law of targets once the covariates are known: whitening and moments depend on them. */
export interface TargetOnCovariates {
  readonly draw: DrawTarget;
  /**
   * @param context the law of the rows: these covariates, or what a prompt has drawn of them
   * @param query the law of the query's covariates; the same object as the context's where they agree
   * @throws AssumptionError where these covariates leave a moment without a closed form
   */
  moments(context: CovariateLaw, query: CovariateLaw): TargetMoments;
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
  /** E|f(x)|ᵏ = O(‖x‖^(k·growth)) for every k: 1 for a linear target, 0 for a bounded one; ∞ where it is not declared. */
  readonly growth: number;
  /** For a linear target: the law of its task vector. */
  readonly tasks?: TaskLaw | undefined;
  over(covariates: CovariateLaw): TargetOnCovariates;
}

/** What a law of targets must say. */
export interface TargetDefinition<P extends Parameters> {
  readonly name: string;
  readonly summary: string;
  readonly parameters: P;
  /** As a law file writes them; a law that needs no parameters is also checked without any. */
  readonly examples?: readonly JsonObject[];
  /** Refuses values that fit their parameters and not one another; `where` is the path of the law. */
  check?(values: DimensionalValues<P>, where: string): void;
  declares(values: DimensionalValues<P>): TargetLaw["declares"];
  /**
   * How f grows with ‖x‖, as a power; a function where it depends on the parameters. Left out, every moment of
   * heavy-tailed covariates is asked for.
   */
  readonly growth?: number | ((values: DimensionalValues<P>) => number);
  /** For a linear target. */
  tasks?(values: DimensionalValues<P>): TaskLaw;
  over(values: DimensionalValues<P>, covariates: CovariateLaw): TargetOnCovariates;
}

/** Makes a law of targets out of one definition: a factory for TypeScript, and an entry for law files. */
export function defineTarget<P extends Parameters>(
  definition: TargetDefinition<P>,
): Factory<DimensionalInputs<P>, TargetLaw> {
  return makeFactory({ ...definition, kind: "target" }, ({ values, recorded, site }) => {
    const all = { ...values, dimension: site.dimension };
    definition.check?.(all, site.where);
    return {
      kind: "target",
      name: definition.name,
      parameters: recorded,
      dimension: site.dimension,
      declares: definition.declares(all),
      growth: growthOf(definition.growth, all),
      tasks: definition.tasks?.(all),
      over: (covariates) => definition.over(all, covariates),
    };
  });
}
