import type { PromptBatch } from "@onestep/core";
import { checkEngine } from "../check-engine.ts";
import { BLOCK } from "../one-layer/block-sums.ts";
import { isExtremeScale, largest, leavesFloat32 } from "../one-layer/float32-range.ts";
import { checkLaw } from "../one-layer/law.ts";
import { areFinite } from "../one-layer/mean-of-sums.ts";
import { layOutStrip, type StripArrays } from "../one-layer/strip-arrays.ts";
import { paddedRows } from "../products/pack-panels.ts";
import type { RelaxedModules } from "../relaxed/relaxed-modules.ts";
import type { KernelModule } from "../wasm/kernel-module.ts";
import { loadModule } from "../wasm/load-module.ts";
import { wasm } from "./kernel.wasm.ts";
import { lsaLossAndGradient, type LsaGradientBuffers } from "./twin.ts";

/** Loss and gradient of one layer on given prompts. */
export interface LsaGradient {
  /** Which path runs: `"wasm-f32 given rows"`. */
  readonly name: string;
  /** How many blocks the twin summed, in float64: float32 could not hold them, or contexts were too long to copy. */
  readonly escalations: number;
  /** As `lsaLossAndGradient`. */
  readonly lossAndGradient: typeof lsaLossAndGradient;
}

/** What `kernel.as.ts` exports. */
interface GivenKernel extends KernelModule {
  packKeysF32(strip: number, keyQuery: number): void;
  packKeysF64(strip: number, keyQuery: number): void;
  addGivenF32(strip: number, given: number): void;
  addGivenF64(strip: number, given: number): void;
  takeSumsF32(strip: number, into: number): void;
  takeSumsF64(strip: number, into: number): void;
}

const suffixOf = { float32: "F32", float64: "F64" } as const;

/** Prompts of a strip: in twelves, every row is made of whole tiles. */
const STRIP = 12;
/** Numbers of a strip of prompts that are worth a copy; the twin reads longer contexts where they are. */
const MOST_NUMBERS = 2 ** 22;

// One instance serves everybody, so that an engine optimizes it once.
const kernels = new Map<string, GivenKernel | undefined>();
// Of the kernel that ran last, and for what its memory is laid out.
let owner: GivenKernel | undefined;
let shape = "";
let arrays: StripArrays;

function kernelOf(binary: string): GivenKernel | undefined {
  if (!kernels.has(binary)) kernels.set(binary, loadModule<GivenKernel>(binary));
  return kernels.get(binary);
}

/**
 * Opens `lsaLossAndGradient` in WebAssembly, one prompt a lane, in either precision. Prompts that float32 cannot hold are
 * summed by the twin in float64, with the others of their block, and so are contexts of more than n(d + 1) = 349 525
 * numbers; where WebAssembly does not run, the twin does.
 *
 * @param relaxed `relaxedModules` of `@onestep/kernels/relaxed`: see `DeepOptions`
 * @throws DomainError for another precision
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 1, dimension: 1,
 *   covariates: Float64Array.of(2), responses: Float64Array.of(3),
 *   queryCovariates: Float64Array.of(5), queryResponses: Float64Array.of(7),
 * };
 * const gradient = { keyQuery: new Float64Array(4), valueProjection: new Float64Array(2) };
 * const engine = openLsaGradient("float64");
 * engine.lossAndGradient(Float64Array.of(1, 0, -1, 0), Float64Array.of(1, 2), prompts, gradient); // => 2209
 */
export function openLsaGradient(precision: "float32" | "float64", relaxed?: RelaxedModules): LsaGradient {
  checkEngine("openLsaGradient", precision);
  const fused = relaxed && kernelOf(relaxed.lsaGradient);
  const module = fused ?? kernelOf(wasm);
  if (module === undefined) return { name: "twin given rows", escalations: 0, lossAndGradient: lsaLossAndGradient };
  let escalations = 0;
  return {
    name: `wasm-${suffixOf[precision].toLowerCase()}${fused === undefined ? "" : "-relaxed"} given rows`,
    get escalations() {
      return escalations;
    },
    lossAndGradient(keyQuery, valueProjection, prompts, gradient) {
      const { dimension, contextLength } = prompts;
      const isTooLong = STRIP * contextLength * (dimension + 1) > MOST_NUMBERS;
      if (isTooLong || (precision === "float32" && mayUnderflow(keyQuery, valueProjection, prompts))) {
        escalations += Math.ceil(prompts.count / BLOCK);
        return lsaLossAndGradient(keyQuery, valueProjection, prompts, gradient);
      }
      begin(module, precision, prompts, keyQuery, valueProjection);
      const { loss, byTwin } = sumBlocks(module, precision, keyQuery, valueProjection, prompts, gradient);
      escalations += byTwin;
      return loss;
    },
  };
}

/** Whether float32 may lose small numbers; the scales of prompts are those of the first context and the first queries. */
function mayUnderflow(keyQuery: Float64Array, valueProjection: Float64Array, prompts: PromptBatch): boolean {
  const { count, contextLength, dimension, covariates, responses, queryCovariates, queryResponses } = prompts;
  const some = Math.min(count, STRIP);
  const ofCovariates = largest(covariates, 0, contextLength * dimension);
  const ofResponses = largest(responses, 0, contextLength);
  const [ofQueries, ofAnswers] = [largest(queryCovariates, 0, some * dimension), largest(queryResponses, 0, some)];
  if ([ofCovariates, ofResponses, ofQueries, ofAnswers].some(isExtremeScale)) return true;
  return leavesFloat32({ keyQuery, valueProjection }, contextLength, ofCovariates, ofResponses, ofQueries);
}

