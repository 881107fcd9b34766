import { lawFileOfFlags, parsePromptLaw, type Json, type JsonObject, type LawFlags } from "@onestep/data";
import { checkTrainingConfig, type TrainingConfigFile } from "@onestep/lab";

import { attempt, checkSizes, DEFAULT_LAW, wholeConfig, type LabSetting } from "./lab-setting.ts";
import { flagsOfLaw } from "./exchange/law-flags.ts";
import { valueOfText } from "./value-text.ts";

/** The keys of an address are the flags of `onestep train`: the parts of a law, its sizes, and fields of the config. */
const LAW_PARTS = ["covariates", "target", "tasks", "noise", "query"] as const;
const SIZES = { context: "contextLength", dimension: "dimension", queries: "queries" } as const;
const FIELDS = {
  layers: ["model", "layers"],
  family: ["model", "family"],
  heads: ["model", "heads"],
  method: ["training", "method"],
  steps: ["training", "steps"],
  batch: ["training", "batch"],
  optimizer: ["training", "optimizer"],
  "learning-rate": ["training", "learningRate"],
  starts: ["training", "starts"],
  backend: ["backend"],
  seed: ["seed"],
} as const;

/** A law file that is too long for an address is not kept there. */
const LONGEST = 8000;

/** What an address says, and what of it cannot be, in the words of the library. */
export interface ReadAddress {
  readonly setting: LabSetting;
  readonly problems: readonly string[];
}

/** `context=40&noise=gaussian:variance=0.25&seed=7&step=120`: what is at its default is left out. */
export function addressOf({ config, step }: LabSetting): string {
  const { flags, contextLength } = flagsOfLaw(config.law);
  const usual = flagsOfLaw(DEFAULT_LAW).flags;
  const spoken = { ...flags, ...(contextLength === undefined ? {} : { context: JSON.stringify(contextLength) }) };
  const entries: [string, unknown][] = [
    ...Object.entries(spoken).filter(([key, value]) => value !== usual[key as keyof LawFlags]),
    ...Object.entries(FIELDS).map(([key, path]): [string, unknown] => [key, at(config, path)]),
    ["step", step > 0 ? step : undefined],
  ];
  const address = entries
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${escape(String(value))}`)
    .join("&");
  return address.length > LONGEST ? "" : address;
}

/** What an address says; where it says what cannot be, the default. */
export function settingAt(search: string): ReadAddress {
  const query = new URLSearchParams(search);
  const problems: string[] = [];
  const accepts = (check: () => unknown): boolean => {
    try {
      check();
      return true;
    } catch (error) {
      problems.push((error as Error).message);
      return false;
    }
  };

  let flags: LawFlags = {};
  for (const part of LAW_PARTS) {
    const text = query.get(part);
    const next = text === null ? flags : { ...flags, [part]: text };
    if (accepts(() => lawFileOfFlags(next))) flags = next;
  }
  const law: Record<string, Json> = { ...sizesOf(DEFAULT_LAW), ...lawFileOfFlags(flags) };
  for (const [key, entry] of Object.entries(SIZES)) {
    const text = query.get(key);
    if (text === null) continue;
    const value = valueOfText(text);
    const alone = { ...DEFAULT_LAW, [entry]: value };
    if (accepts(() => (checkSizes({ law: alone }), parsePromptLaw(alone)))) law[entry] = value;
  }

  let config: TrainingConfigFile = { law };
  for (const [key, path] of Object.entries(FIELDS)) {
    const text = query.get(key);
    if (text === null) continue;
    const value = valueOfText(text);
    // By itself: what does not go with the rest is told beside the controls, where it can be changed.
    const alone = withField({ law: DEFAULT_LAW, training: { steps: 1, batch: 1 } }, path, value);
    if (accepts(() => (checkSizes(alone), checkTrainingConfig(alone, "config"))))
      config = withField(config, path, value);
  }
  const steps = attempt(() => wholeConfig(config))?.training.steps ?? 0;
  return { setting: { config, step: stepOf(query.get("step"), steps) }, problems };
}

/** A config with one field changed; undefined leaves it out. */
export function withField(
  config: TrainingConfigFile,
  path: readonly string[],
  value: Json | undefined,
): TrainingConfigFile {
  const [name, ...rest] = path;
  const { [name]: old, ...others } = config as unknown as JsonObject;
  if (rest.length === 0) return { ...others, ...given(name, value) } as unknown as TrainingConfigFile;
  const { [rest[0]]: _old, ...siblings } = (old ?? {}) as JsonObject;
  const group = { ...siblings, ...given(rest[0], value) };
  const kept = Object.keys(group).length === 0 ? undefined : group;
  return { ...others, ...given(name, kept) } as unknown as TrainingConfigFile;
}

function given(name: string, value: Json | undefined): JsonObject {
  return value === undefined ? {} : { [name]: value };
}

function at(config: TrainingConfigFile, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (value, name) => (value as JsonObject | undefined)?.[name],
    config as unknown as JsonObject,
  );
}

function sizesOf(law: JsonObject): JsonObject {
  return Object.fromEntries(Object.values(SIZES).flatMap((entry) => (entry in law ? [[entry, law[entry]]] : [])));
}

function stepOf(text: string | null, steps: number): number {
  return text !== null && /^\d{1,9}$/.test(text) ? Math.min(Number(text), steps) : 0;
}

/** What a query may hold as it is stays readable. */
function escape(text: string): string {
  return encodeURIComponent(text).replace(/%(?:3A|3D|2C|5B|5D|7B|7D|2F|40|E2%88%9A)/g, decodeURIComponent);
}
