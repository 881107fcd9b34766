import { BackendError, float64Backend, type TensorBackend } from "@onestep/core";
import { browserBackendNames, type TrainingEngines } from "@onestep/lab";
import {
  backendEngine,
  float64Engine,
  kernelEngine,
  tfjsBackend,
  tfjsNode,
  transformerEngine,
  type LsaEngine,
  type TfjsLibrary,
  type TfjsTensor,
} from "@onestep/model";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { BackendName } from "./backend-names.ts";

/** The part of TensorFlow.js that only a host program touches. */
interface TfjsModule extends TfjsLibrary<TfjsTensor> {
  enableProdMode(): void;
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
}

/**
 * Opens the engine of one layer that a backend's name stands for.
 *
 * @throws BackendError when TensorFlow.js is not installed or its backend does not start
 */
export async function openEngine(name: BackendName): Promise<LsaEngine> {
  return (await openEngines(name)).layer;
}

/**
 * Opens the engines of one layer and of many. Beside our kernels transformers run in float64.
 *
 * @throws BackendError when TensorFlow.js is not installed or its backend does not start
 */
export async function openEngines(name: BackendName): Promise<TrainingEngines> {
  const transformer = transformerEngine(float64Backend());
  if (name === "float64") return { layer: float64Engine(), transformer };
  if (name === "wasm") return { layer: kernelEngine(), transformer };
  if (name === "wasm-f32") return { layer: kernelEngine({ precision: "float32" }), transformer };
  return name === "tfjs-node" ? openNative() : openTfjs(name);
}

async function openTfjs(name: BackendName): Promise<TrainingEngines> {
  if (browserBackendNames.some((other) => other === name)) throw onlyInBrowsers(name);
  const tf = await loadOptional<TfjsModule>("@tensorflow/tfjs", name);
  tf.enableProdMode(); // silences the banner that advertises the native package
  const device = name.slice("tfjs:".length);
  if (device === "wasm") {
    const wasm = await loadOptional<{ setWasmPaths(prefix: string): void }>("@tensorflow/tfjs-backend-wasm", name);
    const entry = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
    wasm.setWasmPaths(`${join(dirname(entry))}/`);
  }
  if (!(await tf.setBackend(device))) {
    throw new BackendError({
      where: "--backend",
      expected: `the ${device} backend of TensorFlow.js to start`,
      arrived: "a refusal",
      hint: "use --backend float64, which needs nothing installed",
    });
  }
  await tf.ready();
  return enginesOn(tfjsBackend(tf));
}

function enginesOn<T>(backend: TensorBackend<T>): TrainingEngines {
  return { layer: backendEngine(backend), transformer: transformerEngine(backend) };
}

async function openNative(): Promise<TrainingEngines> {
  const found = await tfjsNode();
  if (found.available) return enginesOn(found.backend);
  throw new BackendError({
    where: "--backend",
    expected: "TensorFlow's native library, which tfjs-node runs on",
    arrived: found.reason,
    hint: "use --backend float64, which needs nothing installed",
  });
}

function onlyInBrowsers(name: BackendName): BackendError {
  return new BackendError({
    where: "--backend",
    expected: "a backend that runs outside of browsers",
    arrived: name,
    hint: "use --backend wasm; the laboratory of the site trains on a graphics processor",
  });
}

async function loadOptional<M>(packageName: string, backend: BackendName): Promise<M> {
  try {
    const loaded = (await import(packageName)) as M & { default?: M };
    return loaded.default ?? loaded;
  } catch (error) {
    throw new BackendError({
      where: "--backend",
      expected: `${packageName}, which ${backend} runs on`,
      arrived: "no such package",
      hint: `npm install ${packageName}, or use --backend float64`,
      cause: error,
    });
  }
}
