import { checkLaw, type LinearGaussianLaw } from "../one-layer/law.ts";
import { packPanels, paddedRows, PANEL_ROWS } from "../products/pack-panels.ts";
import type { KernelModule } from "../wasm/kernel-module.ts";
import { layOut } from "../wasm/lay-out.ts";
import { assignSlots } from "./assign-slots.ts";
import { encode, type Places } from "./encode.ts";
import type { Program, Register, Weight } from "./program.ts";
import type { SumsPlan } from "./sums.ts";

export type Precision = "float32" | "float64";
type Numbers = Float32Array | Float64Array;

/** What a kernel works on, and how: the same until another summer takes its memory. */
export interface StripShape {
  readonly program: Program;
  readonly plan: SumsPlan;
  readonly precision: Precision;
  /** Prompts of a strip, a multiple of 12: whole fours of lanes, and tiles of three of them. */
  readonly strip: number;
  /** The weights that instructions multiply by, as the panels they need. */
  readonly panels: readonly Weight[];
  /** Omitted where prompts are given as statistics. */
  readonly law?: LinearGaussianLaw | undefined;
}

type Given = "covariateGram" | "crossProduct" | "responseEnergy" | "queryCovariates" | "queryResponses" | "scales";

/** The arrays of a kernel. `[row][prompt]` of a strip is one array of numbers, however wide a vector is. */
export interface StripMemory {
  readonly words: Int32Array;
  readonly key: Uint32Array;
  readonly states: Uint32Array;
  /** y_q of each prompt, `[strip]`, and behind it masks: all bits set of each prompt that counts */
  readonly responses: Numbers;
  readonly masks: Int32Array;
  readonly task: Numbers;
  readonly mean: Numbers;
  readonly draws: Numbers;
  readonly panels: Numbers;
  /** Statistics of the prompts of a strip, in the order in which `loadPrompts` takes them. */
  readonly given: Readonly<Record<Given, Float64Array>>;
  /** Sums lane by lane, and, with lanes added up, as `planSums` lays them out. */
  readonly lanes: Numbers;
  readonly sums: Float64Array;
  readonly gram: Numbers;
  readonly factor: Numbers;
  /** The strip of a vector register, `[rows][strip]` */
  readonly vector: (register: Register) => Numbers;
}

/** Bytes of a v128. */
export const VECTOR = 16;

/** Numbers in the lower triangle of a symmetric matrix in whole tiles, the tiles of the diagonal whole. */
function triangleOfTiles(rows: number): number {
  const tiles = rows / PANEL_ROWS;
  return ((tiles * (tiles + 1)) / 2) * PANEL_ROWS ** 2;
}

/** Lays a kernel's memory out, and writes what weights do not change: the program, the task, the identity matrix. */
export function layOutStrip(module: KernelModule, shape: StripShape): StripMemory {
  const { program, plan, precision, strip, panels, law } = shape;
  const { width, rows } = plan;
  const type = precision === "float32" ? Float32Array : Float64Array;
  const bytes = type.BYTES_PER_ELEMENT;
  const slots = assignSlots(program);
  const stride = strip * bytes;
  const drawn = law === undefined ? 0 : 1;
  const dimension = width - 1;
  const nowhere = (): number => 0;
  const size = encode(program, {
    register: nowhere,
    panels: nowhere,
    sums: nowhere,
    constantSums: nowhere,
    pairs: 0,
    stride,
    rows,
  });
  const read = (1 - drawn) * strip;
  const { vectors, matrices, pairs, ...arrays } = layOut(module, {
    words: [Int32Array, size.words.length],
    pairs: [Int32Array, size.pairs.length],
    key: [Uint32Array, 4],
    states: [Uint32Array, drawn * 4 * strip],
    responses: [type, strip],
    masks: [Int32Array, stride / 4],
    task: [type, drawn * paddedRows(dimension) * dimension],
    mean: [type, drawn * paddedRows(dimension) * strip],
    draws: [type, drawn * (3 * rows + 2) * strip],
    covariateGram: [Float64Array, (read * dimension * width) / 2],
    crossProduct: [Float64Array, read * dimension],
    responseEnergy: [Float64Array, read],
    queryCovariates: [Float64Array, read * dimension],
    queryResponses: [Float64Array, read],
    scales: [Float64Array, read],
    panels: [type, panels.length * rows * width],
    sums: [Float64Array, plan.length],
    lanes: [type, (plan.length * VECTOR) / bytes],
    vectors: [type, slots.count.vector * rows * strip],
    matrices: [type, slots.count.matrix * rows * rows * strip],
    gram: [type, triangleOfTiles(rows) * strip],
    factor: [type, drawn * (triangleOfTiles(rows) + 1) * strip],
  });
  const places: Places = {
    register: (register) => {
      const isVector = program.kinds[register] === "vector";
      const [array, length] = isVector ? [vectors, rows * stride] : [matrices, rows * rows * stride];
      return array.byteOffset + slots.of[register] * length;
    },
    panels: (weight) => {
      const at = panels.findIndex((one) => isSameWeight(one, weight));
      return arrays.panels.byteOffset + at * rows * width * bytes;
    },
    sums: (weight) => arrays.lanes.byteOffset + VECTOR * plan.weightAt(weight),
    constantSums: (constant) => arrays.lanes.byteOffset + VECTOR * plan.constantAt(constant),
    pairs: pairs.byteOffset,
    stride,
    rows,
  };
  const encoded = encode(program, places);
  arrays.words.set(encoded.words);
  pairs.set(encoded.pairs);
  for (const array of [vectors, matrices, arrays.lanes, arrays.mean]) array.fill(0);
  if (slots.count.matrix > 0) writeIdentity(matrices.subarray(slots.of[program.identity] * rows * rows * strip));
  if (law !== undefined) writeTask(law);
  const vector = (register: Register): Numbers =>
    vectors.subarray(slots.of[register] * rows * strip, (slots.of[register] + 1) * rows * strip);
  const { covariateGram, crossProduct, responseEnergy, queryCovariates, queryResponses, scales } = arrays;
  const given = { covariateGram, crossProduct, responseEnergy, queryCovariates, queryResponses, scales };
  return { ...arrays, given, vector };

  function writeIdentity(identity: Numbers): void {
    for (let i = 0; i < width; i++) identity.fill(1, i * (rows + 1) * strip, (i * (rows + 1) + 1) * strip);
  }

  /** The panels of C, and a strip of μ. */
  function writeTask(of: LinearGaussianLaw): void {
    const { diagonal, matrix, mean } = checkLaw("openDeep", of);
    const values = new Float64Array(dimension * dimension);
    diagonal.forEach((entry, i) => (values[i * (dimension + 1)] = entry));
    packPanels(matrix ?? { rows: dimension, columns: dimension, values }, false, arrays.task);
    mean.forEach((entry, i) => arrays.mean.fill(entry, i * strip, (i + 1) * strip));
  }
}

/** Whether two are the same matrix, transposed alike. */
export function isSameWeight(one: Weight, other: Weight): boolean {
  return one.layer === other.layer && one.side === other.side && one.transposed === other.transposed;
}
