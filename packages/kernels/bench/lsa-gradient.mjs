// Prompts a second through loss and gradient of one layer on given rows, against the twin: node bench/lsa-gradient.mjs,
// after a build.
import { setFlagsFromString } from "node:v8";
import { openStream, randomKey } from "@onestep/core";
import { lsaLossAndGradient, openLsaGradient } from "@onestep/kernels";
import { relaxedModules } from "@onestep/kernels/relaxed";
import { interleave } from "@onestep/testkit/bench";

// Node 20 has relaxed SIMD behind a flag; without it the exact kernel runs.
if (process.versions.node.startsWith("20.")) setFlagsFromString("--experimental-wasm-relaxed-simd");

const SIZES = [
  [1, 10, 500],
  [5, 20, 500],
  [10, 20, 500],
  [20, 40, 300],
  [20, 400, 100],
  [64, 512, 24],
];
const draw = (length) => {
  const values = new Float64Array(length);
  openStream(randomKey(0)).fillNormals(values, 0, length);
  return values;
};

const table = {};
for (const [dimension, contextLength, count] of SIZES) {
  const width = dimension + 1;
  const prompts = {
    count,
    contextLength,
    dimension,
    covariates: draw(count * contextLength * dimension),
    responses: draw(count * contextLength),
    queryCovariates: draw(count * dimension),
    queryResponses: draw(count),
  };
  const [keyQuery, valueProjection] = [draw(width * width), draw(width)];
  const gradient = { keyQuery: new Float64Array(width * width), valueProjection: new Float64Array(width) };
  const run = (lossAndGradient) => () => lossAndGradient(keyQuery, valueProjection, prompts, gradient);
  const nanoseconds = interleave(
    {
      twin: run(lsaLossAndGradient),
      f64: run(openLsaGradient("float64").lossAndGradient),
      f32: run(openLsaGradient("float32").lossAndGradient),
      "f32 relaxed": run(openLsaGradient("float32", relaxedModules).lossAndGradient),
    },
    { rounds: 9, milliseconds: 20 },
  );
  for (const [name, time] of Object.entries(nanoseconds)) {
    (table[name] ??= {})[`${dimension}, ${contextLength}`] = `${((1e6 * count) / time).toFixed(0)}k`;
  }
}
console.table(table);
