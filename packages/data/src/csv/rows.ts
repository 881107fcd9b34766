import { ShapeError } from "@onestep/core";
import { isDecimal, readDecimal, readTable, requireCells } from "./table.ts";

/**
 * Reads points from a table: one a line, a number a coordinate. A first line that is no row of numbers names the columns.
 *
 * @param name of the table, for its errors
 * @returns the points, `[count][d]`, as `empiricalCovariates` takes them
 * @throws ShapeError for a table without rows, or a line with too many or too few cells: it names the line
 * @throws DomainError for a cell that is not a finite number
 *
 * @example
 * rowsFromCsv("height,weight\n1,2\n3,4\n"); // => [[1, 2], [3, 4]]
 */
export function rowsFromCsv(text: string, name?: string): number[][] {
  const [first, ...others] = readTable(text, name);
  const isHeader = first?.cells.every((cell) => !isDecimal(cell)) ?? false;
  const lines = first === undefined || isHeader ? others : [first, ...others];
  if (lines.length === 0) {
    throw new ShapeError({
      where: first?.where ?? name ?? "line 1",
      expected: "at least one row of numbers",
      arrived: "none",
      hint: "one point a line, with commas between its coordinates",
    });
  }
  return lines.map((row) => {
    requireCells(row, first.cells.length);
    return row.cells.map((cell) => readDecimal(cell, row.where, Number.MAX_VALUE));
  });
}
