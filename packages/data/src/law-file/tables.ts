import { lawShelf } from "../catalogue.ts";
import { rowsFromCsv } from "../csv/rows.ts";
import { isObject } from "../define/json.ts";
import { refusal, type Parameters } from "../define/parameter.ts";

/**
 * Puts the points of a table where a law file names its file: `{ law: "empirical", file: "rows.csv" }` becomes
 * `{ law: "empirical", rows: [[…], …] }`. All else stays as it is.
 *
 * @param read the text of a file, by its path as the law file writes it
 * @throws DomainError for a path that is no text, or for points beside it
 * @throws DomainError, ShapeError whose `where` is the line of the table: `"rows.csv, line 3"`
 *
 * @example
 * withTables({ law: "empirical", file: "rows.csv" }, () => "1,2\n3,4"); // => { law: "empirical", rows: [[1, 2], [3, 4]] }
 */
export function withTables(json: unknown, read: (path: string) => string, where = "law"): unknown {
  if (!isObject(json)) return json;
  const filled = Object.fromEntries(
    Object.entries(json).map(([name, inner]) => [name, withTables(inner, read, `${where}.${name}`)]),
  );
  const { file, ...others } = filled;
  const name = tableParameterNamed(json["law"]);
  if (name === undefined || file === undefined) return filled;
  if (typeof file !== "string") throw refusal(`${where}.file`, "the path of a table", file, 'write "rows.csv"');
  if (others[name] !== undefined) throw refusal(where, `file or ${name}`, json, "leave one of them out");
  return { ...others, [name]: rowsFromCsv(read(file), file) };
}

/** The parameter that a table may fill. */
export function tableParameterOf(parameters: Parameters): string | undefined {
  return Object.entries(parameters).find(([, { readsTable }]) => readsTable)?.[0];
}

function tableParameterNamed(law: unknown): string | undefined {
  const definition = lawShelf.covariates.find((factory) => factory.definition.name === law)?.definition;
  return definition && tableParameterOf(definition.parameters);
}
