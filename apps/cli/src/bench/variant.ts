import type { BenchSize } from "./size.ts";

/** One way of taking a training step: fresh prompts, forward, backward and Adam. */
export interface Variant {
  /** As in the output: `wasm-f32`, `tfjs-cpu-naive`, `torch-smart`, … */
  readonly name: string;
  /** Why it does not do a size, where it does not. */
  readonly refuses?: (size: BenchSize) => string | undefined;
  /** Prompts a second to expect of a size, to the order of magnitude: it tells what would take minutes. */
  readonly expectedRate: (size: BenchSize) => number;
  readonly open: (size: BenchSize) => Promise<Contestant>;
}

/** A variant at a size. */
export interface Contestant {
  /** Trains for about that long, one step at least, and says how many prompts a second of processor time it took. */
  readonly measure: (seconds: number) => Promise<number>;
  /** Evaluates minibatches at a point without moving from it: what shows that all variants train the same model. */
  readonly probe: (point: ProbePoint) => Promise<ProbeAnswer>;
  readonly close: () => void;
}

/** Where to evaluate: every P of ŷ = −[Z_L], layer by layer, then every Q, each row-major; one layer reads the last row of P. */
export interface ProbePoint {
  readonly point: readonly number[];
  /** Along which the slope is taken, in the same order. */
  readonly direction: readonly number[];
  /** How many minibatches. */
  readonly steps: number;
  readonly seed: number;
}

/** Of each minibatch. */
export interface ProbeAnswer {
  readonly losses: readonly number[];
  readonly slopes: readonly number[];
}

/** For `refuses` of what is written for one layer. */
export function oneLayerOnly({ layers }: BenchSize): string | undefined {
  return layers > 1 ? "it is written for one layer" : undefined;
}

/** A family of variants that may be missing on this machine. */
export type Family =
  | {
      readonly variants: readonly Variant[];
      readonly version?: string;
      /** What a reader must know to judge its numbers. */
      readonly notes?: readonly string[];
      readonly close?: () => void;
    }
  | { readonly missing: string };
