import type { Machine } from "../bench/machine.ts";
import type { Ratio } from "../bench/ratios.ts";
import type { BenchRow, Skipped } from "../bench/run-bench.ts";
import { nameOfSize } from "../bench/size.ts";
import { plainTable } from "./plain-table.ts";

/** What `onestep bench` found. */
export interface BenchReport {
  readonly rows: readonly BenchRow[];
  readonly ratios: readonly Ratio[];
  readonly machine: Machine;
  readonly skipped: readonly Skipped[];
  readonly missing: readonly { readonly name: string; readonly reason: string }[];
}

/** Speeds by variant and size, then the ratios with what they should reach, then where and against what. */
export function renderBench({ rows, ratios, machine, skipped, missing }: BenchReport): string {
  const sizes = [...new Set(rows.map(nameOfSize))];
  const variants = [...new Set(rows.map(({ variant }) => variant))];
  const speeds = sizes.map((size) => {
    const rateOf = new Map(rows.filter((row) => nameOfSize(row) === size).map((row) => [row.variant, row]));
    return [size, ...variants.map((variant) => compact(rateOf.get(variant)?.promptsPerSecond))];
  });
  const gains = ratios.map(({ of, to, layers, dimension, context, value, target }) => [
    `${of} : ${to}`,
    `L=${layers} d=${dimension} n=${context}`,
    threeDigits(value),
    threeDigits(target),
    value >= target ? "reached" : "missed",
  ]);
  const { processor, cores, memoryGigabytes, platform, node, versions } = machine;
  const peers = Object.entries(versions).map(([name, version]) => `, ${name} ${version}`);
  return [
    "Prompts per second of processor time, one thread, a training step each: sample, forward, backward, Adam.",
    "",
    plainTable(["size", ...variants], speeds),
    ...(gains.length === 0 ? [] : ["", plainTable(["ratio", "size", "measured", "target", ""], gains, GAIN_COLUMNS)]),
    "",
    `${processor}, ${cores} cores, ${memoryGigabytes} GB, ${platform}, Node ${node}${peers.join("")}`,
    ...missing.map(({ name, reason }) => `without ${name}: ${reason}`),
    ...skipped.map((one) => `skipped ${one.variant} at ${nameOfSize(one)}: ${one.reason}; --all measures it`),
    "",
  ].join("\n");
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
