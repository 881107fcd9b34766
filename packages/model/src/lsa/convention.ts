import {
  AssumptionError,
  dot,
  DomainError,
  diagonal,
  matrix,
  multiply,
  scale,
  ShapeError,
  type LsaParameters,
  type Matrix,
} from "@onestep/core";
import type { AttentionHead } from "../deep/linear-transformer.ts";
import { checkParameters } from "./parameters.ts";

/** How a paper writes one layer of linear attention, its covariates and its loss. */
export interface Convention {
  /** arXiv number */
  readonly source: string;
  /** What attention divides its sum over tokens by. */
  readonly divisor: "1" | "n" | "n+1";
  /** The sign with which the last entry of the query token is read: ŷ = ± [Z₁]_{d+1, n+1}. */
  readonly sign: 1 | -1;
  /** Whether the query token is one of the tokens that are attended to. */
  readonly attendsToQuery: boolean;
  /** What the loss multiplies the mean squared error by. */
  readonly lossFactor: 1 | 0.5;
  /** Ours over theirs: a covariate x of theirs is covariateScale·x in onestep, where coordinates have variance 1. */
  readonly covariateScale: number;
}

/** The conventions in the dictionary. */
export type ConventionName = "onestep" | "2306.00297" | "2212.07677" | "2306.09927" | "2501.16265";

const conventions: Readonly<Record<ConventionName, Convention>> = {
  /** This project: plain sums, plus sign, no ½, the query masked. */
  onestep: {
    source: "2307.03576",
    divisor: "1",
    sign: 1,
    attendsToQuery: false,
    lossFactor: 1,
    covariateScale: 1,
  },
  /** Z + (1/n) P Z mask (Zᵀ Q Z), ŷ = −[Z_L]; its published code squares the output plus y, the same thing. */
  "2306.00297": {
    source: "2306.00297",
    divisor: "n",
    sign: -1,
    attendsToQuery: false,
    lossFactor: 1,
    covariateScale: 1,
  },
  /** e_j + P V (Kᵀ q_j), 1/n inside the constructed P, ŷ times −1, ½ in the loss, x uniform on [−1, 1], of variance ⅓. */
  "2212.07677": {
    source: "2212.07677",
    divisor: "1",
    sign: -1,
    attendsToQuery: false,
    lossFactor: 0.5,
    covariateScale: Math.sqrt(3),
  },
  /** E + W^PV E (Eᵀ W^KQ E)/n with the query among the columns of E, and ½ in the loss. */
  "2306.09927": {
    source: "2306.09927",
    divisor: "n",
    sign: 1,
    attendsToQuery: true,
    lossFactor: 0.5,
    covariateScale: 1,
  },
  /**
   * X + (1/n) W^V X Xᵀ W^KQ X with the query among the columns of X. Its published code leaves the 1/n to the weights, and
   * divides by n + 1 where lengths vary.
   */
  "2501.16265": {
    source: "2501.16265",
    divisor: "n",
    sign: 1,
    attendsToQuery: true,
    lossFactor: 1,
    covariateScale: 1,
  },
};

/**
 * The conventions that can be converted, by name: this project's and those of four papers.
 *
 * @example
 * conventionNames(); // => ["onestep", "2306.00297", "2212.07677", "2306.09927", "2501.16265"]
 */
export function conventionNames(): readonly ConventionName[] {
  // Keys that look like numbers with a point are no array indices, so they keep the order above.
  return Object.keys(conventions) as ConventionName[];
}

/**
 * How a paper writes things; a paper outside the dictionary is described by a `Convention` of its own.
 *
 * @throws DomainError for a name that is none of `conventionNames()`
 *
 * @example
 * conventionOf("2306.09927").lossFactor; // => 0.5
 */
export function conventionOf(name: ConventionName | Convention): Convention {
  if (typeof name === "object") return name;
  if (Object.hasOwn(conventions, name)) return conventions[name];
  throw new DomainError({
    where: "conventionOf",
    expected: `one of ${conventionNames().join(", ")}`,
    arrived: name,
    hint: "describe the paper by its sums, signs and loss, and give that object in place of a name",
  });
}

/**
 * A paper's layer in our convention: with p the last row of its P,
 *
 * $$ u = \pm \tfrac{1}{\text{divisor}}\, D^{-1} p, \qquad M = D^{-1} Q D^{-1}, \qquad
 *    D = \mathrm{diag}(\text{covariateScale}\cdot I, 1). $$
 *
 * The layer on covariates covariateScale·x predicts what the paper's layer predicts on x. All rows of P but the last are
 * lost: they never reach the prediction of one layer.
 *
 * @param contextLength n, of the prompts that the paper's layer is meant for
 * @throws AssumptionError where the paper lets the query attend to itself and the layer makes something of it
 * @throws ShapeError, DomainError
 *
 * Source: the papers' own definitions; own derivation of the query's term (p_x·x_q)(x_qᵀ Q_xx x_q).
 *
 * @example
 * const head = { valueProjection: diagonal([0, 1]), keyQuery: diagonal([-2, 0]) };
 * const layer = fromConvention("2306.00297", head, { contextLength: 4 });
 * toRows(inducedStep(layer).preconditioner); // => [[0.5]]
 */
