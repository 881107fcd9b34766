// Prompts a second through loss and gradient of one layer, by path and method: node bench/one-layer.mjs, after a build.
import { randomKey } from "@onestep/core";
import { openOneLayer } from "@onestep/kernels";
import { interleave } from "@onestep/testkit/bench";

const SIZES = [
  [5, 20, 1000],
  [10, 20, 2048],
  [20, 40, 2048],
  [20, 400, 512],
  [64, 512, 64],
];
const PATHS = [
  ["f32 two-column", { precision: "float32" }],
  ["f32 antithetic", { precision: "float32", antithetic: true }],
  ["f32 rao-blackwell", { precision: "float32", method: "rao-blackwell" }],
  ["f32 rao-blackwell antithetic", { precision: "float32", method: "rao-blackwell", antithetic: true }],
  ["f32 rows", { precision: "float32", method: "rows" }],
  ["f64 two-column", {}],
  ["f64 rao-blackwell", { method: "rao-blackwell" }],
  ["f64 rows", { method: "rows" }],
  ["twin two-column", { engine: "twin" }],
  ["twin rao-blackwell", { engine: "twin", method: "rao-blackwell" }],
];

const key = randomKey(0);
const table = {};
for (const [dimension, contextLength, count] of SIZES) {
  const width = dimension + 1;
  // Near the optimum, as most of training is.
  const keyQuery = new Float64Array(width * width);
  for (let i = 0; i < dimension; i++) keyQuery[i * width + i] = 1;
  const valueProjection = new Float64Array(width);
  valueProjection[dimension] = 1 / (contextLength + dimension + 1);
  const gradient = { keyQuery: new Float64Array(width * width), valueProjection: new Float64Array(width) };
  const contestants = Object.fromEntries(
    PATHS.map(([name, options]) => {
      const layer = openOneLayer({ dimension, contextLength, noiseDeviation: 0.5 }, options);
      let first = 0;
      return [
        name,
        () => {
          layer.lossAndGradient({ keyQuery, valueProjection }, { key, first, count }, gradient);
          first += count;
        },
      ];
    }),
  );
  const nanoseconds = interleave(contestants, { rounds: 9, milliseconds: 30 });
  for (const [name] of PATHS) {
    const perSecond = (1e9 * count) / nanoseconds[name];
    (table[name] ??= {})[`${dimension}, ${contextLength}, ${count}`] =
      perSecond >= 1e6 ? `${(perSecond / 1e6).toFixed(2)}M` : `${(perSecond / 1e3).toFixed(0)}k`;
  }
}
console.table(table);
