import type { TrainingReport } from "@onestep/lab";
import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../errors.ts";
import { openFigureWriter } from "../run-directory/figure-files.ts";
import { discard, readLines, requireWritable, writeWhole } from "../run-directory/files.ts";
import { lockFolder } from "../run-directory/lock.ts";
import { configHashOf, readManifest, writeManifest } from "../run-directory/manifest.ts";
import { columnsOf } from "./columns.ts";
import { openFinishedPoints } from "./finished-points.ts";
import { sweepFigure } from "./sweep-figure.ts";
import { lineOf, type SweepPoint, type SweepRow } from "./sweep-point.ts";

/** A folder with the results of a sweep. */
export interface SweepDirectory {
  readonly path: string;
  /** The report of a point that is here already, whole. */
  finished(configHash: string): TrainingReport | undefined;
  /** Keeps a report, at once. */
  keep(configHash: string, report: TrainingReport): void;
  /** Writes results, table, figure and manifest of the rows, in the order of the grid; says what could not be written. */
  finish(rows: readonly SweepRow[]): Promise<string | undefined>;
}

const COMMAND = "sweep";

/** What a sweep was asked for, as its manifest records it. */
export type SweepConfig = Readonly<Record<string, unknown>>;

/**
 * Opens a folder for a sweep, and makes it where there is none.
 *
 * - `journal.jsonl`: while it runs, what has finished
 * - `results.jsonl`, `results.parquet`: a row a point, in the order of the grid; `figures/sweep.svg`, `.png`, …
 * - `manifest.json`: the sweep and its hash, versions, digest of the results
 *
 * None of them says when, where or by how many workers: the same sweep gives the same bytes.
 *
 * @param options.force forgets what is here
 * @throws UsageError where nothing can be written, another process writes, the folder has points that are not of this
 * sweep, or it is another command's
 */
export function openSweepDirectory(
  path: string,
  config: SweepConfig,
  points: readonly SweepPoint[],
  options: { readonly force: boolean },
): SweepDirectory {
  const at = (name: string): string => join(path, name);
  requireWritable(path);
  lockFolder(path);
  if (!options.force) requireNoOther(path);
  if (options.force) for (const name of ["journal.jsonl", "results.jsonl"]) rmSync(at(name), { force: true });
  const stored = openFinishedPoints(path, storedRows(path), (found) => requireOwnPoints(path, found, points));
  const describe = (status: "running" | "incomplete" | "finished", results: string): void => {
    const configHash = configHashOf(config);
    writeManifest(path, {
      command: COMMAND,
      status,
      config,
      configHash,
      points: points.length,
      digest: sha256(results),
    });
  };
  describe("running", "");
  return {
    path,
    finished: (configHash) => stored.reports.get(configHash),
    keep: (configHash, report) => stored.keep(configHash, report),
    async finish(rows) {
      const results = rows.map(lineOf).join("");
      const { parquetWriteBuffer } = await import("hyparquet-writer");
      const columnData = columnsOf(rows).map((column) => ({ ...column, data: [...column.data] }));
      writeWhole(at("results.jsonl"), results);
      writeWhole(at("results.parquet"), new Uint8Array(parquetWriteBuffer({ columnData, createdBy: "onestep" })));
      const figure = sweepFigure(rows);
      const figures = await openFigureWriter();
      if (figure !== undefined) figures.write(at("figures/sweep"), figure);
      else for (const ending of ["svg", "png", "vl.json", "csv"]) discard(at(`figures/sweep.${ending}`)); // a shorter sweep's
      describe(rows.length === points.length ? "finished" : "incomplete", results);
      stored.close();
      return figure === undefined ? undefined : figures.remark;
    },
  };
}

/** What a folder's sweep was asked for, where it has one. */
export function recordedSweep(path: string): SweepConfig | undefined {
  const manifest = readManifest(path);
  return manifest?.command === COMMAND ? (manifest.config as SweepConfig) : undefined;
}

/** The rows of an earlier run, if they are what its manifest says. */
function storedRows(path: string): SweepRow[] {
  const rows = readLines(join(path, "results.jsonl")) as SweepRow[];
  return readManifest(path)?.digest === sha256(rows.map(lineOf).join("")) ? rows : [];
}

/** A training or a reproduction has a manifest of the same name, and would lose it. */
function requireNoOther(path: string): void {
  const { command = COMMAND } = readManifest(path) ?? {};
  if (command === COMMAND) return;
  throw new UsageError({
    where: "--out",
    expected: "a new folder, or that of a sweep",
    arrived: `${path}, with the results of onestep ${command}`,
    hint: "name another folder, or replace its manifest with --force",
  });
}

/** A longer sweep goes on in the folder of a shorter one; another sweep would lose what is there. */
function requireOwnPoints(path: string, found: readonly string[], points: readonly SweepPoint[]): void {
  const own = new Set(points.map(({ configHash }) => configHash));
  const strangers = found.filter((configHash) => !own.has(configHash)).length;
  if (strangers === 0) return;
  throw new UsageError({
    where: "--out",
    expected: "a new folder, or one whose points are all of this sweep and version",
    arrived: `${path}, where ${strangers} of ${found.length} are not`,
    hint: "name another folder, or replace its results with --force",
  });
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
