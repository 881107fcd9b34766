import { DomainError, ShapeError, type PromptBatch } from "@onestep/core";
import { readDecimal, readTable, requireCells } from "../csv/table.ts";

/** What numbers a table of prompts may hold. */
export interface CsvOptions {
  /** The largest size that what follows can compute with; omitted, that of any finite number. */
  readonly largest?: number | undefined;
}

/** One labelled pair of a prompt. */
interface Row {
  /** x₁ … x_d, then y */
  readonly numbers: Float64Array;
  readonly where: string;
}

/** The rows of one prompt, in their order in the file. */
interface WrittenPrompt {
  readonly name: string;
  readonly context: Row[];
  readonly queries: Row[];
}

/**
 * Reads prompts from a table with the header `prompt,role,x1,…,xd,y`: one labelled pair a line, `role` being `context` or
 * `query`, and `prompt` a name that all lines of a prompt share. The query's response is written out too. A prompt's
 * lines keep their order and need not be together; shorter contexts are filled with zeros, and `lengths` says so.
 *
 * @throws DomainError for another header, an unknown role, a prompt without a name, or a cell that is not a finite
 *   decimal number: it names the line
 * @throws NumericalError for a number larger than asked for
 * @throws ShapeError for a line with too many or too few cells, a prompt without context or query, or prompts with
 *   different numbers of queries
 *
 * @example
 * const { covariates, queryResponses } = promptsFromCsv("prompt,role,x1,y\n0,context,1,2\n0,query,3,6\n");
 * [...covariates, ...queryResponses]; // => [1, 6]
 */
export function promptsFromCsv(text: string, { largest = Number.MAX_VALUE }: CsvOptions = {}): PromptBatch {
  const [header, ...lines] = readTable(text);
  const dimension = readHeader(header?.cells ?? []);
  const prompts = new Map<string, WrittenPrompt>();
  for (const row of lines) {
    requireCells(row, dimension + 3);
    const [name, role, ...cells] = row.cells;
    const prompt = prompts.get(requireName(name, row.where)) ?? { name, context: [], queries: [] };
    prompts.set(name, prompt);
    const numbers = Float64Array.from(cells, (cell) => readDecimal(cell, row.where, largest));
    rowsOf(prompt, role, row.where).push({ numbers, where: row.where });
  }
  return assemble([...prompts.values()], dimension);
}

/**
 * Writes prompts as `promptsFromCsv` reads them, named 0, 1, …; every number is read back as it was.
 *
 * @example
 * const ones = Float64Array.of(1);
 * promptsToCsv({ count: 1, contextLength: 1, dimension: 1, covariates: ones, responses: ones, queryCovariates: ones, queryResponses: ones }); // => "prompt,role,x1,y\n0,context,1,1\n0,query,1,1\n"
 */
export function promptsToCsv(prompts: PromptBatch): string {
  const { count, contextLength: n, dimension: d, queries = 1, lengths } = prompts;
  const names = Array.from({ length: d }, (_, j) => `x${j + 1}`);
  const lines = [["prompt", "role", ...names, "y"].join(",")];
  const write = (prompt: number, role: string, x: Float64Array, y: Float64Array, row: number): void => {
    lines.push([prompt, role, ...x.subarray(row * d, (row + 1) * d), y[row]].join(","));
  };
  for (let i = 0; i < count; i++) {
    const length = lengths?.[i] ?? n;
    for (let row = i * n; row < i * n + length; row++) write(i, "context", prompts.covariates, prompts.responses, row);
    for (let query = i * queries; query < (i + 1) * queries; query++) {
      write(i, "query", prompts.queryCovariates, prompts.queryResponses, query);
    }
  }
  return `${lines.join("\n")}\n`;
}

function readHeader(names: readonly string[]): number {
  const dimension = names.length - 3;
  const expected = ["prompt", "role", ...Array.from({ length: Math.max(1, dimension) }, (_, j) => `x${j + 1}`), "y"];
  if (names.join(",") === expected.join(",")) return dimension;
  throw new DomainError({
    where: "line 1",
    expected: "the header prompt,role,x1,…,xd,y",
    arrived: names.join(",").slice(0, 60) || "nothing",
    hint: "name the columns in this order; covariates are x1, x2, …",
  });
}

function requireName(name: string, where: string): string {
  if (name !== "") return name;
  throw new DomainError({
    where,
    expected: "the name of a prompt",
    arrived: "an empty cell",
    hint: "the first column says which prompt a pair belongs to: 0, 1, …",
  });
}

function rowsOf(prompt: WrittenPrompt, role: string, where: string): Row[] {
  if (role === "context") return prompt.context;
  if (role === "query") return prompt.queries;
  throw new DomainError({
    where,
    expected: "the role context or query",
    arrived: role || "nothing",
    hint: "the second column says what a pair is for",
  });
}

function assemble(prompts: readonly WrittenPrompt[], dimension: number): PromptBatch {
  requireRows(prompts);
  const count = prompts.length;
  const lengths = Int32Array.from(prompts, ({ context }) => context.length);
  const contextLength = lengths.reduce((longest, length) => Math.max(longest, length));
  const queries = prompts[0].queries.length;
  const batch = {
    count,
    contextLength,
    dimension,
    covariates: new Float64Array(count * contextLength * dimension),
    responses: new Float64Array(count * contextLength),
    queryCovariates: new Float64Array(count * queries * dimension),
    queryResponses: new Float64Array(count * queries),
    ...(queries === 1 ? {} : { queries }),
    ...(lengths.every((length) => length === contextLength) ? {} : { lengths }),
  };
  const place = (rows: readonly Row[], x: Float64Array, y: Float64Array, first: number): void => {
    rows.forEach(({ numbers }, at) => {
      x.set(numbers.subarray(0, dimension), (first + at) * dimension);
      y[first + at] = numbers[dimension];
    });
  };
  prompts.forEach((prompt, i) => {
    place(prompt.context, batch.covariates, batch.responses, i * contextLength);
    place(prompt.queries, batch.queryCovariates, batch.queryResponses, i * queries);
  });
  return batch;
}

function requireRows(prompts: readonly WrittenPrompt[]): void {
  const queries = prompts[0]?.queries.length ?? 0;
  if (prompts.length === 0) throw missing("line 2", "at least one prompt", "none");
  for (const { name, context, queries: own } of prompts) {
    const where = `prompt ${name}, ${(context[0] ?? own[0]).where}`;
    if (context.length === 0) throw missing(where, "at least one pair with the role context", "none");
    if (own.length === 0) throw missing(where, "a pair with the role query", "none");
    if (own.length !== queries)
      throw missing(where, `as many queries as the first prompt has, ${queries}`, String(own.length));
  }
}

function missing(where: string, expected: string, arrived: string): ShapeError {
  return new ShapeError({
    where,
    expected,
    arrived,
    hint: "every prompt needs a context, and as many queries as the others",
  });
}
