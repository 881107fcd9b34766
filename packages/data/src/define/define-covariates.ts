import { NumericalError, type Covariance, type Matrix, type RandomStream } from "@onestep/core";
import {
  makeFactory,
  type DimensionalInputs,
  type DimensionalValues,
  type Factory,
  type RecordedLaw,
} from "./definition.ts";
import type { FromNormals } from "./from-normals.ts";
import type { JsonObject } from "./json.ts";
import type { Invariance } from "./law-kind.ts";
import type { Parameters } from "./parameter.ts";

/** Draws `count` covariates, one row after another, into a row-major array. */
export interface DrawRows {
  (stream: RandomStream, count: number, into: Float64Array, offset: number): void;
  /** For rows that are made of d normals each: what is done to them; see `drawFromNormals`. */
  readonly fromNormals?: FromNormals | undefined;
}

/** Ω ↦ E[x xᵀΩx xᵀ] for symmetric Ω, `[d, d]` to `[d, d]`. */
export type FourthMoment = (omega: Matrix) => Matrix;

/** A moment that does not exist, and why: `"E‖x‖⁴ is infinite for ν = 3 degrees of freedom"`. */
export interface MissingMoment {
  readonly missing: string;
}

/** What a law of covariates declares about itself. */
export interface CovariateDeclarations {
  /** E x = 0 */
  readonly centered: boolean;
  /** The group that leaves the law of the whitened rows Σ^{−½}xᵢ unchanged, all rows of a prompt turned alike. */
  readonly invariance: Invariance;
}

/** The law of the covariates of a prompt. */
export interface CovariateLaw extends RecordedLaw, CovariateTraits {
  readonly kind: "covariates";
  /** d */
  readonly dimension: number;
  /** Σ = E[x xᵀ], the second moment; over all prompts, where each has a law of its own */
  readonly covariance: Covariance;
  /** Whether the rows are independent draws of N(0, Σ). */
  readonly gaussian: boolean;
  readonly declares: CovariateDeclarations;
  /** Ω ↦ E[x xᵀΩx xᵀ]. Absent where it does not exist or is not known. */
  readonly fourthMoment: FourthMoment | undefined;
  /** Why there is no fourth moment, where it does not exist. */
  readonly noFourthMoment?: string | undefined;
  /** Draws the rows of one prompt, its latent first where it has one; for one row, the query. */
  readonly drawRows: DrawRows;
}

/** What only some laws of covariates have. */
export interface CovariateTraits {
  /** E‖x‖ᵖ is finite for every p below this; left out, for every p. */
  readonly finiteMoments?: number | undefined;
  /** x = √t·Lz with z ~ N(0, I), LLᵀ = Σ and E t = 1: draws t, once a row. */
  readonly drawScale?: ((stream: RandomStream) => number) | undefined;
  /** E h(x₁), for rows whose coordinates are independent and all of one law. */
  readonly coordinateExpectation?: ((h: (x: number) => number) => number) | undefined;
  /** n ↦ Σ_{i≠j} Rᵢⱼ², for Gaussian rows with Cov(xᵢ, xⱼ) = RᵢⱼΣ; absent where rows are independent. */
  readonly rowCorrelation?: ((contextLength: number) => number) | undefined;
  /** Its mean over n uniform on `from`, …, `to`; left out, it is added up length by length. */
  readonly meanRowCorrelation?: ((lengths: { readonly from: number; readonly to: number }) => number) | undefined;
  /** The latent of a prompt, where each prompt has a law of its own. */
  readonly perPrompt?: CovariateLatent | undefined;
}

/** One law a prompt, shared by its rows and by its query. */
export interface CovariateLatent {
  draw(stream: RandomStream): CovariateLaw;
  /** Every law that can be drawn; `undefined` for a continuum. */
  readonly strata: readonly CovariateStratum[] | undefined;
}

/** A law that a prompt may have, and how often it has it. */
export interface CovariateStratum {
  readonly probability: number;
  readonly covariates: CovariateLaw;
}

type Declared = CovariateDeclarations & { readonly gaussian?: boolean };

/** What a law of covariates must say; everything else follows from it. */
export interface CovariatesDefinition<P extends Parameters> {
  readonly name: string;
  readonly summary: string;
  readonly parameters: P;
  /** As a law file writes them; a law that needs no parameters is also checked without any. */
  readonly examples?: readonly JsonObject[];
  /** Refuses values that fit their parameters and not one another; `where` is the path of the law. */
  check?(values: DimensionalValues<P>, where: string): void;
  covariance(values: DimensionalValues<P>): Covariance;
  /** Left out, or `undefined` for some parameters, where the fourth moment is not known. */
  fourthMoment?(values: DimensionalValues<P>): FourthMoment | MissingMoment | undefined;
  /** A function where it depends on the parameters. */
  readonly declares: Declared | ((values: DimensionalValues<P>) => Declared);
  traits?(values: DimensionalValues<P>): CovariateTraits;
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
  return makeFactory({ ...definition, kind: "covariates" }, ({ values, recorded, site }) => {
    const all = { ...values, dimension: site.dimension };
    definition.check?.(all, site.where);
    const covariance = definition.covariance(all);
    requireFullRank(covariance, site.where);
    const { declares } = definition;
    const { centered, invariance, gaussian = false } = typeof declares === "function" ? declares(all) : declares;
    return {
      kind: "covariates",
      name: definition.name,
      parameters: recorded,
      dimension: site.dimension,
      covariance,
      gaussian,
      declares: { centered, invariance },
      ...knownOrMissing(definition.fourthMoment?.(all)),
      ...definition.traits?.(all),
      drawRows: definition.draw(all),
    };
  });
}

function knownOrMissing(
  moment: FourthMoment | MissingMoment | undefined,
): Pick<CovariateLaw, "fourthMoment" | "noFourthMoment"> {
  if (typeof moment !== "object") return { fourthMoment: moment };
  return { fourthMoment: undefined, noFourthMoment: moment.missing };
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
