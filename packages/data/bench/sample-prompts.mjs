// Normals per second of samplePrompts, against a Math.random Box–Muller loop: node bench/sample-prompts.mjs, after a
// build. To reach for rows of n · d = 40 · 20 and more: 5 times with WebAssembly, 1.5 times without (--plain).
//
// "over" writes over one batch, as promptBatches does with `reuse`; "new" takes memory for every batch, whose first touch
// costs time that has nothing to do with drawing.
import process from "node:process";

import { boxMuller, interleave } from "@onestep/testkit/bench";

if (process.argv.includes("--plain")) delete globalThis.WebAssembly;
const { randomKey } = await import("@onestep/core");
const { parsePromptLaw, samplePrompts } = await import("@onestep/data");

const COUNT = 500;
const key = randomKey(0);
const scratch = new Float64Array(16384);

const linear = { law: "linear", tasks: { law: "gaussian" } };
const relu = { law: "single-index", link: "relu" };

/** @param {{ contextLength: number, dimension: number, target: { law: string } }} setting */
function measure({ contextLength, dimension, target }) {
  const noise = { law: "gaussian", variance: 0.25 };
  const law = parsePromptLaw({ contextLength, dimension, covariates: { law: "gaussian" }, target, noise });
  const batch = samplePrompts(law, { key, count: COUNT });
  const nanoseconds = interleave({
    over: () => samplePrompts(law, { key, count: COUNT }, batch),
    new: () => samplePrompts(law, { key, count: COUNT }),
    boxMuller: () => boxMuller(scratch),
  });
  // rows and their noise, the query and its noise, the task
  const normals = COUNT * (contextLength * (dimension + 1) + 2 * dimension + 1);
  const ratioOf = (time) => Number(((normals / time) * (nanoseconds.boxMuller / scratch.length)).toFixed(2));
  return {
    "n · d": `${contextLength} · ${dimension}`,
    target: target.law,
    "over, M/s": Math.round((1000 * normals) / nanoseconds.over),
    "over : Box–Muller": ratioOf(nanoseconds.over),
    "new : Box–Muller": ratioOf(nanoseconds.new),
  };
}

console.table([
  measure({ contextLength: 20, dimension: 5, target: linear }),
  measure({ contextLength: 40, dimension: 20, target: linear }),
  measure({ contextLength: 100, dimension: 50, target: linear }),
  measure({ contextLength: 40, dimension: 20, target: relu }),
]);
