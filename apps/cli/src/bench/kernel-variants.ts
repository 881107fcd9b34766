import { DomainError } from "@onestep/core";
import { openAdam } from "@onestep/kernels";
import { deepModel, oneLayerModel, type KernelModel, type Path } from "./kernel-models.ts";
import { probeOf } from "./probe.ts";
import { promptsPerSecond } from "./processor-time.ts";
import type { BenchSize } from "./size.ts";
import { oneLayerOnly, type Variant } from "./variant.ts";

const wasm32: Path = { precision: "float32", engine: "wasm", method: "two-column" };

const PATHS: Readonly<Record<string, Path>> = {
  "wasm-f32": wasm32,
  "wasm-f32-rb1": { ...wasm32, method: "rao-blackwell" },
  "wasm-f64": { ...wasm32, precision: "float64" },
  "wasm-f32-literal": { ...wasm32, method: "rows" },
  twin: { ...wasm32, precision: "float64", engine: "twin" },
};

/** The project's own kernels; other methods than the default are those of one layer. */
export const kernelVariants: readonly Variant[] = Object.entries(PATHS).map(([name, path]) => ({
  name,
  ...(path.method === "two-column" ? {} : { refuses: oneLayerOnly }),
  expectedRate: (size) => SPEEDS[path.engine] / costOf(size, path),
  async open(size) {
    checkSize(size);
    const open = size.layers === 1 ? oneLayerModel : deepModel;
    const step = trainingStep(open(size, path), size.batch, path.engine);
    return {
      measure: (seconds) => promptsPerSecond(step, size.batch, seconds),
      probe: async (at) => probeOf(open(size, path, at.seed), size, at),
      close: () => undefined,
    };
  },
}));

/** Units of `costOf` a second, to the order of magnitude. */
const SPEEDS = { wasm: 2e9, twin: 1.5e8 };

/** What a prompt costs, in entries of a matrix passed over. */
function costOf({ layers, dimension, context }: BenchSize, { method }: Path): number {
  const width = dimension + 1;
  if (layers > 1) return width ** 2 * Math.min(0.55 * 3 ** layers, 1.4 * width * layers);
  return 100 + width ** 2 + (method === "rows" ? 5 * context * width : 0);
}

/** More than these take minutes, and memory by the gigabyte. */
const MOST_PARAMETERS = 2 ** 24;

function checkSize({ layers, dimension }: BenchSize): void {
  const parameters = 2 * layers * (dimension + 1) ** 2;
  if (parameters <= MOST_PARAMETERS) return;
  throw new DomainError({
    where: "bench",
    expected: `a size of at most ${MOST_PARAMETERS} parameters`,
    arrived: `d = ${dimension}, L = ${layers}: ${parameters}`,
    hint: "a smaller --dimension, or fewer --layers",
  });
}

const START = 0.01;

/** A step on the next prompts: their gradient, then Adam. */
function trainingStep({ size, lossAndGradient }: KernelModel, batch: number, engine: Path["engine"]): () => void {
  const optimizer = openAdam(size, engine);
  optimizer.position.fill(START);
  const [meanDecay, squareDecay] = [0.9, 0.999];
  let [meanPower, squarePower] = [1, 1];
  let first = 0;
  return () => {
    lossAndGradient(optimizer.position, optimizer.gradient, first);
    meanPower *= meanDecay;
    squarePower *= squareDecay;
    const corrections = { meanCorrection: 1 - meanPower, squareCorrection: 1 - squarePower };
    optimizer.move({ rate: 1e-3, meanDecay, squareDecay, ...corrections, stabilizer: 1e-8 });
    first += batch;
  };
}
