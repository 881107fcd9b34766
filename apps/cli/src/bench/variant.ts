import type { BenchSize } from "./size.ts";

/** One way of taking a training step: fresh prompts, forward, backward and Adam. */
export interface Variant {
  /** As in the output: `wasm-f32`, `tfjs-cpu-naive`, `torch-smart`, … */
  readonly name: string;
  /** Prompts a second to expect of a size, to the order of magnitude: it tells what would take minutes. */
  readonly expectedRate: (size: BenchSize) => number;
  /** Undefined where the variant does not do this size. */
  readonly open: (size: BenchSize) => Promise<Contestant | undefined>;
}

/** A variant at a size, warmed up. */
export interface Contestant {
  /** Trains for about that long, one step at least, and says how many prompts a second of processor time it took. */
  readonly measure: (seconds: number) => Promise<number>;
  readonly close: () => void;
}

/** A family of variants that may be missing on this machine. */
export type Family =
  | { readonly variants: readonly Variant[]; readonly version?: string; readonly close?: () => void }
  | { readonly missing: string };
