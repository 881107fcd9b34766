import { NumericalError, type Covariance, type Matrix, type RandomStream } from "@onestep/core";
import {
  makeFactory,
  type DimensionalInputs,
  type DimensionalValues,
  type Factory,
  type RecordedLaw,
} from "./definition.ts";
import type { Invariance } from "./law-kind.ts";
import type { Parameters } from "./parameter.ts";

/** Draws `count` covariates, one row after another, into a row-major array. */
export type DrawRows = (stream: RandomStream, count: number, into: Float64Array, offset: number) => void;

/** Ω ↦ E[x xᵀΩx xᵀ] for symmetric Ω, `[d, d]` to `[d, d]`. */
export type FourthMoment = (omega: Matrix) => Matrix;

/** The law of the covariates of a prompt. */
export interface CovariateLaw extends RecordedLaw {
  readonly kind: "covariates";
  /** d */
  readonly dimension: number;
  /** Σ = E[x xᵀ], the second moment */
  readonly covariance: Covariance;
  /** Whether the rows are independent draws of N(0, Σ). */
  readonly gaussian: boolean;
  readonly declares: {
    /** E x = 0 */
    readonly centered: boolean;
    /** The group that leaves the law of the whitened covariate unchanged. */
    readonly invariance: Invariance;
  };
  /** Absent where it does not exist or is not known. */
  readonly fourthMoment: FourthMoment | undefined;
  readonly drawRows: DrawRows;
}

/** What a law of covariates must say; everything else follows from it. */
export interface CovariatesDefinition<P extends Parameters> {
  readonly name: string;
  readonly summary: string;
  readonly parameters: P;
  covariance(values: DimensionalValues<P>): Covariance;
  fourthMoment?(values: DimensionalValues<P>): FourthMoment;
  readonly declares: CovariateLaw["declares"] & { readonly gaussian?: boolean };
  draw(values: DimensionalValues<P>): DrawRows;
}

/**
 * Makes a law of covariates out of one definition: a factory for TypeScript, and an entry for law files.
 *
 * @throws NumericalError if Σ is singular: directions that no covariate ever takes leave Γ* undetermined
 */
export function defineCovariates<P extends Parameters>(
  definition: CovariatesDefinition<P>,
): Factory<DimensionalInputs<P>, CovariateLaw> {
  const { centered, invariance, gaussian = false } = definition.declares;
  return makeFactory({ ...definition, kind: "covariates" }, ({ values, recorded, site }) => {
    const all = { ...values, dimension: site.dimension };
    const covariance = definition.covariance(all);
    requireFullRank(covariance, site.where);
    return {
      kind: "covariates",
      name: definition.name,
      parameters: recorded,
      dimension: site.dimension,
      covariance,
      gaussian,
      declares: { centered, invariance },
      fourthMoment: definition.fourthMoment?.(all),
      drawRows: definition.draw(all),
    };
  });
}

function requireFullRank({ rank, dimension }: Covariance, where: string): void {
  if (rank === dimension) return;
  throw new NumericalError({
    where,
    expected: `a covariance of rank ${dimension}: Γ* is not identified along directions that no covariate takes`,
    arrived: `a singular one, of rank ${rank}`,
    hint: "drop the dependent coordinates, or add a little variance to every coordinate",
  });
}
