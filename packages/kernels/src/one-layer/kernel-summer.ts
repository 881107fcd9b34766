import { philoxKeyOf } from "@onestep/core";
import { PROMPT } from "../lanes/twin.ts";
import { paddedRows } from "../products/pack-panels.ts";
import type { KernelModule } from "../wasm/kernel-module.ts";
import { loadModule } from "../wasm/load-module.ts";
import {
  ANTITHETIC,
  BLOCK,
  type BlockSummer,
  type OneLayerMethod,
  type OneLayerParameters,
  type DrawnPrompts,
} from "./block-sums.ts";
import { wordOf } from "./fields.ts";
import { wasm } from "./kernel.wasm.ts";
import type { LinearGaussianLaw, TaskFactor } from "./law.ts";
import { layOutStrip, type StripArrays } from "./strip-arrays.ts";

/** What `kernel.as.ts` exports. */
interface OneLayerKernel extends KernelModule {
  openLanes(
    states: number,
    fours: number,
    key: number,
    label0: number,
    label1: number,
    low: number,
    high: number,
  ): void;
  packKeysF32(strip: number, keyQuery: number): void;
  packKeysF64(strip: number, keyQuery: number): void;
  twoColumnF32(strip: number): void;
  twoColumnF64(strip: number): void;
  rowsF32(strip: number): void;
  rowsF64(strip: number): void;
  raoBlackwellF32(strip: number): void;
  raoBlackwellF64(strip: number): void;
  takeSumsF32(strip: number, into: number): void;
  takeSumsF64(strip: number, into: number): void;
}

/** How a kernel works. */
export interface KernelSummerOptions {
  readonly method: OneLayerMethod;
  readonly precision: "float32" | "float64";
  readonly antithetic: boolean;
}

const functionOf = { rows: "rows", "two-column": "twoColumn", "rao-blackwell": "raoBlackwell" } as const;

const LANES = 4;
/** Fours come in threes, so that every row is made of whole tiles. */
const THREE = 3;
/** Rows of a context that `rows.as.ts` draws at once. */
const CHUNK = 4;
/** Up to here a whole block fits in the first cache. */
const LARGEST_SMALL_DIMENSION = 10;
const TWO_POW_32 = 4294967296;

// One instance serves everybody, so that an engine optimizes it once; whoever used it last has its memory.
let module: OneLayerKernel | undefined;
let tried = false;
let owner: object | undefined;

/** Sums by WebAssembly; undefined where it does not run. */
export function kernelSummer(
  law: LinearGaussianLaw,
  task: TaskFactor,
  options: KernelSummerOptions,
): BlockSummer | undefined {
  if (!tried) module = loadModule<OneLayerKernel>(wasm);
  tried = true;
  return module && new KernelSummer(module, law, task, options);
}

class KernelSummer implements BlockSummer {
  readonly name: string;
  private readonly kernel: OneLayerKernel;
  private readonly law: LinearGaussianLaw;
  private readonly task: TaskFactor;
  private readonly options: KernelSummerOptions;
  private readonly suffix: "F32" | "F64";
  /** Prompts drawn of one stream. */
  private readonly copies: number;
  /** Fours of a whole strip. */
  private readonly fours: number;
  /** What this summer has in its name when it owns the memory. */
  private readonly ticket = {};
  private arrays: StripArrays | undefined;
  /** How many prompts count in the weights as they stand. */
  private weighed = 0;

  constructor(kernel: OneLayerKernel, law: LinearGaussianLaw, task: TaskFactor, options: KernelSummerOptions) {
    this.suffix = options.precision === "float32" ? "F32" : "F64";
    this.name = `wasm-${this.suffix.toLowerCase()}`;
    this.kernel = kernel;
    this.law = law;
    this.task = task;
    this.options = options;
    this.copies = options.antithetic ? ANTITHETIC : 1;
    this.fours = BLOCK / LANES / (law.dimension <= LARGEST_SMALL_DIMENSION ? 1 : 2);
  }

  begin({ keyQuery, valueProjection }: OneLayerParameters): void {
    const { kernel, law, task, fours, suffix } = this;
    const { method, precision } = this.options;
    if (owner !== this.ticket || this.arrays === undefined) {
      this.arrays = layOutStrip(kernel, law, task, { precision, fours, chunk: method === "rows" ? CHUNK : 1 });
      this.weighed = 0;
      owner = this.ticket;
    }
    this.arrays.value.set(valueProjection);
    this.arrays.keyQuery.set(keyQuery);
    kernel[`packKeys${suffix}`](this.arrays.strip, this.arrays.keyQuery.byteOffset);
  }

  sumBlock({ key, first, count }: DrawnPrompts, sums: Float64Array): void {
    const { kernel, suffix, law, fours } = this;
    const arrays = this.arrays!;
    const { method } = this.options;
    arrays.key.set(key.words);
    const most = LANES * fours;
    for (let done = 0; done < count; done += most) {
      this.openStrip(arrays, first + done, Math.min(most, count - done));
      kernel[`${functionOf[method]}${suffix}`](arrays.strip);
    }
    kernel[`takeSums${suffix}`](arrays.strip, arrays.taken.byteOffset);
    if (method !== "rao-blackwell") return this.copySums(arrays, 1, sums);
    this.copySums(arrays, -1, sums); // the residual of the coefficients is w − ŵ there
    sums[sums.length - 1] += count * law.noiseDeviation ** 2;
  }

  private openStrip({ key, states, weights, words }: StripArrays, first: number, count: number): void {
    const { copies } = this;
    const streams = count / copies;
    const drawn = THREE * Math.ceil(streams / (THREE * LANES));
    if (this.weighed !== count) {
      for (let j = 0; j < copies * LANES * drawn; j++) weights[j] = j % (LANES * drawn) < streams ? 1 : 0;
      words[wordOf.fours] = copies * drawn;
      words[wordOf.drawn] = drawn;
      this.weighed = count;
    }
    const index = first / copies;
    const [label0, label1] = philoxKeyOf(PROMPT);
    const high = Math.floor(index / TWO_POW_32);
    this.kernel.openLanes(states.byteOffset, drawn, key.byteOffset, label0, label1, index % TWO_POW_32, high);
  }

  /** Takes the sums out of whole tiles. */
  private copySums({ taken }: StripArrays, sign: number, sums: Float64Array): void {
    const { dimension } = this.law;
    const width = dimension + 1;
    const tiled = paddedRows(dimension);
    const rest = tiled * paddedRows(width);
    let to = 0;
    for (let i = 0; i < width; i++) {
      for (let j = 0; j < dimension; j++) sums[to++] = sign * taken[i * tiled + j];
    }
    for (let i = 0; i < width; i++) sums[to++] = sign * taken[rest + i];
    sums[to] = taken[rest + width];
  }
}
