import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { UsageError } from "../errors.ts";

/** Writes a file whole or not at all: a reader, or a kill, never meets half of one. */
export function writeWhole(path: string, content: string): void {
  const draft = `${path}.draft`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(draft, content);
    renameSync(draft, path);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Makes sure that files can be written to a folder, before there is anything to lose. */
export function requireWritable(folder: string): void {
  const probe = `${folder}/.probe`;
  writeWhole(probe, "");
  rmSync(probe);
}

/** The JSON document of a file; undefined where there is none, or it is no JSON. */
export function readDocument(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

function unwritable(path: string, cause: unknown): UsageError {
  return new UsageError({
    where: "--out",
    expected: `to write ${path}`,
    arrived: cause instanceof Error ? cause.message : String(cause),
    hint: "name a folder that can be written to and has room; what is written already is whole, and kept",
    cause,
  });
}
