import { packPanels, paddedRows } from "../products/pack-panels.ts";
import type { KernelModule } from "../wasm/kernel-module.ts";
import { layOut } from "../wasm/lay-out.ts";
import { STRIP_BYTES, wordOf, type StripField } from "./fields.ts";
import type { LinearGaussianLaw, TaskFactor } from "./law.ts";

/** The arrays of a strip that its caller reads and writes. */
export interface StripArrays {
  /** Where `Strip` begins, and its words. */
  readonly strip: number;
  readonly words: Uint32Array;
  /** The four words of the parent key, and the streams. */
  readonly key: Uint32Array;
  readonly states: Uint32Array;
  readonly weights: Float32Array | Float64Array;
  readonly value: Float32Array | Float64Array;
  readonly keyQuery: Float64Array;
  /** What `takeSums` writes. */
  readonly taken: Float64Array;
  /** Prompts that are not drawn. */
  readonly given: Float64Array;
}

/** How large strips are. */
export interface StripShape {
  readonly precision: "float32" | "float64";
  /** Fours of a whole strip. */
  readonly fours: number;
  /** Rows of a context that are summed at once; 1 where none are. */
  readonly chunk: number;
  /** How many numbers the prompts are that are not drawn; omitted means none. */
  readonly given?: number;
}

/** Lays a strip out in a kernel's memory, cleared, and writes into it what no batch changes. */
export function layOutStrip(
  kernel: KernelModule,
  law: LinearGaussianLaw,
  task: TaskFactor,
  { precision, fours, chunk, given = 0 }: StripShape,
): StripArrays {
  const { dimension } = law;
  const width = dimension + 1;
  const [dimensionTiled, widthTiled] = [paddedRows(dimension), paddedRows(width)];
  const Numbers = precision === "float32" ? Float32Array : Float64Array;

  // In this order: normals are drawn from `query` or `omega` on in one run, one more than needed to be even. Where a
  // quantity is read in whole tiles, the rows behind it only reach sums that nobody takes.
  const rows: readonly (readonly [StripField, number])[] = [
    ["query", dimension],
    ["omega", dimension],
    ["noise", 1],
    ["first", chunk * width],
    ["second", width + 1],
    ["firstLength", 1],
    ["secondLength", 1],
    ["task", dimensionTiled],
    ["direction", width],
    ["norm", 1],
    ["keys", widthTiled],
    ["attended", widthTiled],
    ["contracted", width],
    ["totals", chunk === 1 ? 0 : 4 * width],
    ["residual", dimensionTiled],
    ["weights", 1],
  ];
  const rowCount = rows.reduce((sum, [, count]) => sum + count, 0);
  const rowLength = 4 * fours;
  const tiles = widthTiled * dimensionTiled;
  const arrays = layOut(kernel, {
    strip: [Float64Array, STRIP_BYTES / 8],
    key: [Uint32Array, 4],
    states: [Uint32Array, 16 * fours],
    rows: [Numbers, rowCount * rowLength],
    value: [Numbers, width],
    keyQuery: [Float64Array, width * width],
    keyPanels: [Numbers, widthTiled * dimension],
    minusTransposedPanels: [Numbers, dimensionTiled * width],
    taskPanels: [Numbers, task.matrix === undefined ? 0 : dimensionTiled * dimension],
    taskFactors: [Numbers, dimension],
    taskShift: [Numbers, dimension],
    keySums: [Uint32Array, 4 * tiles],
    valueSums: [Uint32Array, 4 * (width + 1)],
    outerPair: [Uint32Array, 2],
    taken: [Float64Array, tiles + width + 1],
    given: [Float64Array, given],
  });
  for (const array of Object.values(arrays)) array.fill(0);

  arrays.strip.set([law.contextLength, law.noiseDeviation]);
  const words = new Uint32Array(arrays.strip.buffer, arrays.strip.byteOffset, STRIP_BYTES / 4);
  const write = (fields: Partial<Record<StripField, number>>): void => {
    for (const [field, value] of Object.entries(fields)) words[wordOf[field as StripField]] = value;
  };
  const stride = rowLength * Numbers.BYTES_PER_ELEMENT;
  write({ dimension, width, dimensionTiled, widthTiled, stride, fours, drawn: fours });
  let row = 0;
  let weights = arrays.rows;
  for (const [field, count] of rows) {
    write({ [field]: arrays.rows.byteOffset + row * stride });
    if (field === "weights") weights = arrays.rows.subarray(row * rowLength);
    row += count;
  }
  const pointed = ["states", "value", "keyPanels", "minusTransposedPanels", "taskFactors", "taskShift"] as const;
  for (const field of [...pointed, "keySums", "valueSums", "outerPair"] as const) {
    write({ [field]: arrays[field].byteOffset });
  }
  arrays.taskFactors.set(task.diagonal);
  arrays.taskShift.set(task.mean);
  if (task.matrix === undefined) write({ task: words[wordOf.omega] });
  else {
    packPanels(task.matrix, false, arrays.taskPanels);
    write({ taskPanels: arrays.taskPanels.byteOffset });
  }
  return { ...arrays, strip: arrays.strip.byteOffset, words, weights };
}
