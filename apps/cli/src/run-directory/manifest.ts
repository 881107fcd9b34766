import { join } from "node:path";
import { machineFacts } from "../bench/machine.ts";
import { UsageError } from "../errors.ts";
import { version } from "../version.ts";
import { digestOf } from "./digest.ts";
import { readDocument, writeWhole } from "./files.ts";

/** What a run directory says of the run that filled it. */
export interface Manifest {
  /** The command: `"train"`. */
  readonly command: string;
  /** `"running"` also where it was interrupted, or killed. */
  readonly status: string;
  /** What was asked for. */
  readonly config: unknown;
  /** Of config and version: where they are the same, so are the results. */
  readonly configHash: string;
  /** Of the results: the same for the same config on every machine. */
  readonly digest?: string;
}

/** How random numbers get from a seed to a draw: `ARCHITECTURE.md`, "Keys are addresses". */
const KEY_SCHEME = "philox4x32-10 keys, xoshiro128++ streams, ziggurat normals";

/** The hash that makes two runs the same. */
export function configHashOf(config: object): string {
  return digestOf({ config, version: version() });
}

/** Writes `manifest.json`, with the versions, key scheme and platform of this process beside what is given. */
export function writeManifest(folder: string, manifest: Manifest & Readonly<Record<string, unknown>>): void {
  const { command, status, config, configHash, ...results } = manifest;
  const { versions: _versions, notes: _notes, ...platform } = machineFacts({}, []);
  const document = {
    command,
    status,
    config,
    configHash,
    versions: { onestep: version(), node: process.version },
    keyScheme: KEY_SCHEME,
    platform,
    ...results,
  };
  writeWhole(join(folder, "manifest.json"), `${JSON.stringify(document, null, 2)}\n`);
}

/** The manifest of a folder; undefined where it has none. */
export function readManifest(folder: string): Manifest | undefined {
  const document = readDocument(join(folder, "manifest.json"));
  return typeof document === "object" && document !== null ? (document as Manifest) : undefined;
}

/** @throws UsageError where a folder holds the results of another config */
export function requireSameConfig(
  folder: string,
  { configHash, command }: Pick<Manifest, "configHash" | "command">,
): void {
  const found = readManifest(folder);
  if (found === undefined || (found.configHash === configHash && found.command === command)) return;
  throw new UsageError({
    where: "--out",
    expected: "a new folder, or one with results of the same config and version",
    arrived: `${folder}, with the results of ${JSON.stringify(found.config ?? "something else")}`,
    hint: "name another folder, or replace its results with --force",
  });
}
