import { DomainError } from "@onestep/core";
import { describePromptLaw, withTables, type Json, type JsonObject } from "@onestep/data";
import { checkTrainingConfig, type TrainingConfig } from "@onestep/lab";
import { dirname } from "node:path";
import { UsageError } from "../errors.ts";
import { readConfigFile, withSettings } from "../options/config-file.ts";
import type { JsonFile } from "../options/json-file.ts";
import { readTableFile } from "../options/law-file.ts";
import { lawFlagsAmong, type LawSource } from "../options/law-flags.ts";
import { readLaw } from "../options/read-law.ts";

/** The flags that say what is trained; each wins over the file, and `--set` over all of them. */
export interface ConfigFlags extends LawSource {
  readonly config?: string;
  readonly set?: readonly string[];
  readonly layers?: number;
  readonly family?: string;
  readonly heads?: number;
  readonly method?: string;
  readonly steps?: number;
  readonly batch?: number;
  readonly optimizer?: string;
  readonly learningRate?: number;
  readonly starts?: number;
  readonly backend?: string;
  readonly seed?: number;
}

const about: JsonFile = {
  flag: "--config",
  what: "a training config",
  hint: "onestep train --dry-run --json prints a whole one",
  example: '{ "law": { … }, "training": { "steps": 2000 } }',
};

/**
 * The config that the flags mean, with nothing left open.
 *
 * @param found the config of a run to go on with, where the flags name no law
 * @throws UsageError for files that cannot be read, and flags that exclude each other; and as `checkTrainingConfig`
 */
export async function trainConfig(flags: ConfigFlags, found: TrainingConfig | undefined): Promise<TrainingConfig> {
  const base = await baseOf(flags, found);
  const { layers, family, heads, method, steps, batch, optimizer, learningRate, starts, backend, seed } = flags;
  const withFlags = {
    ...base,
    ...lawOf(flags, base),
    ...group("model", base, { layers, family, heads }),
    ...group("training", base, { method, steps, batch, optimizer, learningRate, starts }),
    ...given({ backend, seed }),
  };
  const whole = withSettings(withFlags, flags.set ?? []);
  const folder = flags.config === undefined || flags.config === "-" ? "." : dirname(flags.config);
  const law = withTables(whole["law"], (table) => readTableFile(table, folder)) as Json;
  return checkTrainingConfig({ ...whole, law }, "config");
}

/** Whether the flags say what is trained, by a config or a law. */
export function namesConfig(flags: ConfigFlags): boolean {
  return flags.config !== undefined || flags.law !== undefined || lawFlagsAmong(flags).length > 0;
}

async function baseOf(flags: ConfigFlags, found: TrainingConfig | undefined): Promise<JsonObject> {
  const { config } = flags;
  if (config === undefined) return namesConfig(flags) ? {} : ((found ?? {}) as JsonObject);
  const value = await readConfigFile(config, about);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new DomainError({
    where: config,
    expected: "an object with law, model, training, backend, seed",
    arrived: Array.isArray(value) ? "a list" : String(value),
    hint: `start from ${about.example}`,
  });
}

/** The law of the flags; a law that the file has already is changed by `--set`. */
function lawOf(flags: ConfigFlags, base: JsonObject): JsonObject {
  const named = [...(flags.law === undefined ? [] : ["--law"]), ...lawFlagsAmong(flags)];
  if (base["law"] === undefined && named.length === 0) {
    throw new UsageError({
      where: "train",
      expected: "a law: in --config, in --law, or in its parts",
      arrived: "none",
      hint: "onestep train --context 20 --dimension 5, or --law law.json; --resume finds that of an --out folder",
    });
  }
  if (base["law"] === undefined) return { law: describePromptLaw(readLaw("train", flags)) };
  if (named.length === 0) return {};
  throw new UsageError({
    where: "train",
    expected: "the law of --config alone",
    arrived: `${named[0]} beside it`,
    hint: "change a part of it with --set law.contextLength=10",
  });
}

function group(name: string, base: JsonObject, flags: Readonly<Record<string, Json | undefined>>): JsonObject {
  const changes = given(flags);
  if (Object.keys(changes).length === 0) return {};
  return { [name]: { ...(base[name] as JsonObject | undefined), ...changes } };
}

function given(flags: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined)) as JsonObject;
}
