import { scale, type Matrix, type RandomStream } from "@onestep/core";
import type { CovariateLaw } from "./define-covariates.ts";
import { makeFactory, type Factory, type RecordedLaw } from "./definition.ts";
import type { InputsOf, Parameters, ValuesOf } from "./parameter.ts";

/** Draws the noise of one response, at the covariate that begins at `offset`. */
export type DrawNoise = (stream: RandomStream, covariates: Float64Array, offset: number) => number;

/** The moments of noise over a law of covariates. */
export interface NoiseMoments {
  /** E ε² */
  readonly variance: number;
  /** E[ε² x xᵀ], `[d, d]` */
  readonly energy: Matrix;
}

/** The law of the noise ε on every response, the query's included; E[ε | x] = 0. */
export interface NoiseLaw extends RecordedLaw {
  readonly kind: "noise";
  /** σ² = E ε² of noise that is independent of the covariates; otherwise its value at x = 0. */
  readonly variance: number;
  readonly declares: {
    /** −ε has the law of ε. */
    readonly signSymmetric: boolean;
    /** E[ε² | x] does not depend on x. */
    readonly homoscedastic: boolean;
  };
  /**
   * @throws AssumptionError where these covariates leave a moment without a closed form
   */
  moments(covariates: CovariateLaw): NoiseMoments;
  /** Draws the noise of one prompt, its level first where each prompt has one. */
  readonly drawLevel: (stream: RandomStream) => DrawNoise;
}

/** What a law of noise must say. */
export interface NoiseDefinition<P extends Parameters> {
  readonly name: string;
  readonly summary: string;
  readonly parameters: P;
  variance(values: ValuesOf<P>): number;
  readonly declares: { readonly signSymmetric: boolean };
  /** For noise that depends on the covariates; left out, ε is independent of them. */
  moments?(values: ValuesOf<P>): NoiseLaw["moments"];
  /** Draws the noise of one prompt: its level, if prompts differ in it, and then the noise of each response. */
  draw(values: ValuesOf<P>): NoiseLaw["drawLevel"];
}

/** Makes a law of noise out of one definition: a factory for TypeScript, and an entry for law files. */
export function defineNoise<P extends Parameters>(definition: NoiseDefinition<P>): Factory<InputsOf<P>, NoiseLaw> {
  return makeFactory({ ...definition, kind: "noise" }, ({ values, recorded }) => {
    const variance = definition.variance(values);
    const independent = ({ covariance }: CovariateLaw): NoiseMoments => ({
      variance,
      energy: scale(covariance.matrix, variance),
    });
    return {
      kind: "noise",
      name: definition.name,
      parameters: recorded,
      variance,
      declares: { ...definition.declares, homoscedastic: definition.moments === undefined },
      moments: definition.moments?.(values) ?? independent,
      drawLevel: definition.draw(values),
    };
  });
}
