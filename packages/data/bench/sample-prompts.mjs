// Normals per second of samplePrompts, against a Math.random Box–Muller loop: node bench/sample-prompts.mjs, after a
// build. To reach for rows of n · d = 40 · 20 and more: 5 times with WebAssembly, 1.5 times without (--plain).
//
// "over" writes over one batch, as promptBatches does with `reuse`; "new" takes memory for every batch, whose first touch
// costs time that has nothing to do with drawing.
import process from "node:process";

import { interleave } from "../../kernels/bench/interleave.mjs";

if (process.argv.includes("--plain")) delete globalThis.WebAssembly;
const { randomKey } = await import("@onestep/core");
const { parsePromptLaw, samplePrompts } = await import("@onestep/data");

const COUNT = 500;
const key = randomKey(0);
const scratch = new Float64Array(16384);

function boxMuller() {
  for (let at = 0; at < scratch.length; at += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - Math.random()));
    const angle = 2 * Math.PI * Math.random();
    scratch[at] = radius * Math.cos(angle);
    scratch[at + 1] = radius * Math.sin(angle);
  }
}

const linear = { law: "linear", tasks: { law: "gaussian" } };
const relu = { law: "single-index", link: "relu" };

const rows = [
  [20, 5, linear],
  [40, 20, linear],
  [100, 50, linear],
  [40, 20, relu],
].map(([contextLength, dimension, target]) => {
  const noise = { law: "gaussian", variance: 0.25 };
  const law = parsePromptLaw({ contextLength, dimension, covariates: { law: "gaussian" }, target, noise });
  const batch = samplePrompts(law, { key, count: COUNT });
  const nanoseconds = interleave({
    over: () => samplePrompts(law, { key, count: COUNT }, batch),
    new: () => samplePrompts(law, { key, count: COUNT }),
    boxMuller,
  });
  // rows and their noise, the query and its noise, the task
  const normals = COUNT * (contextLength * (dimension + 1) + 2 * dimension + 1);
  const ratioOf = (name) =>
    Number(((normals / nanoseconds[name]) * (nanoseconds.boxMuller / scratch.length)).toFixed(2));
  return {
    "n · d": `${contextLength} · ${dimension}`,
    target: target.law,
    "over, M/s": Math.round((1000 * normals) / nanoseconds.over),
    "over : Box–Muller": ratioOf("over"),
    "new : Box–Muller": ratioOf("new"),
  };
});
console.table(rows);
