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
  /** How costs grow, where that was asked for. */
  readonly scaling: readonly Scaling[];
  readonly skipped: readonly Skipped[];
  readonly missing: readonly { readonly name: string; readonly reason: string }[];
}

/** Speeds by variant and size, then the ratios with what they should reach, then where and against what. */
export function renderBench({ rows, ratios, machine, scaling, skipped, missing }: BenchReport): string {
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
  return [
    "Prompts per second of processor time, one thread, a training step each: sample, forward, backward, Adam.",
    "",
    plainTable(["size", ...variants], speeds),
    ...(gains.length === 0 ? [] : ["", plainTable(["ratio", "size", "measured", "target", ""], gains, GAIN_COLUMNS)]),
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
    describeMachine(machine),
    ...missing.map(({ name, reason }) => `without ${name}: ${reason}`),
    ...skipped.map((one) => `skipped ${one.variant} at ${nameOfSize(one)}: ${one.reason}; --all measures it`),
    "",
  ].join("\n");
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
