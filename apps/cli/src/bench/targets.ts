import type { BenchSize } from "./size.ts";

/** A ratio of speeds that is worth telling, and what it should reach. */
export interface Target {
  readonly of: string;
  readonly to: string;
  readonly at: Pick<BenchSize, "layers" | "dimension" | "context">;
  readonly least: number;
}

const SHAPES = [
  { dimension: 5, context: 20 },
  { dimension: 10, context: 20 },
  { dimension: 20, context: 40 },
  { dimension: 20, context: 400 },
  { dimension: 64, context: 512 },
];

/** [of, to, layers, least at each shape]; a single number holds at all shapes. */
const TABLE: readonly (readonly [string, string, number, number | readonly number[]])[] = [
  ["wasm-f32", "torch-naive", 1, [120, 100, 150, 25_000, 12_000]],
  ["wasm-f32", "torch-smart", 1, [33, 33, 58, 600, 490]],
  ["wasm-f32", "tfjs-cpu-naive", 1, [1500, 1150, 3000, 200_000, 170_000]],
  ["wasm-f32", "torch-two-column", 1, 3],
  ["wasm-f32", "torch-scores", 1, 1],
  ["wasm-f32-literal", "torch-smart", 1, 9],
  ["wasm-f64", "wasm-f32", 1, 0.3],
  ["twin", "torch-smart", 1, 6],
  ["wasm-f32", "torch-naive", 3, [42, 20, 29, 4800, 1250]],
  ["wasm-f32", "torch-smart", 3, [8, 10, 12, 44, 27]],
  ["wasm-f64", "wasm-f32", 3, 0.3],
  ["twin", "torch-smart", 3, 0.6],
];

/** What the project set out to reach, on one core. */
export const targets: readonly Target[] = TABLE.flatMap(([of, to, layers, least]) =>
  SHAPES.map((shape, at) => ({
    of,
    to,
    at: { layers, ...shape },
    least: typeof least === "number" ? least : least[at],
  })),
);
