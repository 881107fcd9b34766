import type { OptionEntry } from "@onestep/lab";

/** The parts of a law that a calculator asks for, in the words of the command line. */
export const LAW_FIELDS = ["context", "dimension", "variance", "covariates", "target", "tasks", "noise"] as const;

/** What is asked of a law, as a reader types it: a field that is left out is empty. */
export interface Question {
  readonly quantity: string;
  readonly law: Readonly<Partial<Record<(typeof LAW_FIELDS)[number], string>>>;
  /** By name; a switch that is on is "yes". */
  readonly options: Readonly<Record<string, string>>;
}

/** What a calculator knows of its quantity. */
export interface Asked {
  readonly name: string;
  readonly needsLaw: boolean;
  readonly options: readonly OptionEntry[];
}

const nameOf = ({ flag }: OptionEntry): string => flag.replace(/^--/, "");

/** The fields of a question that are not empty, in an address: `context=20&dimension=5&layers=3`. */
export function addressOf({ options }: Asked, question: Question): string {
  const fields = [
    ...LAW_FIELDS.map((name) => [name, question.law[name]] as const),
    ...options.map((option) => [nameOf(option), question.options[option.name]] as const),
  ];
  return fields
    .filter(([, text]) => text !== undefined && text !== "")
    .map(([name, text]) => `${name}=${encodeURIComponent(text!)}`)
    .join("&");
}

/** The question of an address. What it does not name is empty. */
export function questionAt({ name, needsLaw, options }: Asked, address: string): Question {
  const fields = new URLSearchParams(address);
  return {
    quantity: name,
    law: needsLaw ? Object.fromEntries(LAW_FIELDS.map((field) => [field, fields.get(field) ?? ""])) : {},
    options: Object.fromEntries(options.map((option) => [option.name, optionAt(option, fields.get(nameOf(option)))])),
  };
}

/** A switch is on or left out: an address that says `tied=no` does not switch it on. */
function optionAt({ type }: OptionEntry, text: string | null): string {
  return type === "flag" && text !== "yes" ? "" : (text ?? "");
}

/** The noise of a question as `--noise` takes it: a law of its own, or Gaussian noise of variance σ². */
export function noiseOf({ noise = "", variance = "" }: Question["law"]): string | undefined {
  if (noise !== "") return noise;
  return Number(variance) === 0 ? undefined : `gaussian:variance=${variance}`;
}

/** The command that prints the same numbers; a matrix arrives on standard input. */
export function commandOf({ name, options }: Asked, { law, options: given }: Question): string {
  const isGiven = ({ name: option }: OptionEntry): boolean => (given[option] ?? "") !== "";
  const matrix = options.find((option) => option.type === "matrix" && isGiven(option));
  const flags: readonly (readonly [string, string | undefined])[] = [
    ["--covariates", law.covariates],
    ["--target", law.target],
    ["--tasks", law.tasks],
    ["--noise", noiseOf(law)],
    ["--context", law.context],
    ["--dimension", law.dimension],
    ...options.filter(isGiven).map((option) => [option.flag, option === matrix ? "-" : given[option.name]] as const),
  ];
  const switches = new Set(options.filter(({ type }) => type === "flag").map(({ flag }) => flag));
  const words = flags
    .filter(([, text]) => text !== undefined && text !== "")
    .flatMap(([flag, text]) => (switches.has(flag) ? [flag] : [flag, quoted(text!)]));
  const start = matrix === undefined ? "" : `echo ${quoted(given[matrix.name])} | `;
  return [`${start}npm start --silent -- theory ${name}`, ...words, "--json"].join(" ");
}

/** A word that a shell leaves as it is. */
function quoted(text: string): string {
  return /^[\w.,:=/-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
