import type { RandomStream } from "@onestep/core";
import { makeFactory, type Factory, type RecordedLaw } from "./definition.ts";
import type { InputsOf, Parameters, ValuesOf } from "./parameter.ts";

/** Draws the noise of one response. */
export type DrawNoise = (stream: RandomStream) => number;

/** The law of the noise ε on every response, the query's included; E ε = 0, independent of the covariates. */
export interface NoiseLaw extends RecordedLaw {
  readonly kind: "noise";
  /** σ² = E ε² */
  readonly variance: number;
  readonly declares: {
    /** −ε has the law of ε. */
    readonly signSymmetric: boolean;
  };
  readonly draw: DrawNoise;
}

/** What a law of noise must say. */
export interface NoiseDefinition<P extends Parameters> {
  readonly name: string;
  readonly summary: string;
  readonly parameters: P;
  variance(values: ValuesOf<P>): number;
  readonly declares: NoiseLaw["declares"];
  draw(values: ValuesOf<P>): DrawNoise;
}

/** Makes a law of noise out of one definition: a factory for TypeScript, and an entry for law files. */
export function defineNoise<P extends Parameters>(definition: NoiseDefinition<P>): Factory<InputsOf<P>, NoiseLaw> {
  return makeFactory({ ...definition, kind: "noise" }, ({ values, recorded }) => ({
    kind: "noise",
    name: definition.name,
    parameters: recorded,
    variance: definition.variance(values),
    declares: definition.declares,
    draw: definition.draw(values),
  }));
}
