import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { UsageError } from "../errors.ts";

/** Writes a file whole or not at all: a reader, or a kill, never meets half of one. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const draft = `${path}.draft`;
  try {
    makeFolder(dirname(path));
    // On the disk before it has its name: a power cut, too, leaves the old file or the new one.
    writeFileSync(draft, content, { flush: true });
    renameSync(draft, path);
  } catch (error) {
    discard(draft);
    throw unwritable(path, error);
  }
}

/** Appends a line, or a record, to a file: a kill can tear it, but nothing before it. */
export function appendLine(path: string, line: string | Uint8Array): void {
  try {
    appendFileSync(path, line);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** The lines of a file that are JSON: not one that a kill has torn. None where there is no file. */
export function readLines(path: string): unknown[] {
  return textOf(path)
    .split("\n")
    .map(parseDocument)
    .filter((document) => document !== undefined);
}

/** Makes sure that files can be written to a folder, before there is anything to lose. */
export function requireWritable(folder: string): void {
  if (folder === "") {
    throw new UsageError({
      where: "--out",
      expected: "the name of a folder",
      arrived: "an empty one",
      hint: "write --out run, or --out . for the folder that you are in",
    });
  }
  const probe = `${folder}/.probe-${process.pid}`;
  writeWhole(probe, "");
  rmSync(probe);
}

/** Makes a folder, and those above it. Node's own way never comes back from a place that has no room for one (/proc). */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error; // another process was faster
  }
}

/** The JSON document of a file; undefined where there is none, or it is no JSON. */
export function readDocument(path: string): unknown {
  return parseDocument(textOf(path));
}

/** Removes a file that is of no use: half a file on a full disk takes room from what is whole. */
export function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Where nothing can be written, nothing can be removed either.
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function parseDocument(text: string): unknown {
  try {
    return JSON.parse(text);
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
