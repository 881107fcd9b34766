import type { TrainingReport } from "@onestep/lab";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { digestOf } from "../run-directory/digest.ts";
import { appendLine, readLines, writeWhole } from "../run-directory/files.ts";
import type { SweepRow } from "./sweep-point.ts";

/** The reports that a folder has, by the hash of their config: what need not run again. */
export interface FinishedPoints {
  readonly reports: ReadonlyMap<string, TrainingReport>;
  /** Keeps a report, at once. */
  keep(configHash: string, report: TrainingReport): void;
  /** Ends the journal: everything in it has got into the results. */
  close(): void;
}

/** A line of the journal, or a row of the results: either holds a report. */
interface JournalLine {
  readonly configHash: string;
  readonly digest: string;
  readonly report: TrainingReport;
}

/**
 * Opens the journal of a folder, `journal.jsonl`: one line a finished point, in whatever order they end. A kill can tear
 * its last line, and a disk that is full too; a line that is not whole is no line.
 *
 * @param results the rows of an earlier run in this folder: they are kept as well
 * @param requireOwn throws where what was found may not go on here; nothing is written before
 */
export function openFinishedPoints(
  folder: string,
  results: readonly SweepRow[],
  requireOwn: (configHashes: readonly string[]) => void = () => undefined,
): FinishedPoints {
  const path = join(folder, "journal.jsonl");
  const reports = new Map<string, TrainingReport>();
  for (const { point: _point, configHash, ...report } of results) reports.set(configHash, report);
  for (const line of readLines(path) as (Partial<JournalLine> | null)[]) {
    const { configHash, digest, report } = line ?? {};
    if (configHash === undefined || report === undefined || digest !== digestOf(report)) continue;
    reports.set(configHash, report);
  }
  requireOwn([...reports.keys()]);
  // Whole lines alone, so that the next one begins on a line of its own.
  writeWhole(path, [...reports].map(([configHash, report]) => journalLine(configHash, report)).join(""));
  return {
    reports,
    keep(configHash, report) {
      appendLine(path, journalLine(configHash, report));
      reports.set(configHash, report);
    },
    close: () => rmSync(path),
  };
}

function journalLine(configHash: string, report: TrainingReport): string {
  const line: JournalLine = { configHash, digest: digestOf(report), report };
  return `${JSON.stringify(line)}\n`;
}
