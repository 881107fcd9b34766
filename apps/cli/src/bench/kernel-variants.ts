import { randomKey } from "@onestep/core";
import { openOneLayer, type OneLayerOptions } from "@onestep/kernels";
import { adam } from "@onestep/model";
import { promptsPerSecond } from "./processor-time.ts";
import { NOISE_DEVIATION, type BenchSize } from "./size.ts";
import type { Variant } from "./variant.ts";

/** The project's own ways of one layer. */
const ONE_LAYER: Readonly<Record<string, OneLayerOptions>> = {
  "wasm-f32": { precision: "float32" },
  "wasm-f32-rb1": { precision: "float32", method: "rao-blackwell" },
  "wasm-f64": { precision: "float64" },
  "wasm-f32-literal": { precision: "float32", method: "rows" },
  twin: { engine: "twin" },
};

/** Ours, with Adam of the model package. */
export const kernelVariants: readonly Variant[] = Object.entries(ONE_LAYER).map(([name, oneLayer]) => ({
  name,
  expectedRate: () => Infinity, // no size takes long
  async open(size) {
    if (size.layers !== 1) return undefined;
    const step = oneLayerStep(size, oneLayer);
    return { measure: (seconds) => promptsPerSecond(step, size.batch, seconds), close: () => undefined };
  },
}));

function oneLayerStep({ dimension, context, batch }: BenchSize, options: OneLayerOptions): () => void {
  const width = dimension + 1;
  const layer = openOneLayer({ dimension, contextLength: context, noiseDeviation: NOISE_DEVIATION }, options);
  const optimizer = adam({ learningRate: 1e-3 });
  const size = width * (width + 1);
  const key = randomKey(0);
  const gradient = new Float64Array(size);
  const parts = (values: Float64Array) => ({
    keyQuery: values.subarray(0, width * width),
    valueProjection: values.subarray(width * width),
  });
  const gradientParts = parts(gradient);
  let position: Float64Array = new Float64Array(size).fill(0.01);
  let state = optimizer.start(size);
  let first = 0;
  return () => {
    layer.lossAndGradient(parts(position), { key, first, count: batch }, gradientParts);
    ({ position, state } = optimizer.move(position, gradient, state, 1));
    first += batch;
  };
}
