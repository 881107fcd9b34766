import { checkTrainingConfig, type TrainingConfig, type TrainingReport } from "@onestep/lab";
import { RelayedError } from "../errors.ts";
import { exitCodeOfError } from "../exit-code.ts";
import { describeError } from "../outcome.ts";
import { digestOf } from "../run-directory/digest.ts";
import { version } from "../version.ts";
import { describeChanges, type GridPoint } from "./grid.ts";
import type { Changes } from "./sweep-file.ts";

/** One training of a sweep. */
export interface SweepPoint {
  /** Its place in the grid, from 1, and what it changes: `"point 3 of 12 (seed = 2)"`. */
  readonly label: string;
  readonly changes: Changes;
  readonly config: TrainingConfig;
  /** Of config and version: where they are the same, so is the result. */
  readonly configHash: string;
}

/** A finished point: a line of `results.jsonl`. */
export interface SweepRow extends TrainingReport {
  readonly point: Changes;
  readonly configHash: string;
}

/** @throws RelayedError for the first point that is no training config: it names the point */
export function checkPoints(points: readonly GridPoint[]): readonly SweepPoint[] {
  return points.map(({ changes, config: given }, index) => {
    const label = `point ${index + 1} of ${points.length} (${describeChanges(changes)})`;
    try {
      return pointOf(label, changes, checkTrainingConfig(given, "config"));
    } catch (error) {
      throw atPoint(label, error);
    }
  });
}

export function pointOf(label: string, changes: Changes, config: TrainingConfig): SweepPoint {
  return { label, changes, config, configHash: digestOf({ config, version: version() }) };
}

/** An error in its own words, beginning with the point that it is about. */
export function atPoint(label: string, error: unknown): RelayedError {
  const report = describeError(error);
  const named = { ...report, where: `${label}: ${report.where}`, message: `${label}: ${report.message}` };
  return new RelayedError(named, exitCodeOfError(error));
}

export function rowOf({ changes: point, configHash }: SweepPoint, report: TrainingReport): SweepRow {
  return { point, configHash, ...report };
}

/** A row as a line of JSON, the same bytes wherever the point ran. */
export function lineOf(row: SweepRow): string {
  return `${JSON.stringify(row)}\n`;
}
