/// <reference types="node" preserve="true" />
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { tfjsNode } from "../src/backends/tfjs-node.ts";
import { tfjsBackend } from "../src/backends/tfjs.ts";
import type { TensorBackend } from "@onestep/core";

tf.enableProdMode();
const wasmPackage = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
setWasmPaths(join(dirname(wasmPackage), "/"));

/** tfjs-node, or why it is not there. */
export const nativeLibrary: Awaited<ReturnType<typeof tfjsNode>> = await tfjsNode();

const everywhere = ["cpu", "wasm"] as const;

/** The backends of TensorFlow.js that run on this machine, by the names that TensorFlow.js gives them. */
export const tensorflowBackends: readonly ("cpu" | "wasm" | "tensorflow")[] = nativeLibrary.available
  ? [...everywhere, "tensorflow"]
  : everywhere;

/** Makes one backend of TensorFlow.js the active one, and hands out ours over it. */
export async function activate(name: (typeof tensorflowBackends)[number]): Promise<TensorBackend<tf.Tensor>> {
  await tf.setBackend(name);
  await tf.ready();
  return tfjsBackend<tf.Tensor>(tf);
}
