// Normals per second, against a Math.random Box–Muller loop that fills an array as large: node bench/normals.mjs, after
// a build. To reach at n · d = 40 · 20: 5 times with the kernel, 1.5 times without.
import { childKey, openStream as openPlainStream, randomKey } from "@onestep/core";
import { fillNormalsOfChildren, openStream } from "@onestep/kernels";
import { boxMuller, interleave } from "@onestep/testkit/bench";

const TOGETHER = 16;
const root = randomKey(0);
let prompt = 0;

/** The key of a prompt that was not drawn before: as in a sampler, every fill opens its streams. */
const promptKey = () => childKey(root, "prompt", prompt++);

const fillOne = (open, into) => () => open(childKey(promptKey(), "covariates")).fillNormals(into, 0, into.length);

const fillMany = (into) => {
  const size = into.length / TOGETHER;
  return () => {
    const keys = Array.from({ length: TOGETHER }, promptKey);
    fillNormalsOfChildren(keys, { label: "covariates" }, { into, offset: 0, size });
  };
};

const rows = [
  [1, 20],
  [20, 5],
  [40, 20],
  [400, 20],
  [512, 64],
].map(([n, d]) => {
  const into = new Float64Array(n * d);
  const nanoseconds = interleave({
    together: fillMany(new Float64Array(TOGETHER * n * d)),
    kernel: fillOne(openStream, into),
    plain: fillOne(openPlainStream, into),
    boxMuller: () => boxMuller(into),
  });
  nanoseconds.together /= TOGETHER;
  const ratioOf = (name) => Number((nanoseconds.boxMuller / nanoseconds[name]).toFixed(2));
  return {
    "n · d": `${n} · ${d}`,
    "together, M/s": Math.round((1000 * n * d) / nanoseconds.together),
    "together : Box–Muller": ratioOf("together"),
    "kernel : Box–Muller": ratioOf("kernel"),
    "plain : Box–Muller": ratioOf("plain"),
  };
});
console.table(rows);
