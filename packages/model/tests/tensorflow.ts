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

/** Graphics cards are within a browser's reach only: Node registers no such backend. */
const graphics = ["webgl", "webgpu"].map((name) => ({ name, isHere: tf.findBackendFactory(name) !== null }));

/** The backends of TensorFlow.js that run on this machine, by the names that TensorFlow.js gives them. */
export const tensorflowBackends: readonly string[] = [
  "cpu",
  "wasm",
  ...(nativeLibrary.available ? ["tensorflow"] : []),
  ...graphics.filter(({ isHere }) => isHere).map(({ name }) => name),
];

/** Those that do not, and why. */
export const absentBackends: readonly { readonly name: string; readonly reason: string }[] = [
  ...(nativeLibrary.available ? [] : [{ name: "tfjs-node", reason: nativeLibrary.reason }]),
  ...graphics
    .filter(({ isHere }) => !isHere)
    .map(({ name }) => ({ name: `tfjs:${name}`, reason: "TensorFlow.js offers it in browsers only" })),
];

/** Makes one backend of TensorFlow.js the active one, and hands out ours over it. */
export async function activate(name: string): Promise<TensorBackend<tf.Tensor>> {
  await tf.setBackend(name);
  await tf.ready();
  return tfjsBackend<tf.Tensor>(tf);
}
