// Time from a random start until one layer is within 1 % of η*I, sampled and exact: node bench/time-to-theory.mjs, after a
// build. To reach on a quiet machine: 20 ms and 2 ms at d = 5, n = 20; 500 ms and 20 ms at d = 20, n = 40.
//
// Sampled: Adam on Rao–Blackwellised antithetic prompts in float32, with a rate that cools to a tenth, and the average over
// the second half of the run, which forgets the noise of single minibatches. The number of prompts a step is that for
// which the average is well inside 1 % at the end. Exact: alternating minimisation of the population loss.
//
// The clock stops when the run says what it has learned, not before: at the first state whose Γ is close enough.
import { childKey, isotropic, openStream, randomKey } from "@onestep/core";
import { adam, alternatingMinimization, cosineRate, inducedStep, layerOnDrawnPrompts, pretrain } from "@onestep/model";

const SETTINGS = [
  { dimension: 5, contextLength: 20, noiseVariance: 0, promptsPerStep: 800 },
  { dimension: 20, contextLength: 40, noiseVariance: 0.25, promptsPerStep: 4000 },
];
const SEEDS = 5;
/** Runs that only let the engine compile what it will run. */
const WARM_UPS = 20;

/** ‖Γ − η*I‖_F / ‖η*I‖_F, with η* = 1/(n + d + 1 + σ²) */
function distanceTo({ dimension: d, contextLength, noiseVariance }, parameters) {
  const eta = 1 / (contextLength + d + 1 + noiseVariance);
  const { values } = inducedStep(parameters).preconditioner;
  const square = values.reduce((sum, entry, at) => sum + (entry - (at % (d + 1) === 0 ? eta : 0)) ** 2, 0);
  return Math.sqrt(square / d) / eta;
}

async function sampled(setting, law, seed) {
  const key = childKey(randomKey(seed), "time to theory");
  const layer = layerOnDrawnPrompts(law, { method: "rao-blackwell", precision: "float32", antithetic: true });
  const run = pretrain({
    key: childKey(key, "initial"),
    model: () => layer,
    prompts: (step) => ({ key: childKey(key, "train", step), count: setting.promptsPerStep }),
    optimizer: adam({ learningRate: 0.1 }),
    schedule: cosineRate({ final: 0.1 }),
    steps: 250,
    initialScale: 0.2,
    averagedPart: 0.5,
  });
  for await (const { step, parameters } of run) {
    if (distanceTo(setting, parameters) < 0.01) return step;
  }
  return undefined;
}

async function exact(setting, law, seed) {
  const from = new Float64Array(setting.dimension + 1);
  openStream(childKey(randomKey(seed), "start")).fillNormals(from, 0, from.length);
  for (const { sweep, parameters } of alternatingMinimization(law, { from: from.map((entry) => 0.1 * entry) })) {
    if (distanceTo(setting, parameters) < 0.01) return sweep;
  }
  return undefined;
}

const rows = [];
for (const setting of SETTINGS) {
  const { dimension, contextLength, noiseVariance } = setting;
  const law = { contextLength, covariates: isotropic(dimension), tasks: isotropic(dimension), noiseVariance };
  for (const way of [sampled, exact]) {
    const times = [];
    const processor = [];
    const steps = [];
    for (let seed = -WARM_UPS; seed < SEEDS; seed++) {
      const began = performance.now();
      const used = process.cpuUsage();
      const taken = await way(setting, law, 100 + seed);
      if (seed < 0) continue;
      const { user, system } = process.cpuUsage(used);
      times.push(taken === undefined ? Infinity : performance.now() - began);
      processor.push(taken === undefined ? Infinity : (user + system) / 1000);
      steps.push(taken ?? "never");
    }
    const median = (values) => Number(values.sort((one, other) => one - other)[(SEEDS - 1) / 2].toFixed(2));
    rows.push({
      "d, n, σ²": `${dimension}, ${contextLength}, ${noiseVariance}`,
      way: way.name,
      "median ms": median(times),
      "of processor time": median(processor),
      steps: steps.join(" "),
    });
  }
}
console.table(rows);
