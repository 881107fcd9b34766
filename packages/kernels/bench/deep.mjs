// Prompts a second through loss and gradient of linear transformers, by depth and path: node bench/deep.mjs [layers…],
// after a build. Without arguments three layers on every path; with them these depths, each in every form.
import { setFlagsFromString } from "node:v8";
import { childKey, openStream, randomKey } from "@onestep/core";
import { openDeep } from "@onestep/kernels";
import { relaxedModules as relaxed } from "@onestep/kernels/relaxed";
import { interleave } from "@onestep/testkit/bench";

const SIZES = [
  [5, 20, 1000],
  [10, 20, 2048],
  [20, 40, 2048],
  [20, 400, 512],
  [64, 512, 64],
];
const PATHS = {
  f32: { precision: "float32" },
  "f32 relaxed": { precision: "float32", relaxed },
  f64: {},
  "f64 relaxed": { relaxed },
  twin: { engine: "twin" },
};
// Node 20 has relaxed SIMD behind a flag; without it the exact kernel runs, and its name says so.
if (process.versions.node.startsWith("20.")) setFlagsFromString("--experimental-wasm-relaxed-simd");

const key = randomKey(0);
const depths = process.argv.slice(2).map(Number);

/** Weights that change tokens a little, as at the start of training. */
function drawWeights(layers, width) {
  const drawMatrix = (label, layer) => {
    const values = new Float64Array(width * width);
    openStream(childKey(key, label, layer)).fillNormals(values, 0, values.length);
    return values.map((entry) => (0.1 * entry) / Math.sqrt(width));
  };
  const drawLayers = (label) => Array.from({ length: layers }, (_, layer) => drawMatrix(label, layer));
  return { valueProjections: drawLayers("P"), keyQueries: drawLayers("Q") };
}

function measure(layers, paths) {
  const table = {};
  for (const [dimension, contextLength, count] of SIZES) {
    const weights = drawWeights(layers, dimension + 1);
    const gradient = structuredClone(weights);
    const contestants = {};
    for (const [name, options] of Object.entries(paths)) {
      const deep = openDeep({ dimension, contextLength, noiseDeviation: 0.5 }, layers, options);
      let first = 0;
      contestants[`${name}: ${deep.name}`] = () => {
        deep.lossAndGradient(weights, { key, first, count }, gradient);
        first += count;
      };
    }
    for (const [name, nanoseconds] of Object.entries(interleave(contestants, { rounds: 9, milliseconds: 30 }))) {
      const [row, path] = name.split(": ");
      const thousands = Math.round((1e6 * count) / nanoseconds);
      (table[row] ??= {})[`${dimension}, ${contextLength}, ${count}`] = `${thousands}k (${path.replace(/^\S+ /, "")})`;
    }
  }
  process.stdout.write(`L = ${layers}\n`);
  console.table(table);
}

const everyForm = (layers) =>
  Object.fromEntries(
    Array.from({ length: layers }, (_, gramLayers) => [
      `f32, ${gramLayers} by matrices`,
      { precision: "float32", form: { gramLayers } },
    ]),
  );

if (depths.length === 0) measure(3, PATHS);
for (const layers of depths) measure(layers, everyForm(layers));
