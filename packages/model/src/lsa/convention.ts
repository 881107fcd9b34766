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
import { requireFiniteResult } from "../finite-result.ts";
import { conventionOf, type Convention, type ConventionName } from "./convention-dictionary.ts";
import { checkParameters } from "./parameters.ts";

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
 * @throws ShapeError, DomainError; NumericalError where an entry overflows
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
  const keyQuery = multiply(unscale, head.keyQuery, unscale);
  const valueProjection = scale(multiply(unscale, lastRow), convention.sign / divisorOf(convention, contextLength));
  for (const { values } of [keyQuery, valueProjection]) requireFiniteResult("fromConvention", values);
  return { keyQuery, valueProjection };
}

/**
 * Our layer as a paper writes it: the inverse of `fromConvention`, with a P that is zero but for its last row.
 *
 * @param contextLength n, of the prompts that the paper's layer is meant for
 * @throws AssumptionError where the paper lets the query attend to itself and the layer makes something of it
 * @throws ShapeError, DomainError; NumericalError where an entry overflows
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
  const keyQuery = multiply(rescale, parameters.keyQuery, rescale);
  for (const matrixOfHead of [keyQuery, valueProjection]) requireFiniteResult("toConvention", matrixOfHead.values);
  return { valueProjection, keyQuery };
}

/**
 * A loss of a paper as the mean squared error, without ½.
 *
 * @throws DomainError for a loss that is not finite
 *
 * @example
 * lossFromConvention("2306.09927", 0.7); // => 1.4
 */
export function lossFromConvention(name: ConventionName | Convention, loss: number): number {
  return requireLoss("lossFromConvention", loss) / conventionOf(name).lossFactor;
}

/**
 * A mean squared error as a paper's loss.
 *
 * @throws DomainError for a loss that is not finite
 *
 * @example
 * lossToConvention("2212.07677", 1.4); // => 0.7
 */
export function lossToConvention(name: ConventionName | Convention, loss: number): number {
  return requireLoss("lossToConvention", loss) * conventionOf(name).lossFactor;
}

function requireLoss(where: string, loss: number): number {
  // Twice a loss has to be a number, too.
  if (Number.isFinite(2 * loss)) return loss;
  throw new DomainError({
    where,
    expected: "a finite loss",
    arrived: String(loss),
    hint: "a run that diverged has no loss to compare",
  });
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
