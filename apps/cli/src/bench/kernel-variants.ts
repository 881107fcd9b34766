import { randomKey } from "@onestep/core";
import { openAdam, openDeep, openOneLayer, type FusedOptimizer, type AdamStep } from "@onestep/kernels";
import { promptsPerSecond } from "./processor-time.ts";
import { NOISE_DEVIATION, type BenchSize } from "./size.ts";
import type { Variant } from "./variant.ts";

/** A path of ours: what runs, and how one layer is evaluated; depth has one way only. */
interface Path {
  readonly precision: "float32" | "float64";
  readonly engine: "wasm" | "twin";
  readonly method: "two-column" | "rao-blackwell" | "rows";
}

const wasm32: Path = { precision: "float32", engine: "wasm", method: "two-column" };

const PATHS: Readonly<Record<string, Path>> = {
  "wasm-f32": wasm32,
  "wasm-f32-rb1": { ...wasm32, method: "rao-blackwell" },
  "wasm-f64": { ...wasm32, precision: "float64" },
  "wasm-f32-literal": { ...wasm32, method: "rows" },
  twin: { ...wasm32, precision: "float64", engine: "twin" },
};

/** The project's own kernels. */
export const kernelVariants: readonly Variant[] = Object.entries(PATHS).map(([name, path]) => ({
  name,
  expectedRate: () => Infinity, // no size takes long
  async open(size) {
    if (size.layers > 1 && path.method !== "two-column") return undefined;
    const step = size.layers === 1 ? oneLayerStep(size, path) : deepStep(size, path);
    return { measure: (seconds) => promptsPerSecond(step, size.batch, seconds), close: () => undefined };
  },
}));

const key = randomKey(0);
const START = 0.01;

function oneLayerStep({ dimension, context, batch }: BenchSize, path: Path): () => void {
  const width = dimension + 1;
  const optimizer = openAdam(width * (width + 1), path.engine);
  optimizer.position.fill(START);
  const parts = (values: Float64Array) => ({
    keyQuery: values.subarray(0, width * width),
    valueProjection: values.subarray(width * width),
  });
  const [parameters, gradient] = [parts(optimizer.position), parts(optimizer.gradient)];
  const law = { dimension, contextLength: context, noiseDeviation: NOISE_DEVIATION };
  const layer = openOneLayer(law, path);
  return trained(
    optimizer,
    (first) => layer.lossAndGradient(parameters, { key, first, count: batch }, gradient),
    batch,
  );
}

function deepStep({ layers, dimension, context, batch }: BenchSize, path: Path): () => void {
  const width = dimension + 1;
  const entries = width * width;
  const optimizer = openAdam(2 * layers * entries, path.engine);
  optimizer.position.fill(START);
  const parts = (values: Float64Array) => {
    const matrices = Array.from({ length: 2 * layers }, (_, at) => values.subarray(at * entries, (at + 1) * entries));
    return { valueProjections: matrices.slice(0, layers), keyQueries: matrices.slice(layers) };
  };
  const [weights, gradient] = [parts(optimizer.position), parts(optimizer.gradient)];
  const law = { dimension, contextLength: context, noiseDeviation: NOISE_DEVIATION };
  const deep = openDeep(law, layers, path);
  return trained(optimizer, (first) => deep.lossAndGradient(weights, { key, first, count: batch }, gradient), batch);
}

/** A step on the next prompts: their gradient, then Adam. */
function trained(
  optimizer: FusedOptimizer<AdamStep>,
  differentiate: (first: number) => void,
  batch: number,
): () => void {
  const [meanDecay, squareDecay] = [0.9, 0.999];
  let [meanPower, squarePower] = [1, 1];
  let first = 0;
  return () => {
    differentiate(first);
    meanPower *= meanDecay;
    squarePower *= squareDecay;
    const corrections = { meanCorrection: 1 - meanPower, squareCorrection: 1 - squarePower };
    optimizer.move({ rate: 1e-3, meanDecay, squareDecay, ...corrections, stabilizer: 1e-8 });
    first += batch;
  };
}
