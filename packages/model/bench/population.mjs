// Time until one layer is within 1 % of η*I on the exact population loss: node bench/population.mjs, after a build. To
// reach: 2 ms at d = 5, n = 20, and 20 ms at d = 20, n = 40, from a random start, by alternating minimisation.
import { childKey, isotropic, openStream, randomKey } from "@onestep/core";
import { alternatingMinimization, inducedStep, layerOnPopulation, lbfgs } from "@onestep/model";
import { interleave } from "@onestep/testkit/bench";

/** @param {{ dimension: number, contextLength: number, noiseVariance: number }} setting */
async function measure({ dimension: d, contextLength, noiseVariance }) {
  const law = { contextLength, covariates: isotropic(d), tasks: isotropic(d), noiseVariance };
  const eta = 1 / (contextLength + d + 1 + noiseVariance);
  const layer = layerOnPopulation(law);
  const distance = (parameters) => {
    const { values } = inducedStep(parameters).preconditioner;
    const square = values.reduce((sum, entry, at) => sum + (entry - (at % (d + 1) === 0 ? eta : 0)) ** 2, 0);
    return Math.sqrt(square / d) / eta;
  };
  const normals = (seed, size, scale) => {
    const start = new Float64Array(size);
    openStream(childKey(randomKey(seed), "start")).fillNormals(start, 0, size);
    return start.map((entry) => scale * entry);
  };
  let seed = 0;
  const { alternating } = interleave({
    alternating: () => {
      seed += 1;
      for (const { parameters } of alternatingMinimization(law, { from: normals(seed, d + 1, 0.1) })) {
        if (distance(parameters) < 0.01) return;
      }
    },
  });
  const times = [];
  for (let run = 0; run < 11; run++) {
    const start = process.cpuUsage();
    const objective = (position) => layer.lossAndGradient(position, undefined);
    for await (const { position } of lbfgs(objective, { from: normals(run, layer.size, 1e-4) })) {
      if (distance(layer.unpack(position)) < 0.01) break;
    }
    times.push(process.cpuUsage(start).user / 1000);
  }
  return {
    "d, n, σ²": `${d}, ${contextLength}, ${noiseVariance}`,
    "alternating, ms": Number((alternating / 1e6).toFixed(3)),
    "L-BFGS, ms": Number(times.sort((a, b) => a - b)[5].toFixed(1)),
  };
}

console.table([
  await measure({ dimension: 5, contextLength: 20, noiseVariance: 0 }),
  await measure({ dimension: 20, contextLength: 40, noiseVariance: 0.25 }),
]);
