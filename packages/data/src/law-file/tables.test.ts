import { DomainError } from "@onestep/core";
import { expect, it } from "vitest";
import { UnknownNameError } from "../define/unknown-name-error.ts";
import { parsePromptLaw } from "./parse.ts";
import { withTables } from "./tables.ts";

const lawWith = (covariates: object): object => ({
  contextLength: 4,
  covariates,
  target: { law: "linear", tasks: { law: "gaussian" } },
  noise: { law: "none" },
  query: { covariates: { law: "empirical", file: "query.csv" } },
});
const tables: Readonly<Record<string, string>> = { "rows.csv": "a,b\n1,0\n0,2\n", "query.csv": "3,0\n0,4\n" };
const read = (path: string): string => tables[path];

it("puts the points of tables where a law names their files", () => {
  const law = parsePromptLaw(withTables(lawWith({ law: "empirical", file: "rows.csv" }), read));
  expect(law.covariates.parameters).toEqual({
    rows: [
      [1, 0],
      [0, 2],
    ],
  });
  expect(law.queryCovariates.parameters).toEqual({
    rows: [
      [3, 0],
      [0, 4],
    ],
  });
  expect(law.dimension).toBe(2);
});

it("leaves all else as it is", () => {
  const other = { contextLength: 4, covariates: { law: "gaussian", file: "x" }, noise: [1, null] };
  expect(withTables(other, read)).toEqual(other);
  expect(() => parsePromptLaw(lawWith({ law: "gaussian", file: "x" }))).toThrow(UnknownNameError);
});

it.each([
  [{ law: "empirical", file: 3 }, "law.covariates.file: expected the path of a table; got 3"],
  [{ law: "empirical", file: "rows.csv", rows: [[1]] }, "law.covariates: expected file or rows"],
])("refuses %j", (covariates, message) => {
  expect(() => withTables(lawWith(covariates), read)).toThrow(DomainError);
  expect(() => withTables(lawWith(covariates), read)).toThrow(message);
});

it("names the table and its line where it is none", () => {
  const refuse = (): unknown => withTables(lawWith({ law: "empirical", file: "rows.csv" }), () => "1,2\n3,oops");
  expect(refuse).toThrow("rows.csv, line 2: expected finite numbers; got oops");
});

it("is asked for where a file was left unread", () => {
  expect(() => parsePromptLaw(lawWith({ law: "empirical", file: "rows.csv" }))).toThrow(
    'law.covariates.file: expected the points themselves, under rows; got "rows.csv"',
  );
});
