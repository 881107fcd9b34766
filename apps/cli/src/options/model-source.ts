import { parsePromptLaw, type PromptLaw } from "@onestep/data";
import { arraysOfParameters } from "@onestep/lab";
import {
  layerOfArrays,
  lsaHeads,
  readNpz,
  readSafetensors,
  transformerOfArrays,
  type LinearTransformer,
  type StoredArrays,
} from "@onestep/model";
import { readFileSync } from "node:fs";
import { UsageError } from "../errors.ts";
import { readTraining } from "../train/training-directory.ts";
import { lawFlagsAmong, type LawSource } from "./law-flags.ts";
import { readLaw } from "./read-law.ts";

/** The flags that name a model and the law that it is looked at on. */
export interface ModelSource extends LawSource {
  readonly run?: string;
  readonly weights?: string;
}

/** A model and a law. */
export interface ModelOnLaw {
  readonly model: LinearTransformer;
  readonly law: PromptLaw;
}

/**
 * The model that the flags name, from a run directory or a weight file; its law is that of the run, unless the flags name
 * another.
 *
 * @throws UsageError unless the flags name one model and a law; whatever files and laws themselves refuse
 */
export function readModelOnLaw(command: string, { run, weights, ...lawSource }: ModelSource): ModelOnLaw {
  if ((run === undefined) === (weights === undefined)) {
    throw new UsageError({
      where: command,
      expected: "a model: --run FOLDER or --weights FILE",
      arrived: run === undefined ? "neither" : "both",
      hint: `onestep ${command} --run run, for a folder that onestep train filled`,
    });
  }
  const given = lawGiven(command, lawSource);
  if (run === undefined) {
    if (given === undefined) throw withoutLaw(command);
    return { model: modelOfArrays(readWeights(weights!)), law: given };
  }
  const training = readTraining(run);
  if (training?.report === undefined) {
    throw new UsageError({
      where: "--run",
      expected: training === undefined ? "a folder that onestep train filled" : "a run that is finished",
      arrived: run,
      hint: `onestep train --out ${run} makes one; with --resume it goes on with one`,
    });
  }
  const { config, report } = training;
  return { model: modelOfArrays(arraysOfParameters(report.parameters)), law: given ?? parsePromptLaw(config.law) };
}

/** The law that the flags name; undefined where they name none. */
export function lawGiven(command: string, flags: LawSource): PromptLaw | undefined {
  return flags.law === undefined && lawFlagsAmong(flags).length === 0 ? undefined : readLaw(command, flags);
}

/** `key_query` and `value_projection` of one layer, or `P` and `Q` of any transformer. */
function modelOfArrays(arrays: StoredArrays): LinearTransformer {
  return "key_query" in arrays ? lsaHeads([layerOfArrays(arrays)]) : transformerOfArrays(arrays);
}

/** An npz file is a zip archive, and those begin with PK; a safetensors file begins with a length. */
function readWeights(path: string): StoredArrays {
  const bytes = readBytes(path);
  return bytes[0] === 0x50 && bytes[1] === 0x4b ? readNpz(bytes) : readSafetensors(bytes);
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code;
    throw new UsageError({
      where: "--weights",
      expected: "a weight file that can be read",
      arrived: `${path} (${reason === "ENOENT" ? "no such file" : (reason ?? "unreadable")})`,
      hint: "npz or safetensors, with key_query and value_projection, or P and Q",
      cause: error,
    });
  }
}

function withoutLaw(command: string): UsageError {
  return new UsageError({
    where: command,
    expected: "a law beside --weights: a weight file knows none",
    arrived: "none",
    hint: "add --law law.json, or --context 20 --dimension 5",
  });
}
