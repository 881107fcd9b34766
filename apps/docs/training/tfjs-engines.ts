import { BackendError, type TensorBackend } from "@onestep/core";
import type { BackendName, TrainingEngines } from "@onestep/lab";
import { backendEngine, tfjsBackend, transformerEngine } from "@onestep/model";
import * as tf from "@tensorflow/tfjs-core";

/** How each backend of TensorFlow.js is loaded: one chunk each, from the host of the page. */
const LOADERS: Readonly<Record<string, () => Promise<unknown>>> = {
  cpu: () => import("@tensorflow/tfjs-backend-cpu"),
  wasm: loadWasm,
  webgl: () => import("@tensorflow/tfjs-backend-webgl"),
  webgpu: () => import("@tensorflow/tfjs-backend-webgpu"),
};

/**
 * Opens a backend of TensorFlow.js in this worker.
 *
 * @throws BackendError where the browser, or the machine under it, does not have it
 */
export async function openTfjs(name: BackendName): Promise<TrainingEngines> {
  const device = name.slice("tfjs:".length);
  const load = LOADERS[device];
  if (load === undefined) throw missing(name, "a backend of Node alone");
  tf.enableProdMode();
  try {
    await load();
    if (!(await tf.setBackend(device))) throw missing(name, "a refusal");
    await tf.ready();
  } catch (error) {
    throw error instanceof BackendError ? error : missing(name, error);
  }
  return enginesOn(tfjsBackend(tf));
}

function enginesOn<T>(backend: TensorBackend<T>): TrainingEngines {
  return { layer: backendEngine(backend), transformer: transformerEngine(backend) };
}

/** Its files lie beside the page's own: which of the two runs depends on what the browser can do. */
async function loadWasm(): Promise<void> {
  const [wasm, plain, simd] = await Promise.all([
    import("@tensorflow/tfjs-backend-wasm"),
    import("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url"),
    import("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url"),
  ]);
  // Threads would be workers of this worker, and the models here are too small for them: the third file is never read.
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  wasm.setWasmPaths({
    "tfjs-backend-wasm.wasm": plain.default,
    "tfjs-backend-wasm-simd.wasm": simd.default,
    "tfjs-backend-wasm-threaded-simd.wasm": simd.default,
  });
}

function missing(name: BackendName, cause: unknown): BackendError {
  return new BackendError({
    where: "backend",
    expected: `${name}, which this browser would have to run`,
    arrived: cause instanceof Error ? cause.message : String(cause),
    hint: "our own kernels run everywhere: choose wasm",
    cause,
  });
}
