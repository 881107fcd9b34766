import { browserBackendNames, type TrainingConfigFile } from "@onestep/lab";

import { flagsOfLaw } from "./law-flags.ts";
import { shellQuoted } from "./shell.ts";

/** A training as a line for a terminal. */
export interface TrainingCommand {
  readonly line: string;
  /** A law with a table of its own is too long for a line: this file stands beside it. */
  readonly file?: { readonly name: string; readonly text: string };
  /** Whether a terminal has the backend; where it has not, the line leaves it to our kernels. */
  readonly sameBackend: boolean;
}

const CONFIG_FILE = "onestep.json";
const LONGEST_LINE = 1200;

/**
 * The command that trains as a config says. Each flag is one field of the config, and what the config leaves open is left
 * open, to be planned in the terminal as it is here.
 */
export function commandOf(config: TrainingConfigFile): TrainingCommand {
  const sameBackend = !browserBackendNames.some((name) => name === config.backend);
  const { backend: _absent, ...others } = config;
  const said = sameBackend ? config : others;
  const line = lineOf(["train", ...argumentsOf(said)]);
  if (line.length <= LONGEST_LINE) return { line, sameBackend };
  return {
    line: lineOf(["train", "--config", CONFIG_FILE]),
    file: { name: CONFIG_FILE, text: configText(said) },
    sameBackend,
  };
}

/** A config as a file that `--config` reads. */
export function configText(config: TrainingConfigFile): string {
  return `${JSON.stringify(config, null, 2)}\n`;
}

function argumentsOf({ law, model = {}, training = {}, backend, seed }: TrainingConfigFile): string[] {
  const { flags, contextLength } = flagsOfLaw(law);
  return [
    ...Object.entries({ ...flags, ...model, ...training, backend, seed }).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${kebab(name)}`, String(value)],
    ),
    ...(contextLength === undefined ? [] : ["--set", `law.contextLength=${JSON.stringify(contextLength)}`]),
  ];
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function lineOf(parts: readonly string[]): string {
  return `npm start -- ${parts.map(shellQuoted).join(" ")}`;
}
