import type { RandomKey } from "@onestep/core";

/** Sizes of what an evaluation shares. */
export interface StepSizes {
  /** How many numbers the parameters are. */
  readonly parameters: number;
  /** How many numbers the sums of all blocks of the largest step are. */
  readonly sums: number;
}

/** The memory of the steps of one evaluation: its arrays lie over one shared buffer. */
export interface StepMemory {
  readonly keyWords: Uint32Array;
  /** The first prompt, and how many */
  readonly range: Float64Array;
  /** How many blocks other threads than the caller had to sum in float64 because float32 could not hold them: one word */
  readonly escalated: Int32Array;
  readonly parameters: Float64Array;
  /** Of block 0, 1, 2 …, one after another */
  readonly sums: Float64Array;
}

const KEY_BYTES = 16;
const RANGE_BYTES = 16;
const ESCALATED_BYTES = 8;
const HEAD_BYTES = KEY_BYTES + RANGE_BYTES + ESCALATED_BYTES;

/** Room for steps of these sizes. */
export function stepBytes({ parameters, sums }: StepSizes): number {
  return HEAD_BYTES + 8 * (parameters + sums);
}

/** The arrays over a buffer of `stepBytes`. */
export function stepMemory(buffer: SharedArrayBuffer, { parameters, sums }: StepSizes): StepMemory {
  return {
    keyWords: new Uint32Array(buffer, 0, KEY_BYTES / 4),
    range: new Float64Array(buffer, KEY_BYTES, RANGE_BYTES / 8),
    escalated: new Int32Array(buffer, KEY_BYTES + RANGE_BYTES, 1),
    parameters: new Float64Array(buffer, HEAD_BYTES, parameters),
    sums: new Float64Array(buffer, HEAD_BYTES + 8 * parameters, sums),
  };
}

/** Writes the address of a step's prompts. */
export function writePrompts({ keyWords, range }: StepMemory, key: RandomKey, first: number, count: number): void {
  keyWords.set(key.words);
  range.set([first, count]);
}

/** Reads it on the other side: of the key, what prompts are drawn by. */
export function readPrompts({ keyWords, range }: StepMemory): { key: RandomKey; first: number; count: number } {
  const words = [keyWords[0], keyWords[1], keyWords[2], keyWords[3]] as const;
  return { key: { words, parent: undefined, name: "step", index: undefined }, first: range[0], count: range[1] };
}
