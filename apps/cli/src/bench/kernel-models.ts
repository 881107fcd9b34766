import { randomKey } from "@onestep/core";
import { openDeep, openOneLayer } from "@onestep/kernels";
import { NOISE_DEVIATION, type BenchSize } from "./size.ts";

/** A path of ours: what runs, and how one layer is evaluated; depth has one way only. */
export interface Path {
  readonly precision: "float32" | "float64";
  readonly engine: "wasm" | "twin";
  readonly method: "two-column" | "rao-blackwell" | "rows";
}

/** A model of ours over a flat position. */
export interface KernelModel {
  /** How many numbers a position is. */
  readonly size: number;
  /** Over the batch that begins with that prompt; the gradient is overwritten. */
  readonly lossAndGradient: (position: Float64Array, gradient: Float64Array, first: number) => number;
  /** The position of a point that is every P of ŷ = −[Z_L] and then every Q: a linear map. */
  readonly fitted: (point: readonly number[]) => Float64Array;
}

/** One layer: M, then u, of ŷ = uᵀ G M v_q. */
export function oneLayerModel({ dimension, context, batch }: BenchSize, path: Path, seed = 0): KernelModel {
  const width = dimension + 1;
  const layer = openOneLayer(lawOf(dimension, context), path);
  const key = randomKey(seed);
  const parts = once((values) => ({
    keyQuery: values.subarray(0, width * width),
    valueProjection: values.subarray(width * width),
  }));
  return {
    size: width * (width + 1),
    lossAndGradient: (position, gradient, first) =>
      layer.lossAndGradient(parts(position), { key, first, count: batch }, parts(gradient)),
    fitted: (point) => {
      const lastRow = point.slice(dimension * width, width * width);
      return Float64Array.from([...point.slice(width * width), ...lastRow.map((entry) => -entry / context)]);
    },
  };
}

/** Depth: every P, then every Q. */
export function deepModel({ layers, dimension, context, batch }: BenchSize, path: Path, seed = 0): KernelModel {
  const entries = (dimension + 1) ** 2;
  const deep = openDeep(lawOf(dimension, context), layers, path);
  const key = randomKey(seed);
  const parts = once((values) => {
    const matrices = Array.from({ length: 2 * layers }, (_, at) => values.subarray(at * entries, (at + 1) * entries));
    return { valueProjections: matrices.slice(0, layers), keyQueries: matrices.slice(layers) };
  });
  return {
    size: 2 * layers * entries,
    lossAndGradient: (position, gradient, first) =>
      deep.lossAndGradient(parts(position), { key, first, count: batch }, parts(gradient)),
    fitted: (point) => Float64Array.from(point),
  };
}

function lawOf(dimension: number, contextLength: number) {
  return { dimension, contextLength, noiseDeviation: NOISE_DEVIATION };
}

/** Views of an array, made once: a step is too short to make them again. */
function once<Views>(make: (values: Float64Array) => Views): (values: Float64Array) => Views {
  const made = new WeakMap<Float64Array, Views>();
  return (values) => {
    let views = made.get(values);
    if (views === undefined) made.set(values, (views = make(values)));
    return views;
  };
}
