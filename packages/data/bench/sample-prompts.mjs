// Numbers per second of samplePrompts, against a Math.random Box–Muller loop: node bench/sample-prompts.mjs, after a
// build. To reach for rows of linear Gaussian prompts: 5 times with WebAssembly, 1.5 times without (--plain).
//
// "over" writes over one batch; "stream" is promptBatches with `reuse`; "new" takes memory for every batch, whose first
// touch costs time that has nothing to do with drawing.
import process from "node:process";

import { boxMuller, interleave } from "@onestep/testkit/bench";

if (process.argv.includes("--plain")) delete globalThis.WebAssembly;
const { randomKey } = await import("@onestep/core");
const { parsePromptLaw, promptBatches, samplePrompts } = await import("@onestep/data");

/** Numbers of a batch: 1 MB. */
const SIZE = 2 ** 17;
const key = randomKey(0);
const scratch = new Float64Array(16384);

/** How many times as fast as Box–Muller a law draws its numbers. */
function measure({ contextLength, dimension, ...parts }) {
  const law = parsePromptLaw({
    contextLength,
    dimension,
    covariates: { law: "gaussian" },
    target: { law: "linear", tasks: { law: "gaussian" } },
    noise: { law: "gaussian", variance: 0.25 },
    ...parts,
  });
  // rows and their noise, the query and its noise, the task
  const noise = law.noise.variance === 0 ? 0 : 1;
  const numbers = contextLength * (dimension + noise) + 2 * dimension + noise;
  const count = Math.ceil(SIZE / numbers);
  const batch = samplePrompts(law, { key, count });
  const { boxMuller: normal, ...times } = interleave({
    over: () => samplePrompts(law, { key, count }, batch),
    stream: () => Array.from(promptBatches(law, { key, count, reuse: true })),
    new: () => samplePrompts(law, { key, count }),
    boxMuller: () => boxMuller(scratch),
  });
  const perNumber = (time) => time / (count * numbers);
  const ratios = Object.entries(times).map(([name, time]) => [
    `${name} : Box–Muller`,
    Number((normal / scratch.length / perNumber(time)).toFixed(2)),
  ]);
  return { "M/s": Math.round(1000 / perNumber(times.over)), ...Object.fromEntries(ratios) };
}

const covariances = {
  "Σ = I, σ² = 0": () => ({ noise: { law: "none" } }),
  "Σ = I": () => ({}),
  "Σ diagonal": (d) => ({ covariates: { law: "gaussian", covariance: Array.from({ length: d }, (_, i) => 1 + i) } }),
  "Σ full": (d) => ({
    covariates: {
      law: "gaussian",
      covariance: Array.from({ length: d }, (_, i) => Array.from({ length: d }, (__, j) => 0.5 ** Math.abs(i - j))),
    },
  }),
};
const sizes = [
  [5, 2],
  [8, 3],
  [20, 5],
  [40, 10],
  [40, 20],
  [100, 50],
];
const linear = sizes.flatMap(([contextLength, dimension]) =>
  Object.entries(covariances).map(([name, parts]) => ({
    "n · d": `${contextLength} · ${dimension}`,
    law: name,
    ...measure({ contextLength, dimension, ...parts(dimension) }),
  })),
);
console.table(linear);

const others = {
  "autoregressive rows": { covariates: { law: "gaussian-ar1", correlation: 0.5 } },
  "Rademacher rows": { covariates: { law: "rademacher" } },
  "uniform rows": { covariates: { law: "uniform" } },
  "Laplace rows": { covariates: { law: "laplace" } },
  "rows on a sphere": { covariates: { law: "sphere" } },
  "Student rows": { covariates: { law: "student", degreesOfFreedom: 5 } },
  "sparse tasks": { target: { law: "linear", tasks: { law: "sparse", sparsity: 3 } } },
  "Student noise": { noise: { law: "student", degreesOfFreedom: 5, variance: 0.25 } },
  "single index, relu": { target: { law: "single-index", link: "relu" } },
};
console.table(
  Object.entries(others).map(([name, parts]) => ({
    "n · d": "40 · 20",
    law: name,
    ...measure({ contextLength: 40, dimension: 20, ...parts }),
  })),
);
