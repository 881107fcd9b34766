import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { runTraining } from "./run-training.ts";

const law = {
  contextLength: 10,
  dimension: 2,
  covariates: { law: "gaussian", covariance: [2, 1] },
  target: { law: "linear", tasks: { law: "gaussian" } },
  noise: { law: "gaussian", variance: 0.25 },
};

/**
 * A key promises a whole training, bit by bit: its losses are as much on record as the draws of its laws. Should these
 * change, and be meant to, write the new ones here and add a *major* changeset.
 */
const GOLDEN = [
  [
    "float64",
    { backend: "float64" },
    { steps: 40, first: 3.0755735066418937, last: 4.40980617110856, digest: "5cff959b124a52b9" },
  ],
  ["our kernels", {}, { steps: 40, first: 3.202161423878655, last: 1.8273139717335685, digest: "2464ca6548d68508" }],
  [
    "two layers",
    { backend: "float64", model: { layers: 2, family: "sparse" } },
    { steps: 40, first: 3.054125240865241, last: 0.6099706206997357, digest: "968a234e117b81f1" },
  ],
] as const;

it.each(GOLDEN)("a training keeps its losses, bit by bit: %s", async (_, changes, recorded) => {
  const losses: number[] = [];
  const training = { steps: 40, batch: 32, starts: 1 };
  await runTraining({ law, training, seed: 7, ...changes }, { onState: ({ loss }) => void losses.push(loss) });
  const bytes = new DataView(new ArrayBuffer(8 * losses.length));
  losses.forEach((loss, step) => bytes.setFloat64(8 * step, loss, true));
  const digest = createHash("sha256").update(new Uint8Array(bytes.buffer)).digest("hex");
  expect({ steps: losses.length, first: losses[0], last: losses.at(-1), digest: digest.slice(0, 16) }).toEqual(
    recorded,
  );
});
