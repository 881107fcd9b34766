import {
  arraysOfParameters,
  trainingFigures,
  type TrainingConfig,
  type TrainingPoint,
  type TrainingReport,
  type TrainingSnapshot,
} from "@onestep/lab";
import { writeNpz, writeSafetensors } from "@onestep/model";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../errors.ts";
import { digestOf } from "../run-directory/digest.ts";
import { openFigureWriter } from "../run-directory/figure-files.ts";
import { appendLine, readDocument, requireWritable, writeWhole } from "../run-directory/files.ts";
import { lockFolder } from "../run-directory/lock.ts";
import {
  configHashOf,
  readManifest,
  requireSameConfig,
  writeManifest,
  type Manifest,
} from "../run-directory/manifest.ts";
import { renderTrainingPage } from "./training-page.ts";
import { newestCheckpoint, removeCheckpoints, writeCheckpoint } from "./checkpoints.ts";
import { eventFileHeader, scalarEvent } from "./tensorboard.ts";

/** A folder with one training. */
export interface TrainingDirectory {
  readonly path: string;
  /** Where to go on; undefined at the beginning. */
  readonly snapshot: TrainingSnapshot | undefined;
  /** What somebody who looks for a file should know. */
  readonly remarks: readonly string[];
  /** Adds a recorded step to metrics and events. */
  record(point: TrainingPoint): void;
  /** Keeps a state to go on from. */
  keep(snapshot: TrainingSnapshot): void;
  /** Writes weights, figures, report and manifest. */
  finish(report: TrainingReport): void;
}

/** What is done about what a folder has already. */
export interface DirectoryOptions {
  readonly force: boolean;
  readonly resume: boolean;
}

const FILES = ["report.json", "report.html", "metrics.jsonl", "weights.npz", "weights.safetensors"];
const EVENTS = "events.out.tfevents.0.onestep";

/**
 * Opens a folder for a training, and makes it where there is none.
 *
 * - `manifest.json`: the config and its hash, versions, key scheme, platform, digest of the report
 * - `metrics.jsonl`, `events.out.tfevents.*`: the recorded steps, for programs and for TensorBoard
 * - `checkpoints/step-N.ckpt`: the last few states to go on from
 * - `weights.npz`, `weights.safetensors`; `figures/`; `report.json`, `report.html`, a page that needs no network
 *
 * @throws UsageError where nothing can be written, or the folder holds another run, or one that is not finished
 */
export async function openTrainingDirectory(
  path: string,
  config: TrainingConfig,
  { force, resume }: DirectoryOptions,
): Promise<TrainingDirectory> {
  const run = { command: "train", config, configHash: configHashOf(config) };
  const at = (name: string): string => join(path, name);
  requireWritable(path);
  lockFolder(path);
  if (force) clear(path);
  else requireSameConfig(path, run);
  const { snapshot, damaged } = newestCheckpoint(at("checkpoints"));
  if (snapshot !== undefined && !resume) throw unfinished(path, snapshot);
  const figures = await openFigureWriter();
  const past = snapshot?.trainingLoss ?? [];
  writeManifest(path, { ...run, status: "running" });
  writeWhole(at("metrics.jsonl"), past.map(metricsLine).join(""));
  writeWhole(at(EVENTS), Buffer.concat([eventFileHeader(now()), ...past.map(eventOf)]));
  return {
    path,
    snapshot,
    remarks: [
      ...damaged.map((name) => `${name} is damaged, and left aside`),
      ...(resume && snapshot === undefined ? ["no checkpoint to go on from: this is the beginning"] : []),
      ...(figures.remark === undefined ? [] : [figures.remark]),
    ],
    record(point) {
      appendLine(at("metrics.jsonl"), metricsLine(point));
      appendLine(at(EVENTS), eventOf(point));
    },
    keep: (state) => writeCheckpoint(at("checkpoints"), state),
    finish(report) {
      const arrays = arraysOfParameters(report.parameters);
      writeWhole(at("weights.npz"), writeNpz(arrays));
      writeWhole(at("weights.safetensors"), writeSafetensors(arrays));
      for (const [name, figure] of Object.entries(trainingFigures(report)))
        figures.write(at(`figures/${name}`), figure);
      writeWhole(at("report.html"), renderTrainingPage(report));
      writeWhole(at("report.json"), `${JSON.stringify(report, null, 2)}\n`);
      writeManifest(path, { ...run, status: report.status, digest: digestOf(report) });
    },
  };
}

/** The report of a folder's training, whole and of this very config; undefined where it is not. */
export function finishedTraining(path: string, config: TrainingConfig): TrainingReport | undefined {
  return readManifest(path)?.configHash === configHashOf(config) ? readTraining(path)?.report : undefined;
}

/** The training that a folder holds: its config, and its report where it is finished. */
export function readTraining(path: string): { config: TrainingConfig; report: TrainingReport | undefined } | undefined {
  const manifest = readManifest(path) as (Manifest & { readonly config: TrainingConfig }) | undefined;
  if (manifest?.command !== "train") return undefined;
  const report = readDocument(join(path, "report.json")) as TrainingReport | undefined;
  const isWhole = report !== undefined && manifest.digest === digestOf(report);
  return { config: manifest.config, report: isWhole ? report : undefined };
}

/** Forgets a run: its own files, and nobody else's. */
function clear(path: string): void {
  for (const name of [...FILES, EVENTS, "manifest.json"]) rmSync(join(path, name), { force: true });
  removeCheckpoints(join(path, "checkpoints"));
}

function metricsLine(point: TrainingPoint): string {
  return `${JSON.stringify(point)}\n`;
}

function eventOf({ step, ...scalars }: TrainingPoint): Uint8Array {
  return scalarEvent({ step, scalars }, now());
}

function now(): number {
  return Date.now() / 1000;
}

function unfinished(path: string, { pretraining }: TrainingSnapshot): UsageError {
  return new UsageError({
    where: "--out",
    expected: "a folder without an unfinished run",
    arrived: `${path}, with a run that came to step ${pretraining.step}`,
    hint: "go on with it by --resume, or begin anew with --force",
  });
}
