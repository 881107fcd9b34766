// Normals per second, against a Math.random Box–Muller loop that fills the same array: node bench/normals.mjs, after a
// build. To reach at n · d = 40 · 20: 5 times with the kernel, 1.5 times without.
import { childKey, openStream as openPlainStream, randomKey } from "@onestep/core";
import { openStream } from "@onestep/kernels";

import { interleave } from "./interleave.mjs";

const root = randomKey(0);
let prompt = 0;

/** Every fill opens the stream of a prompt that was not drawn before, as a sampler does. */
const fill = (open, into) => () => {
  open(childKey(childKey(root, "prompt", prompt++), "covariates")).fillNormals(into, 0, into.length);
};

function boxMuller(into) {
  for (let at = 0; at < into.length; at += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - Math.random()));
    const angle = 2 * Math.PI * Math.random();
    into[at] = radius * Math.cos(angle);
    into[at + 1] = radius * Math.sin(angle);
  }
}

const rows = [
  [1, 20],
  [20, 5],
  [40, 20],
  [400, 20],
  [512, 64],
].map(([n, d]) => {
  const into = new Float64Array(n * d);
  const nanoseconds = interleave({
    kernel: fill(openStream, into),
    plain: fill(openPlainStream, into),
    boxMuller: () => boxMuller(into),
  });
  const ratioOf = (name) => Number((nanoseconds.boxMuller / nanoseconds[name]).toFixed(2));
  return {
    "n · d": `${n} · ${d}`,
    "kernel, M/s": Math.round((1000 * n * d) / nanoseconds.kernel),
    "kernel : Box–Muller": ratioOf("kernel"),
    "plain : Box–Muller": ratioOf("plain"),
  };
});
console.table(rows);
