// node train-on-threads.mjs CHECKPOINT THREADS: a training run that any number of threads share, stored after every step
// as the documentation of `encodeCheckpoint` says. It goes on from the checkpoint where there is one.
import { childKey, openStream, randomKey } from "@onestep/core";
import { existsSync, readFileSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import {
  adam,
  chunkRanges,
  decodeCheckpoint,
  encodeCheckpoint,
  float64Engine,
  inChunks,
  inTurn,
  layerInTokenFrame,
  pretrain,
  resume,
} from "../../dist/index.js";

const key = randomKey(4);
const [n, d] = [6, 2];

/** Prompts `from` to `from + count` of a step: each has an address, and any thread draws the same. */
function draw({ step, from, count }) {
  const prompts = {
    count,
    contextLength: n,
    dimension: d,
    covariates: new Float64Array(count * n * d),
    responses: new Float64Array(count * n),
    queryCovariates: new Float64Array(count * d),
    queryResponses: new Float64Array(count),
  };
  for (let prompt = 0; prompt < count; prompt++) {
    const stream = openStream(childKey(childKey(key, "train", step), "prompt", from + prompt));
    const normals = () => Float64Array.from({ length: d }, () => stream.normal());
    const task = normals();
    const respond = (x) => x.reduce((sum, entry, i) => sum + entry * task[i], 0);
    for (let row = prompt * n; row < (prompt + 1) * n; row++) {
      const x = normals();
      prompts.covariates.set(x, row * d);
      prompts.responses[row] = respond(x);
    }
    const x = normals();
    prompts.queryCovariates.set(x, prompt * d);
    prompts.queryResponses[prompt] = respond(x);
  }
  return prompts;
}

const chunksOf = (step) => chunkRanges({ count: 24, size: 4 }).map((range) => ({ step, ...range }));

/** The layer in the coordinates that the first chunk of all gives it, on every thread. */
const layer = layerInTokenFrame(float64Engine())(draw(chunksOf(0)[0]));
const onChunks = { ...layer, lossAndGradient: (position, chunk) => layer.lossAndGradient(position, draw(chunk)) };

/** The chunks go to whichever thread is free. */
function evaluatorOn(threads) {
  if (threads.length === 0) return inTurn(onChunks);
  return async (position, chunks) => {
    const results = [];
    let next = 0;
    const keepBusy = async (thread) => {
      for (let k = next++; k < chunks.length; k = next++) {
        const answer = new Promise((resolve) => thread.once("message", resolve));
        thread.postMessage({ position, chunk: chunks[k] });
        results[k] = await answer;
      }
    };
    await Promise.all(threads.map(keepBusy));
    return results;
  };
}

/** Either the old file or the new one, whenever the machine stops. */
async function store(path, bytes) {
  const beside = `${path}.new`;
  const file = await open(beside, "w");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
}

async function train(path, count) {
  const threads = Array.from({ length: count }, () => new Worker(new URL(import.meta.url)));
  const plan = {
    key,
    model: () => inChunks(onChunks, evaluatorOn(threads)),
    prompts: chunksOf,
    optimizer: adam({ learningRate: 0.02 }),
    steps: 200,
  };
  const run = existsSync(path)
    ? resume(plan, decodeCheckpoint("pretraining", readFileSync(path)).state)
    : pretrain(plan);
  for await (const { step, snapshot } of run) {
    await store(path, encodeCheckpoint("pretraining", { key, step, state: snapshot }));
    process.stdout.write(`${step}\n`);
  }
  await Promise.all(threads.map((thread) => thread.terminate()));
}

if (isMainThread) {
  await train(process.argv[2], Number(process.argv[3]));
} else {
  const answer = async ({ position, chunk }) => parentPort.postMessage(await onChunks.lossAndGradient(position, chunk));
  parentPort.on("message", (question) => void answer(question));
}
