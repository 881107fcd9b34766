import { childKey, OnestepError, randomKey } from "@onestep/core";
import type { TrainingSnapshot } from "@onestep/lab";
import { decodeCheckpoint, encodeCheckpoint } from "@onestep/model";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeWhole } from "../run-directory/files.ts";

const KIND = "training";

/** How many are kept: the newest may be damaged by what ended the run. */
const KEPT = 3;

/** The newest checkpoint of a folder that is whole, and the names of newer ones that are not. */
export interface FoundCheckpoint {
  readonly snapshot: TrainingSnapshot | undefined;
  readonly damaged: readonly string[];
}

/** Writes `step-N.ckpt`, whole or not at all, and removes what is older than the last few. */
export function writeCheckpoint(folder: string, snapshot: TrainingSnapshot): void {
  const { config, pretraining } = snapshot;
  const { step } = pretraining;
  const key = childKey(randomKey(config.seed), "training");
  writeWhole(join(folder, `step-${step}.ckpt`), encodeCheckpoint(KIND, { key, step, state: snapshot }));
  removeCheckpoints(folder, KEPT);
}

/** Removes all checkpoints but the newest few. */
export function removeCheckpoints(folder: string, kept = 0): void {
  for (const name of namesIn(folder).slice(kept)) rmSync(join(folder, name), { force: true });
}

/** Finds where to go on. */
export function newestCheckpoint(folder: string): FoundCheckpoint {
  const damaged: string[] = [];
  for (const name of namesIn(folder)) {
    try {
      const { state } = decodeCheckpoint<TrainingSnapshot>(KIND, readFileSync(join(folder, name)));
      return { snapshot: state, damaged };
    } catch (error) {
      if (!(error instanceof OnestepError)) throw error;
      damaged.push(name);
    }
  }
  return { snapshot: undefined, damaged };
}

/** The checkpoints of a folder, the newest first. */
function namesIn(folder: string): string[] {
  const stepOf = (name: string): number => Number(/^step-(\d+)\.ckpt$/.exec(name)?.[1] ?? -1);
  return entriesOf(folder)
    .filter((name) => stepOf(name) >= 0)
    .sort((one, other) => stepOf(other) - stepOf(one));
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
