import type { LawFlags } from "@onestep/data";
import { optionalFlag, type OptionalFlag } from "./flags.ts";
import { parseNumber } from "./numbers.ts";

/** The flags that name a prompt law: a file, or its parts. */
export interface LawSource extends LawFlags {
  readonly law?: string;
}

/** The parts that say "a law of my own" wherever they stand; sizes may also belong to something else. */
const PARTS = ["covariates", "target", "tasks", "noise", "query", "queries"] as const;
const SIZES = ["context", "dimension"] as const;

/** The parts of a law. */
export const partFlags: Readonly<
  Record<Exclude<(typeof PARTS)[number], "queries">, OptionalFlag<string>> & Record<"queries", OptionalFlag<number>>
> = {
  covariates: optionalFlag(
    String,
    "law",
    "Covariates: laplace, student:degreesOfFreedom=5,covariance=[2,1] or empirical:file=rows.csv",
  ),
  target: optionalFlag(String, "law", "Targets: linear, or single-index:link=tanh"),
  tasks: optionalFlag(String, "law", "Tasks of a linear target: sparse:sparsity=2,variance=1"),
  noise: optionalFlag(String, "law", "Noise: gaussian:variance=0.25"),
  query: optionalFlag(String, "law", "Covariates of the query, where they have a law of their own"),
  queries: optionalFlag(parseNumber, "m", "Queries that share a context"),
};

/** The sizes of a law. */
export const sizeFlags: Readonly<Record<(typeof SIZES)[number], OptionalFlag<number>>> = {
  context: optionalFlag(parseNumber, "n", "n, the labelled pairs in a prompt"),
  dimension: optionalFlag(parseNumber, "d", "d, the dimension of the covariates"),
};

/** The flags among these that name a law, as they are written: `--covariates`. */
export function lawFlagsAmong(flags: LawSource, names: readonly (keyof LawFlags)[] = [...PARTS, ...SIZES]): string[] {
  return names.filter((name) => flags[name] !== undefined).map((name) => `--${name}`);
}

/** Whether the flags name the parts of a law. */
export function namesParts(flags: LawSource): boolean {
  return lawFlagsAmong(flags, PARTS).length > 0;
}
