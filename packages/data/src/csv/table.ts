import { DomainError, NumericalError, ShapeError } from "@onestep/core";

/** One line of a table: its cells without quotes and outer spaces. */
export interface TableLine {
  readonly cells: readonly string[];
  /** Where it begins, as an error says it: `"rows.csv, line 3"` */
  readonly where: string;
}

/** A cell in quotes, in which a quote is written twice, or one without, up to the next comma or line end. */
const CELL = /[^\S\n]*(?:"([^"]*(?:""[^"]*)*)"[^\S\n]*(?=,|\n|$)|([^,\n]*))/y;

/**
 * Splits a table into cells: commas between them, a line a row, blank lines left out. A cell in quotes may hold commas
 * and line ends; a byte-order mark and Windows line ends are read over.
 *
 * @param name of the table, for its errors; omitted, they name the line alone
 * @throws DomainError for a quote that is never closed, or text beside one: it names the line
 *
 * Source: RFC 4180, section 2.
 *
 * @example
 * readTable('"x1", y\n1,"2,5"\n').map(({ cells }) => cells); // => [["x1", "y"], ["1", "2,5"]]
 */
export function readTable(text: string, name?: string): TableLine[] {
  const whereOf = (line: number): string => `${name === undefined ? "" : `${name}, `}line ${line}`;
  const plain = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const lines: TableLine[] = [];
  let [cells, line, begun, at]: [string[], number, number, number] = [[], 1, 1, 0];
  for (;;) {
    CELL.lastIndex = at;
    const [all, quoted, bare = ""] = CELL.exec(plain)!;
    if (quoted === undefined && bare.startsWith('"')) throw brokenQuote(bare, whereOf(line));
    cells.push((quoted?.replaceAll('""', '"') ?? bare).trim());
    if (quoted !== undefined) line += quoted.split("\n").length - 1;
    at += all.length;
    if (plain[at] !== ",") {
      if (cells.length > 1 || cells[0] !== "") lines.push({ cells, where: whereOf(begun) });
      if (at >= plain.length) return lines;
      cells = [];
      begun = line += 1;
    }
    at += 1;
  }
}

/** @throws ShapeError unless a line has this many cells */
export function requireCells({ cells, where }: TableLine, count: number): void {
  if (cells.length === count) return;
  throw new ShapeError({
    where,
    expected: `${count} cells, like the first line`,
    arrived: String(cells.length),
    hint: "one row a line, with commas between the cells and points in the numbers",
  });
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Whether a cell is written like a number. */
export function isDecimal(cell: string): boolean {
  return DECIMAL.test(cell);
}

/**
 * Reads a decimal number.
 *
 * @param largest the largest size that what follows can compute with
 * @throws DomainError for anything else, hexadecimal numbers and the like among them
 * @throws NumericalError for a larger one
 */
export function readDecimal(cell: string, where: string, largest: number): number {
  const value = isDecimal(cell) ? Number(cell) : Number.NaN;
  if (!Number.isFinite(value)) {
    throw new DomainError({
      where,
      expected: "finite numbers",
      arrived: cell || "an empty cell",
      hint: "write decimal numbers such as -0.5 or 6e-3, and leave out rows with missing values",
    });
  }
  if (Math.abs(value) <= largest) return value;
  throw new NumericalError({
    where,
    expected: `numbers of at most ${largest} in size: their moments would overflow`,
    arrived: cell,
    hint: "choose units in which covariates and responses are of moderate size",
  });
}

function brokenQuote(cell: string, where: string): DomainError {
  return new DomainError({
    where,
    expected: "a cell that is in quotes from its beginning to its end, or not at all",
    arrived: cell.slice(0, 40),
    hint: "close the quote, and write a quote inside of quotes twice",
  });
}
