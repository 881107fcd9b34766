import {
  add,
  covariance,
  diagonal,
  multiply,
  scale,
  trace,
  transpose,
  type Covariance,
  type Matrix,
  type RandomStream,
} from "@onestep/core";
import type {
  CovariateDeclarations,
  CovariateTraits,
  DrawRows,
  FourthMoment,
  MissingMoment,
} from "../define/define-covariates.ts";
import type { JsonObject } from "../define/json.ts";
import { matrixParameter } from "../define/matrix-parameters.ts";
import type { Parameter } from "../define/parameter.ts";
import { isScaledIdentity } from "./correlated-normals.ts";
import { mixedInvariance } from "./whitened-invariance.ts";

/** The law of one coordinate z with E z = 0 and E z² = 1. */
export interface Coordinate {
  /** κ = E z⁴, not the excess over 3 */
  readonly kurtosis: number | MissingMoment;
  /** −z has the law of z. */
  readonly symmetric: boolean;
  /** E|z|ᵖ is finite for every p below this; left out, for every p. */
  readonly finiteMoments?: number;
  /** E h(z) */
  readonly expectation: (h: (z: number) => number) => number;
  readonly draw: (stream: RandomStream) => number;
}

type Rows = readonly (readonly number[])[];

/** The parameters of x = Az: A, and d where A does not imply it. */
export interface MixedCoordinatesInputs {
  readonly mixing?: "identity" | Rows | undefined;
  readonly dimension?: number;
}

interface MixedValues {
  readonly mixing: Matrix;
}

/** What follows for x = Az from the law of a coordinate of z. */
interface MixedCoordinates<V> {
  readonly examples: readonly JsonObject[];
  covariance(values: V): Covariance;
  fourthMoment(values: V): FourthMoment | MissingMoment;
  declares(values: V): CovariateDeclarations;
  traits(values: V): CovariateTraits;
  draw(values: V): DrawRows;
}

/** A in x = Az. */
export const mixingParameter: Parameter<"identity" | Rows | undefined, Matrix> = matrixParameter({
  description: "A in x = Az, z with independent coordinates of variance 1",
  fallback: "identity",
});

/** What the checks of such a law are run on: an A that is neither triangular nor symmetric. */
export const MIXED_EXAMPLE: { readonly mixing: Rows } = {
  mixing: [
    [1, 0.5, 0],
    [0, 1, -0.4],
    [0.3, 0, 1],
  ],
};

/**
 * The rest of a definition of rows x = Az whose z has independent coordinates of one law, of mean 0 and variance 1: then
 * Σ = AAᵀ, and the fourth moment is a matter of κ = E z⁴ alone.
 *
 * @param coordinateOf the law of a coordinate, given the values of the parameters
 */
export function independentCoordinates<V extends MixedValues>(
  coordinateOf: (values: V) => Coordinate,
): MixedCoordinates<V> {
  return {
    examples: [MIXED_EXAMPLE],
    covariance: ({ mixing }) => covariance(multiply(mixing, transpose(mixing))),
    fourthMoment(values) {
      const { kurtosis } = coordinateOf(values);
      return typeof kurtosis === "number" ? mixedFourthMoment(values.mixing, kurtosis) : kurtosis;
    },
    declares: (values) => ({
      centered: true,
      invariance: coordinateOf(values).symmetric ? mixedInvariance(values.mixing) : "none",
    }),
    traits(values) {
      const { rows, values: entries } = values.mixing;
      const { expectation, finiteMoments } = coordinateOf(values);
      if (!isScaledIdentity(entries, rows)) return { finiteMoments };
      return { finiteMoments, coordinateExpectation: (h) => expectation((z) => h(entries[0] * z)) };
    },
    draw: (values) => mixedRows(values.mixing, coordinateOf(values).draw),
  };
}

/**
 * E over the three pairings of four coordinates, and what all four being one coordinate adds:
 *
 * $$ \mathbb{E}[x x^\top \Omega x x^\top] = A\,\big[2\tilde\Omega + \mathrm{tr}(\tilde\Omega) I +
 *    (\kappa-3)\,\mathrm{diag}(\tilde\Omega)\big]A^\top, \qquad \tilde\Omega = A^\top\Omega A $$
 *
 * @param mixing A, `[d, d]`
 * @param kurtosis κ = E z⁴; the skewness of z does not enter
 */
export function mixedFourthMoment(mixing: Matrix, kurtosis: number): FourthMoment {
  const d = mixing.rows;
  return (omega) => {
    const seen = multiply(transpose(mixing), omega, mixing);
    const energy = trace(seen);
    const onDiagonal = Array.from({ length: d }, (_, i) => energy + (kurtosis - 3) * seen.values[i * (d + 1)]);
    return multiply(mixing, add(scale(seen, 2), diagonal(onDiagonal)), transpose(mixing));
  };
}

function mixedRows({ rows: d, values }: Matrix, draw: Coordinate["draw"]): DrawRows {
  if (isScaledIdentity(values, d)) {
    return (stream, count, into, offset) => {
      for (let at = offset; at < offset + count * d; at++) into[at] = values[0] * draw(stream);
    };
  }
  const z = new Float64Array(d);
  return (stream, count, into, offset) => {
    for (let row = offset; row < offset + count * d; row += d) {
      for (let j = 0; j < d; j++) z[j] = draw(stream);
      for (let i = 0; i < d; i++) {
        let sum = 0;
        for (let j = 0; j < d; j++) sum += values[i * d + j] * z[j];
        into[row + i] = sum;
      }
    }
  };
}
