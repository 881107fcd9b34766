// What a second thread gains on minibatches of drawn prompts: node bench/threads.mjs, after a build. To reach on a quiet
// machine of two cores: 1.6 times as fast for steps of half a millisecond and more. Where something else runs, look at the
// processor time that sharing adds, and at the blocks that the second thread summed a step.
import { isotropic, openStream, randomKey } from "@onestep/core";
import { fullTransformer, layerOnDrawnPrompts, transformerOnDrawnPrompts } from "@onestep/model";
import { openThreads } from "@onestep/model/threads";

const SIZES = [
  [1, 5, 20, 1000],
  [1, 5, 20, 8000],
  [1, 20, 40, 2048],
  [1, 64, 512, 1024],
  [3, 5, 20, 1000],
  [3, 20, 40, 2048],
];
const ROUNDS = 15;
const STEPS = 16;

const threads = await openThreads(1);
const rows = [];
for (const [layers, dimension, contextLength, count] of SIZES) {
  const tasks = isotropic(dimension);
  const law = { contextLength, covariates: tasks, tasks, noiseVariance: 0.25 };
  const options = { precision: "float32" };
  const open = (team) =>
    layers === 1
      ? layerOnDrawnPrompts(law, options, team?.openOneLayer)
      : transformerOnDrawnPrompts(fullTransformer({ dimension, layers }), law, options, team?.openDeep);
  const [alone, shared] = [open(), open(threads)];
  const position = new Float64Array(alone.size);
  openStream(randomKey(0)).fillNormals(position, 0, position.length);
  const small = position.map((entry) => entry / (4 * dimension));
  const measure = async (model) => {
    const [began, used] = [performance.now(), process.cpuUsage()];
    for (let step = 0; step < STEPS; step++) {
      await model.lossAndGradient(small, { key: randomKey(step), count });
    }
    const { user, system } = process.cpuUsage(used);
    return { wall: (performance.now() - began) / STEPS, processor: (user + system) / 1000 / STEPS };
  };
  const [one, two, added] = [[], [], []];
  let helped = 0;
  for (let round = -3; round < ROUNDS; round++) {
    if (round === 0) helped = -threads.helped;
    const [lonely, common] = [await measure(alone), await measure(shared)];
    if (round < 0) continue;
    one.push(lonely.wall);
    two.push(common.wall);
    added.push(common.processor / lonely.processor);
  }
  helped += threads.helped;
  const median = (values) => values.sort((a, b) => a - b)[(ROUNDS - 1) / 2];
  rows.push({
    layers,
    "d, n": `${dimension}, ${contextLength}`,
    prompts: count,
    "ms alone": Number(median(one).toFixed(2)),
    "ms of two": Number(median(two).toFixed(2)),
    gain: Number((median(one) / median(two)).toFixed(2)),
    "processor time": Number(median(added).toFixed(2)),
    "blocks of the second": Number((helped / (ROUNDS * STEPS)).toFixed(1)),
  });
}
await threads.close();
console.table(rows);
