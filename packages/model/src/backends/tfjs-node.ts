import type { TensorBackend } from "@onestep/core";
import { tfjsBackend, type TfjsAutodiff, type TfjsTensor } from "./tfjs.ts";

/** TensorFlow's native library, ready for use, or why it is not there. */
export type TfjsNode =
  | {
      readonly available: true;
      /** The module: the same engine as `@tensorflow/tfjs`, with one backend more. */
      readonly tf: TfjsAutodiff<TfjsTensor>;
      readonly backend: TensorBackend<TfjsTensor>;
    }
  | { readonly available: false; readonly reason: string };

/** The part of the module that only this file touches. */
interface TfjsNodeModule extends TfjsAutodiff<TfjsTensor> {
  setBackend(name: string): Promise<boolean>;
}

/** The part of Node that matters here; a browser has no such thing. */
interface NodeProcess {
  readonly env: Record<string, string | undefined>;
  readonly versions: { readonly node?: string };
  getBuiltinModule?(name: "node:util"): Record<string, unknown>;
}

// A name in a variable: a bundler that meets a literal would try to pack the native library.
const packageName: string = "@tensorflow/tfjs-node";

/**
 * Loads tfjs-node where it is installed and works, and makes its backend the active one. Never throws and never prints:
 * libtensorflow is asked to keep quiet, unless its environment variables say otherwise. A worker thread has to share the
 * environment, `new Worker(…, { env: SHARE_ENV })`, or libtensorflow will not hear.
 *
 * @param load imports the package; give one that imports `@tensorflow/tfjs-node-gpu` for a graphics processor
 * @returns the backend `"tfjs-node"`, or a reason that says what to do
 *
 * @example
 * const absent = await tfjsNode(() => Promise.reject(Object.assign(new Error(), { code: "ERR_MODULE_NOT_FOUND" })));
 * absent.reason; // => "@tensorflow/tfjs-node is not installed: npm install @tensorflow/tfjs-node"
 */
export async function tfjsNode(
  load: () => Promise<unknown> = () => import(/* @vite-ignore */ packageName),
): Promise<TfjsNode> {
  const { process } = globalThis as { process?: NodeProcess };
  if (process?.versions?.node === undefined) {
    return { available: false, reason: "tfjs-node runs in Node.js only: use @tensorflow/tfjs here" };
  }
  try {
    process.env["TF_CPP_MIN_LOG_LEVEL"] ??= "2";
    process.env["TF_ENABLE_ONEDNN_OPTS"] ??= "0"; // the order of sums shall not depend on the processor
    restoreUtil(process);
    const loaded = (await load()) as TfjsNodeModule & { readonly default?: TfjsNodeModule };
    const tf = loaded.default ?? loaded;
    await tf.setBackend("tensorflow");
    return { available: true, tf, backend: tfjsBackend(tf) };
  } catch (error) {
    return { available: false, reason: reasonOf(error) };
  }
}

/** Node 23 dropped two functions that tfjs-node calls. */
function restoreUtil(process: NodeProcess): void {
  const util = process.getBuiltinModule?.("node:util");
  if (util === undefined) return;
  util["isArray"] ??= Array.isArray;
  util["isNullOrUndefined"] ??= (value: unknown) => value === undefined || value === null;
}

/** A value as text, be it one that has none: an object without a prototype. */
function describe(value: unknown): string {
  return typeof value === "object" && value !== null ? Object.prototype.toString.call(value) : String(value);
}

function reasonOf(error: unknown): string {
  // Whatever it was rejected with, undefined included.
  const { code, message } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  if (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND") {
    return `${packageName} is not installed: npm install ${packageName}`;
  }
  const [firstLine] = (typeof message === "string" ? message : describe(error)).split("\n");
  if (firstLine.includes("native addon")) {
    return `${packageName} has no native addon: npm rebuild ${packageName}, or npm run tfjs-node:setup in onestep's repository`;
  }
  return `${packageName} does not load: ${firstLine}`;
}
