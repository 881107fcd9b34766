import { matrixFromRows, ShapeError, type Matrix } from "@onestep/core";
import { describeValue } from "./json.ts";
import { lengthOf } from "./matrix-parameters.ts";
import { finiteNumber, refusal, type About, type Accepted, type Parameter, type Site } from "./parameter.ts";

/** Any number of points in R^d, one a row: `[count, d]`. */
export function rowsParameter<A extends About>(
  about: A,
): Parameter<Accepted<A, readonly (readonly number[])[]>, Matrix> {
  return {
    type: "list of rows",
    readsTable: true,
    description: about.description,
    fallback: about.fallback,
    impliedDimension: (input) => (Array.isArray(input) ? lengthOf(input[0]) : undefined),
    read(input, site) {
      if (!Array.isArray(input) || input.length === 0) {
        throw refusal(site.where, "a list of rows", input, "write for example [[0, 1], [1, 0]]");
      }
      const rows = input.map((row, i) => readRow(row, { ...site, where: `${site.where}[${i}]` }));
      return { value: matrixFromRows(rows), recorded: rows };
    },
  };
}

function readRow(input: unknown, { where, dimension }: Site): number[] {
  if (Array.isArray(input) && input.length === dimension) {
    return input.map((entry, j) => finiteNumber(entry, `${where}[${j}]`));
  }
  throw new ShapeError({
    where,
    expected: `a row of ${dimension} numbers, the law's dimension`,
    arrived: describeValue(input),
    hint: "give all rows the same length",
  });
}
