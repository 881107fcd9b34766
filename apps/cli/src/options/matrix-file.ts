import { DomainError, matrixFromRows, type Matrix } from "@onestep/core";
import { readJsonFile } from "./json-file.ts";

/**
 * Reads a matrix from a file: its rows, or a document that holds them under `preconditioner`, as
 * `onestep theory optimum --json` prints it. `-` reads standard input.
 *
 * @throws UsageError when there is no such file or it is not JSON
 * @throws DomainError, ShapeError when it is not the rows of a matrix
 */
export function readMatrixFile(path: string, flag: string): Matrix {
  const json = readJsonFile(path, {
    flag,
    what: "the rows of a matrix",
    hint: "onestep theory optimum --json prints a document that can be read here",
    example: "[[0.04, 0], [0, 0.04]]",
  });
  const rows = rowsWithin(json);
  if (isRows(rows)) return matrixFromRows(rows);
  throw new DomainError({
    where: flag,
    expected: "rows of numbers, or a document with a preconditioner",
    arrived: JSON.stringify(json).slice(0, 60),
    hint: "[[0.04, 0], [0, 0.04]], or what onestep theory optimum --json printed",
  });
}

function rowsWithin(json: unknown): unknown {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return json;
  const { preconditioner, value } = json as Readonly<Record<string, unknown>>;
  return preconditioner ?? rowsWithin(value);
}

function isRows(json: unknown): json is number[][] {
  return (
    Array.isArray(json) && json.every((row) => Array.isArray(row) && row.every((entry) => typeof entry === "number"))
  );
}
