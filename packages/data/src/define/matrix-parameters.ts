import {
  covariance,
  diagonal,
  identity,
  isotropic,
  matrixFromRows,
  NumericalError,
  ShapeError,
  symmetricEigen,
  type Covariance,
  type Matrix,
} from "@onestep/core";
import { describeValue } from "./json.ts";
import { finiteNumber, refusal, type About, type Accepted, type Parameter, type Site } from "./parameter.ts";

type Rows = readonly (readonly number[])[];

/** A vector in R^d: a number for every coordinate, or a list of d. */
export function vectorParameter<A extends About>(
  about: A,
): Parameter<Accepted<A, number | readonly number[]>, Float64Array> {
  return {
    type: "number | list",
    description: about.description,
    fallback: about.fallback,
    impliedDimension: lengthOf,
    read(input, site) {
      if (!Array.isArray(input)) {
        const entry = finiteNumber(input, site.where);
        return { value: new Float64Array(site.dimension).fill(entry), recorded: entry };
      }
      const list = readList(input, site);
      return { value: Float64Array.from(list), recorded: list };
    },
  };
}

/** A second moment in R^{d×d}: a number times I, a list for a diagonal, or a symmetric positive semidefinite matrix. */
export function covarianceParameter<A extends About>(
  about: A,
): Parameter<Accepted<A, number | readonly number[] | Rows>, Covariance> {
  return {
    type: "number | list | matrix",
    description: about.description,
    fallback: about.fallback,
    impliedDimension: lengthOf,
    read(input, site) {
      if (!Array.isArray(input)) {
        const variance = readVariance(input, site.where);
        return { value: isotropic(site.dimension, variance), recorded: variance };
      }
      if (input.some(Array.isArray)) {
        const rows = readRows(input, site);
        return { value: covarianceFromRows(rows, site.where), recorded: rows };
      }
      const variances = readList(input, site, readVariance);
      return { value: covariance(diagonal(variances)), recorded: variances };
    },
  };
}

/** Any matrix in R^{d×d}: a list of d rows, or `"identity"`. */
export function matrixParameter<A extends About>(about: A): Parameter<Accepted<A, "identity" | Rows>, Matrix> {
  return {
    type: 'matrix | "identity"',
    description: about.description,
    fallback: about.fallback,
    impliedDimension: lengthOf,
    read(input, site) {
      if (input === "identity") return { value: identity(site.dimension), recorded: input };
      if (!Array.isArray(input)) throw refusal(site.where, 'a matrix or "identity"', input, "write a list of rows");
      const rows = readRows(input, site);
      return { value: matrixFromRows(rows), recorded: rows };
    },
  };
}

/** The length of a list that has entries. */
export function lengthOf(input: unknown): number | undefined {
  return Array.isArray(input) && input.length > 0 ? input.length : undefined;
}

function readVariance(input: unknown, where: string): number {
  const variance = finiteNumber(input, where);
  if (variance < 0) throw refusal(where, "a variance ≥ 0", variance, "variances are squares: give a number ≥ 0");
  return variance;
}

function readList(
  input: readonly unknown[],
  { where, dimension }: Site,
  readEntry: (entry: unknown, where: string) => number = finiteNumber,
): number[] {
  if (input.length !== dimension) {
    throw new ShapeError({
      where,
      expected: `${dimension} entries, the law's dimension`,
      arrived: describeValue(input),
      hint: `give one entry a coordinate, or change the law's dimension to ${input.length}`,
    });
  }
  return input.map((entry, at) => readEntry(entry, `${where}[${at}]`));
}

function readRows(input: readonly unknown[], { where, dimension }: Site): number[][] {
  const isRow = (row: unknown): row is readonly unknown[] => Array.isArray(row) && row.length === dimension;
  const misshapen = input.find((row) => !isRow(row));
  if (input.length !== dimension || misshapen !== undefined) {
    throw new ShapeError({
      where,
      expected: `a ${dimension}×${dimension} matrix, as the law's dimension asks`,
      arrived:
        misshapen === undefined
          ? `${input.length} rows`
          : `${input.length} rows, one of which is ${describeValue(misshapen)}`,
      hint: "write a list of rows of equal length, or change the law's dimension",
    });
  }
  return input.filter(isRow).map((row, i) => row.map((entry, j) => finiteNumber(entry, `${where}[${i}][${j}]`)));
}

/** Passes the rows through the one gate of covariances and says in the law file's terms what was wrong. */
function covarianceFromRows(rows: number[][], where: string): Covariance {
  const matrix = matrixFromRows(rows);
  try {
    return covariance(matrix);
  } catch (cause) {
    if (!(cause instanceof NumericalError)) throw cause;
    throw new NumericalError({
      where,
      expected: "a symmetric positive semidefinite matrix",
      arrived: worstAsymmetry(rows) ?? `a smallest eigenvalue of ${symmetricEigen(matrix).values[0]}`,
      hint: "a second moment E[x xᵀ] is symmetric and has no negative eigenvalue: check the entries",
      cause,
    });
  }
}

/** The pair of mirrored entries that differ most, if they differ by more than rounding. */
function worstAsymmetry(rows: readonly (readonly number[])[]): string | undefined {
  let [worst, row, column, largest] = [0, 0, 0, 0];
  for (let i = 0; i < rows.length; i++) {
    for (let j = 0; j <= i; j++) {
      const difference = Math.abs(rows[i][j] - rows[j][i]);
      largest = Math.max(largest, Math.abs(rows[i][j]), Math.abs(rows[j][i]));
      if (difference > worst) [worst, row, column] = [difference, i, j];
    }
  }
  if (worst <= 2 ** -48 * largest) return undefined;
  return `entries [${row}][${column}] = ${rows[row][column]} and [${column}][${row}] = ${rows[column][row]}`;
}
