import { describeMachine, type Machine } from "../bench/machine.ts";
import type { Scaling } from "../bench/scaling.ts";
import type { Ratio } from "../bench/ratios.ts";
import type { BenchRow, Skipped } from "../bench/run-bench.ts";
import { nameOfSize } from "../bench/size.ts";
import { plainTable } from "./plain-table.ts";

/** What `onestep bench` found. */
export interface BenchReport {
  readonly rows: readonly BenchRow[];
  readonly ratios: readonly Ratio[];
  readonly machine: Machine;
  /** How long it took. */
  readonly seconds: number;
  /** How costs grow, where that was asked for. */
  readonly scaling: readonly Scaling[];
  readonly skipped: readonly Skipped[];
  readonly missing: readonly { readonly name: string; readonly reason: string }[];
}

/** Speeds by variant and size, then the ratios with what they should reach, then where and against what. */
export function renderBench({ rows, ratios, machine, seconds, scaling, skipped, missing }: BenchReport): string {
  const sizes = [...new Set(rows.map(nameOfSize))];
  const variants = [...new Set(rows.map(({ variant }) => variant))];
  const speeds = sizes.map((size) => {
    const rateOf = new Map(rows.filter((row) => nameOfSize(row) === size).map((row) => [row.variant, row]));
    return [size, ...variants.map((variant) => compact(rateOf.get(variant)?.promptsPerSecond))];
  });
  const gains = ratios.map((ratio) => [
    `${ratio.of} : ${ratio.to}`,
    nameOfSize(ratio),
    threeDigits(ratio.value),
    ...(ratio.target === undefined
      ? ["", ""]
      : [threeDigits(ratio.target), ratio.value >= ratio.target ? "reached" : "missed"]),
  ]);
  return [
    "Prompts per second of processor time, one thread, a training step each: sample, forward, backward, Adam.",
    "",
    plainTable(["size", ...variants], speeds),
    ...(gains.length === 0
      ? []
      : ["", plainTable(["ratio", "size", "measured", "target", ""], gains, GAIN_COLUMNS), "", TARGETS_SAY]),
    ...(scaling.length === 0
      ? []
      : [
          "",
          plainTable(
            ["exponent of the cost in", ...scalingVariants(scaling)],
            [...new Set(scaling.map(({ axis }) => axis))].map((axis) => [
              axis,
              ...scalingVariants(scaling).map(
                (name) => scaling.find((one) => one.axis === axis && one.variant === name)?.exponent.toFixed(2) ?? "–",
              ),
            ]),
          ),
        ]),
    "",
    `${describeMachine(machine)}; ${seconds} s`,
    ...missing.map(({ name, reason }) => `without ${name}: ${reason}`),
    ...machine.notes.map((note) => `note: ${note}`),
    ...shorterOf(rows),
    ...skippedOf(skipped),
    "",
  ].join("\n");
}

const TARGETS_SAY = [
  "Targets against torch-smart are those of automatic differentiation over the Gram matrix, the plain form without n×n;",
  "torch-smart-vectors reads its last layer by vectors and torch-scores needs no Gram matrix: against them, and against a",
  "second PyTorch (…@version), ratios are told without. torch-two-column is our own algorithm, by hand.",
].join("\n");

/** Whose steps had fewer prompts than the size says: a line for each variant. */
function shorterOf(rows: readonly BenchRow[]): string[] {
  const shorter = rows.flatMap((row) =>
    row.measuredBatch === undefined
      ? []
      : [[row.variant, `${row.measuredBatch} prompts at ${nameOfSize(row)}`] as const],
  );
  return grouped(shorter).map(([variant, sizes]) => `shorter steps of ${variant}, --all takes whole ones: ${sizes}`);
}

/** A line for each variant and reason, with the sizes. */
function skippedOf(skipped: readonly Skipped[]): string[] {
  const lines = skipped.map((one) => {
    const more = one.cause === "time" ? "; --all measures it" : "";
    return [`${one.variant}: ${one.reason}${more}`, nameOfSize(one)] as const;
  });
  return grouped(lines).map(([what, sizes]) => `skipped ${what} (${sizes})`);
}

function grouped(pairs: readonly (readonly [string, string])[]): (readonly [string, string])[] {
  const groups = new Map<string, string[]>();
  for (const [name, value] of pairs) groups.set(name, [...(groups.get(name) ?? []), value]);
  return [...groups].map(([name, values]) => [name, values.join(", ")] as const);
}

function scalingVariants(scaling: readonly Scaling[]): string[] {
  return [...new Set(scaling.map(({ variant }) => variant))];
}

const GAIN_COLUMNS = ["left", "left", "right", "right", "left"] as const;

/** 8.87M, 655k, 12 */
function compact(rate: number | undefined): string {
  if (rate === undefined) return "–";
  if (rate >= 1e6) return `${threeDigits(rate / 1e6)}M`;
  return rate >= 1e3 ? `${threeDigits(rate / 1e3)}k` : threeDigits(rate);
}

function threeDigits(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));
}