export function fromConvention(
  name: ConventionName | Convention,
  head: AttentionHead,
  { contextLength }: { readonly contextLength: number },
): LsaParameters<Matrix> {
  const convention = conventionOf(name);
  const { rows: width, columns, values } = head.valueProjection;
  if (columns !== width) {
    throw new ShapeError({
      where: "fromConvention.valueProjection",
      expected: "a square matrix [d+1, d+1]",
      arrived: `[${width}, ${columns}]`,
      hint: "multiply the paper's projection and value matrices first",
    });
  }
  const lastRow = matrix(width, 1, values.slice((width - 1) * width));
  checkParameters("fromConvention", { keyQuery: head.keyQuery, valueProjection: lastRow });
  requireSilentQuery("fromConvention", convention, { keyQuery: head.keyQuery, valueProjection: lastRow });
  const unscale = tokenScale(width, 1 / convention.covariateScale);
  return {
    keyQuery: multiply(unscale, head.keyQuery, unscale),
    valueProjection: scale(multiply(unscale, lastRow), convention.sign / divisorOf(convention, contextLength)),
  };
}

/**
 * Our layer as a paper writes it: the inverse of `fromConvention`, with a P that is zero but for its last row.
 *
 * @param contextLength n, of the prompts that the paper's layer is meant for
 * @throws AssumptionError where the paper lets the query attend to itself and the layer makes something of it
 * @throws ShapeError, DomainError
 *
 * Source: the papers' own definitions.
 *
 * @example
 * const layer = { keyQuery: diagonal([0.5, 0]), valueProjection: matrix(2, 1, [0, 1]) };
 * toRows(toConvention("2306.09927", layer, { contextLength: 4 }).valueProjection); // => [[0, 0], [0, 4]]
 */
export function toConvention(
  name: ConventionName | Convention,
  parameters: LsaParameters<Matrix>,
  { contextLength }: { readonly contextLength: number },
): AttentionHead {
  const convention = conventionOf(name);
  const width = checkParameters("toConvention", parameters) + 1;
  requireSilentQuery("toConvention", convention, parameters);
  const rescale = tokenScale(width, convention.covariateScale);
  const factor = convention.sign * divisorOf(convention, contextLength);
  const valueProjection = matrix(width, width);
  const lastRow = multiply(rescale, parameters.valueProjection).values.map((entry) => factor * entry);
  valueProjection.values.set(lastRow, (width - 1) * width);
  return { valueProjection, keyQuery: multiply(rescale, parameters.keyQuery, rescale) };
}

/**
 * A loss of a paper as the mean squared error, without ½.
 *
 * @example
 * lossFromConvention("2306.09927", 0.7); // => 1.4
 */
export function lossFromConvention(name: ConventionName | Convention, loss: number): number {
  return loss / conventionOf(name).lossFactor;
}

/**
 * A mean squared error as a paper's loss.
 *
 * @example
 * lossToConvention("2212.07677", 1.4); // => 0.7
 */
export function lossToConvention(name: ConventionName | Convention, loss: number): number {
  return loss * conventionOf(name).lossFactor;
}

function divisorOf({ divisor }: Convention, contextLength: number): number {
  if (!(Number.isSafeInteger(contextLength) && contextLength >= 1)) {
    throw new DomainError({
      where: "convention.contextLength",
      expected: "an integer context length n ≥ 1",
      arrived: String(contextLength),
      hint: "give the number of labelled pairs in the paper's prompts, the query not counted",
    });
  }
  return { "1": 1, n: contextLength, "n+1": contextLength + 1 }[divisor];
}

/** diag(factor·I, 1) */
function tokenScale(width: number, factor: number): Matrix {
  return diagonal(Float64Array.from({ length: width }, (_, i) => (i === width - 1 ? 1 : factor)));
}

/** A query among the tokens adds (u_x·x_q)(x_qᵀ M_xx x_q), which vanishes for all x_q where u_x or sym M_xx does. */
function requireSilentQuery(
  where: string,
  { attendsToQuery, source }: Convention,
  { keyQuery, valueProjection }: LsaParameters<Matrix>,
): void {
  const dimension = keyQuery.rows - 1;
  const direction = valueProjection.values.subarray(0, dimension);
  const entry = (i: number, j: number): number => keyQuery.values[i * (dimension + 1) + j];
  const indices = Array.from({ length: dimension }, (_, i) => i);
  const isSkew = indices.every((i) => indices.every((j) => entry(i, j) === -entry(j, i)));
  if (!attendsToQuery || isSkew || dot(direction, direction) === 0) return;
  throw new AssumptionError({
    where,
    expected: "a value projection that reads no covariates, u_x = 0",
    arrived: `u_x of length ${Math.sqrt(dot(direction, direction))}`,
    hint: "set u_x to zero and see what the loss changes by: at every minimum of rank 2 or more it is zero",
    source: `arXiv ${source}`,
    unmet: ["the query's own token adds nothing to its prediction"],
  });
}
