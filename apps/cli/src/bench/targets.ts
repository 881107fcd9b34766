import { isSameSize, sizes, type BenchSize } from "./size.ts";

/** Least ratios at the five shapes, in their order; one number holds at all of them. */
type Least = number | readonly number[];

/** A ratio of speeds that is worth telling, and what it should reach with one layer and with three. */
interface Comparison {
  readonly of: string;
  readonly to: string;
  readonly least?: { readonly [Layers in 1 | 3]?: Least };
}

/**
 * All ratios that are told. Targets against `torch-smart` are those of its plain form, the Gram matrix and automatic
 * differentiation; `torch-smart-vectors` and `torch-scores` are written harder, and no target was set against them but
 * to be ahead.
 */
export const comparisons: readonly Comparison[] = [
  {
    of: "wasm-f32",
    to: "torch-naive",
    least: { 1: [120, 100, 150, 25_000, 12_000], 3: [42, 20, 29, 4800, 1250] },
  },
  { of: "wasm-f32", to: "torch-smart", least: { 1: [33, 33, 58, 600, 490], 3: [8, 10, 12, 44, 27] } },
  { of: "wasm-f32", to: "torch-smart-vectors", least: { 1: 1, 3: 1 } },
  { of: "wasm-f32", to: "torch-scores", least: { 1: 1 } },
  { of: "wasm-f32", to: "torch-two-column", least: { 1: 3 } },
  { of: "wasm-f32", to: "tfjs-cpu-naive", least: { 1: [1500, 1150, 3000, 200_000, 170_000] } },
  { of: "wasm-f32", to: "tfjs-wasm-naive" },
  { of: "wasm-f32", to: "tfjs-wasm-smart" },
  { of: "wasm-f32", to: "tfjs-node-smart" },
  { of: "wasm-f32-literal", to: "torch-naive" },
  { of: "wasm-f32-literal", to: "torch-smart", least: { 1: 9 } },
  { of: "wasm-f32-literal", to: "torch-smart-vectors" },
  { of: "wasm-f32-literal", to: "torch-scores" },
  { of: "wasm-f64", to: "wasm-f32", least: { 1: 0.3, 3: 0.3 } },
  { of: "twin", to: "torch-smart", least: { 1: 6, 3: 0.6 } },
  { of: "twin", to: "torch-smart-vectors" },
];

/** What a ratio should reach on one core; undefined where nothing was set. */
export function targetOf(of: string, to: string, size: BenchSize): number | undefined {
  const least = comparisons.find((one) => one.of === of && one.to === to)?.least?.[size.layers as 1 | 3];
  const shape = sizes.filter(({ layers }) => layers === size.layers).findIndex((one) => isSameSize(one, size));
  if (least === undefined || shape < 0) return undefined;
  return typeof least === "number" ? least : least[shape];
}
