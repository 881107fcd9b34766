import { DomainError } from "@onestep/core";
import { parsePromptLaw, withTables, type JsonObject } from "@onestep/data";
import type { TrainingConfigFile } from "@onestep/lab";

/** A file that a reader chose, dropped or pasted. */
export interface GivenFile {
  readonly name: string;
  readonly text: string;
}

/** What was given: a law to draw from, a config with a law inside, or prompts that were drawn. */
export type Imported =
  | { readonly kind: "law"; readonly name: string; readonly config: TrainingConfigFile }
  | { readonly kind: "prompts"; readonly name: string; readonly text: string };

/**
 * Tells what files are: a law file or a training config in JSON, with the tables that it names beside it, or a table of
 * prompts.
 *
 * @throws DomainError where they are none of these, and whatever the law itself refuses
 */
export function readImport(given: readonly GivenFile[]): Imported {
  // A mark of the byte order is no part of what is pasted.
  const files = given.map(({ name, text }) => ({ name, text: text.replace(/^\uFEFF/, "") }));
  const document = files.find(({ text }) => text.trimStart().startsWith("{"));
  if (document !== undefined) return readDocument(document, files);
  const table = files.find(({ text }) => /^\s*"?prompt"?\s*,/.test(text));
  if (table !== undefined) return { kind: "prompts", name: table.name, text: table.text };
  throw new DomainError({
    where: files[0]?.name ?? "import",
    expected: "a law file or a config in JSON, or a table of prompts with the header prompt,role,x1,…,xd,y",
    arrived: files[0] === undefined ? "nothing" : JSON.stringify(files[0].text.slice(0, 40)),
    hint: "onestep list laws shows what a law file may contain; every laboratory setting can be saved as one",
  });
}

function readDocument({ name, text }: GivenFile, files: readonly GivenFile[]): Imported {
  const json = withTables(parsed(name, text), (path) => tableNamed(path, files)) as JsonObject;
  const config = (json["law"] === undefined ? { law: json } : json) as unknown as TrainingConfigFile;
  parsePromptLaw(config.law);
  return { kind: "law", name, config };
}

function parsed(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DomainError({
      where: name,
      expected: "JSON",
      arrived: (cause as Error).message,
      hint: 'write { "contextLength": 20, "dimension": 5, "covariates": { "law": "gaussian" }, … }',
      cause,
    });
  }
}

/** A page cannot follow a path: the table must have been given together with the law. */
function tableNamed(path: string, files: readonly GivenFile[]): string {
  const base = path.split("/").pop();
  const table = files.find(({ name }) => name === base);
  if (table !== undefined) return table.text;
  throw new DomainError({
    where: "law",
    expected: `the table ${path} together with the law that names it`,
    arrived: files.map(({ name }) => name).join(", "),
    hint: "choose or drop both files at once",
  });
}