/** Lays memory out for prompts of these sizes, and writes the parameters. */
function begin(
  module: GivenKernel,
  precision: "float32" | "float64",
  { dimension, contextLength }: PromptBatch,
  keyQuery: Float64Array,
  valueProjection: Float64Array,
): void {
  const width = dimension + 1;
  const wanted = `${precision} ${dimension} ${contextLength}`;
  if (owner !== module || shape !== wanted) {
    const law = { dimension, contextLength, noiseDeviation: 1 };
    const given = STRIP * (contextLength * width + width);
    const size = { precision, fours: STRIP / 4, chunk: 4, given };
    arrays = layOutStrip(module, law, checkLaw("openLsaGradient", law), size);
    arrays.weights.fill(1, 0, STRIP);
    [owner, shape] = [module, wanted];
  }
  arrays.value.set(valueProjection);
  arrays.keyQuery.set(keyQuery);
  module[`packKeys${suffixOf[precision]}`](arrays.strip, arrays.keyQuery.byteOffset);
}

function sumBlocks(
  module: GivenKernel,
  precision: "float32" | "float64",
  keyQuery: Float64Array,
  valueProjection: Float64Array,
  prompts: PromptBatch,
  gradient: LsaGradientBuffers,
): { readonly loss: number; readonly byTwin: number } {
  const suffix = suffixOf[precision];
  const { count } = prompts;
  gradient.keyQuery.fill(0);
  gradient.valueProjection.fill(0);
  let [loss, byTwin] = [0, 0];
  for (let first = 0; first < count; first += BLOCK) {
    const end = Math.min(count, first + BLOCK);
    for (let from = first; from < end; from += STRIP) {
      giveStrip(prompts, from, Math.min(STRIP, end - from));
      module[`addGiven${suffix}`](arrays.strip, arrays.given.byteOffset);
    }
    module[`takeSums${suffix}`](arrays.strip, arrays.taken.byteOffset);
    if (areFinite(arrays.taken)) loss += addTaken(gradient);
    else {
      loss += addByTwin(keyQuery, valueProjection, slice(prompts, first, end), gradient);
      byTwin += 1;
    }
  }
  const factor = 2 / count;
  for (let at = 0; at < gradient.keyQuery.length; at++) gradient.keyQuery[at] *= factor;
  for (let at = 0; at < gradient.valueProjection.length; at++) gradient.valueProjection[at] *= factor;
  return { loss: loss / count, byTwin };
}

/** Copies prompts into the kernel's memory; those that only fill the strip are 0, and so are their residuals. */
function giveStrip(prompts: PromptBatch, first: number, count: number): void {
  const { given } = arrays;
  const { contextLength, dimension } = prompts;
  if (count < STRIP) given.fill(0);
  let to = 0;
  const give = (values: Float64Array, each: number): void => {
    given.set(values.subarray(first * each, (first + count) * each), to);
    to += STRIP * each;
  };
  give(prompts.covariates, contextLength * dimension);
  give(prompts.responses, contextLength);
  give(prompts.queryCovariates, dimension);
  give(prompts.queryResponses, 1);
}

/** Adds the sums of a block to half gradients. @returns the sum of losses */
function addTaken({ keyQuery, valueProjection }: LsaGradientBuffers): number {
  const { taken } = arrays;
  const width = valueProjection.length;
  const tiled = paddedRows(width - 1);
  const rest = tiled * paddedRows(width);
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < width - 1; j++) keyQuery[i * width + j] += taken[i * tiled + j];
    valueProjection[i] += taken[rest + i];
  }
  return taken[rest + width];
}

function addByTwin(
  keyQuery: Float64Array,
  valueProjection: Float64Array,
  prompts: PromptBatch,
  total: LsaGradientBuffers,
): number {
  const own = {
    keyQuery: new Float64Array(keyQuery.length),
    valueProjection: new Float64Array(valueProjection.length),
  };
  const loss = lsaLossAndGradient(keyQuery, valueProjection, prompts, own);
  const half = prompts.count / 2;
  for (let at = 0; at < keyQuery.length; at++) total.keyQuery[at] += half * own.keyQuery[at];
  for (let at = 0; at < valueProjection.length; at++) total.valueProjection[at] += half * own.valueProjection[at];
  return prompts.count * loss;
}

function slice(prompts: PromptBatch, from: number, to: number): PromptBatch {
  const { contextLength, dimension } = prompts;
  const part = (values: Float64Array, each: number): Float64Array => values.subarray(from * each, to * each);
  return {
    count: to - from,
    contextLength,
    dimension,
    covariates: part(prompts.covariates, contextLength * dimension),
    responses: part(prompts.responses, contextLength),
    queryCovariates: part(prompts.queryCovariates, dimension),
    queryResponses: part(prompts.queryResponses, 1),
  };
}
