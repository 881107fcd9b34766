import { DomainError, scale, type Matrix, type RandomStream } from "@onestep/core";
import type { CovariateLaw } from "./define-covariates.ts";
import { makeFactory, type Factory, type RecordedLaw } from "./definition.ts";
import { growthOf } from "./growth.ts";
import type { JsonObject } from "./json.ts";
import type { Invariance } from "./law-kind.ts";
import type { InputsOf, Parameters, ValuesOf } from "./parameter.ts";

/** Draws the noise of one response, at the covariate that begins at `offset`. */
export type DrawNoise = (stream: RandomStream, covariates: Float64Array, offset: number) => number;

/** Draws the noise of one prompt in R^d, its level first where each prompt has one. */
export interface DrawLevel {
  (stream: RandomStream, dimension: number): DrawNoise;
  /** Where the noise of every prompt is N(0, deviation²), one normal a response: its standard deviation. */
  readonly deviation?: number | undefined;
}

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
    /** ε is independent of x: the noise of a response is drawn without reading its covariate. */
    readonly homoscedastic: boolean;
    /** The group of R for which the noise at Rx has the law of the noise at x; rotations for homoscedastic noise. */
    readonly invariance: Invariance;
  };
  /** E|ε|ᵖ is finite for every p below this: ∞ for most noise. */
  readonly finiteMoments: number;
  /** E[|ε|ᵏ | x] = O(‖x‖^(k·growth)): 0 for noise that does not look at the covariates. */
  readonly growth: number;
  /**
   * @throws AssumptionError where these covariates leave a moment without a closed form
   */
  moments(covariates: CovariateLaw): NoiseMoments;
  readonly drawLevel: DrawLevel;
  /**
   * Draws the standard deviation of a prompt's noise, where that noise is N(0, deviation²): the same number that
   * `drawLevel` starts with. Absent for other noise.
   */
  readonly drawDeviation: ((stream: RandomStream) => number) | undefined;
}

/** What a law of noise must say. */
export interface NoiseDefinition<P extends Parameters> {
  readonly name: string;
  readonly summary: string;
  readonly parameters: P;
  /** As a law file writes them; a law that needs no parameters is also checked without any. */
  readonly examples?: readonly JsonObject[];
  /** Refuses values that fit their parameters and not one another; `where` is the path of the law. */
  check?(values: ValuesOf<P>, where: string): void;
  variance(values: ValuesOf<P>): number;
  readonly declares: {
    readonly signSymmetric: boolean;
    /** For noise that depends on the covariates; left out, none. */
    readonly invariance?: Invariance;
  };
  /** For noise with few moments: E|ε|ᵖ is finite for every p below this. */
  finiteMoments?(values: ValuesOf<P>): number;
  /** For noise that depends on the covariates: how |ε| grows with ‖x‖, as a power. */
  readonly growth?: number | ((values: ValuesOf<P>) => number);
  /** For noise that depends on the covariates; left out, ε is independent of them. */
  moments?(values: ValuesOf<P>): NoiseLaw["moments"];
  /** For noise that is Gaussian in each prompt: its standard deviation, or what draws that of a prompt. */
  deviation?(values: ValuesOf<P>): number | ((stream: RandomStream) => number);
  /** For other noise: draws the level of a prompt, if prompts differ in it, and then the noise of each response. */
  draw?(values: ValuesOf<P>): DrawLevel;
}

/** Makes a law of noise out of one definition: a factory for TypeScript, and an entry for law files. */
export function defineNoise<P extends Parameters>(definition: NoiseDefinition<P>): Factory<InputsOf<P>, NoiseLaw> {
  return makeFactory({ ...definition, kind: "noise" }, ({ values, recorded, site }) => {
    definition.check?.(values, site.where);
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
      declares: declaredOf(definition),
      finiteMoments: definition.finiteMoments?.(values) ?? Infinity,
      growth: definition.moments === undefined ? 0 : growthOf(definition.growth, values),
      moments: definition.moments?.(values) ?? independent,
      ...drawsOf(definition, values),
    };
  });
}

function declaredOf<P extends Parameters>(definition: NoiseDefinition<P>): NoiseLaw["declares"] {
  const { signSymmetric, invariance = "none" } = definition.declares;
  const homoscedastic = definition.moments === undefined;
  return { signSymmetric, homoscedastic, invariance: homoscedastic ? "rotations" : invariance };
}

function drawsOf<P extends Parameters>(
  definition: NoiseDefinition<P>,
  values: ValuesOf<P>,
): Pick<NoiseLaw, "drawLevel" | "drawDeviation"> {
  const deviation = definition.deviation?.(values);
  if (typeof deviation === "number") {
    return {
      drawLevel: Object.assign(() => gaussianNoiseOf(deviation), { deviation }),
      drawDeviation: () => deviation,
    };
  }
  if (deviation !== undefined) {
    return { drawLevel: (stream) => gaussianNoiseOf(deviation(stream)), drawDeviation: deviation };
  }
  const drawLevel = definition.draw?.(values);
  if (drawLevel !== undefined) return { drawLevel, drawDeviation: undefined };
  throw new DomainError({
    where: `${definition.name} noise`,
    expected: "a definition with `deviation` or `draw`",
    arrived: "neither",
    hint: "say how the noise of a prompt is drawn",
  });
}

function gaussianNoiseOf(deviation: number): DrawNoise {
  return deviation === 0 ? () => 0 : (stream) => deviation * stream.normal();
}
