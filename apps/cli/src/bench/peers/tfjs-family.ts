import { tfjsNode } from "@onestep/model";
import type * as Tfjs from "@tensorflow/tfjs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import type { Family } from "../variant.ts";
import { tfjsNaive, tfjsSmart, type Device } from "./tfjs.ts";

/** TensorFlow.js on the backends that this machine has. */
export async function tfjsFamily(): Promise<Readonly<Record<string, Family>>> {
  const library = await optional<typeof Tfjs>("@tensorflow/tfjs");
  const node = await tfjsNode();
  return {
    tfjs: library === undefined ? { missing: "@tensorflow/tfjs is not installed" } : await portable(library),
    "tfjs-node": node.available
      ? nodeFamily({ tf: node.tf as unknown as typeof Tfjs, name: "node", backend: "tensorflow", speed: 1e9 })
      : { missing: node.reason },
  };
}

async function portable(tf: typeof Tfjs): Promise<Family> {
  tf.enableProdMode(); // silences the banner that advertises the native package
  const cpu: Device = { tf, name: "cpu", backend: "cpu", speed: 2e8 };
  const wasm = await wasmDevice(tf);
  return {
    version: tf.version_core,
    variants: [tfjsNaive(cpu), ...(wasm === undefined ? [] : [tfjsNaive(wasm), tfjsSmart(wasm)])],
  };
}

async function wasmDevice(tf: typeof Tfjs): Promise<Device | undefined> {
  const name = "@tensorflow/tfjs-backend-wasm";
  const wasm = await optional<{ setWasmPaths(prefix: string): void }>(name);
  if (wasm === undefined) return undefined;
  wasm.setWasmPaths(`${dirname(createRequire(import.meta.url).resolve(name))}/`);
  return (await tf.setBackend("wasm")) ? { tf, name: "wasm", backend: "wasm", speed: 6e8 } : undefined;
}

function nodeFamily(device: Device): Family {
  return { version: device.tf.version_core, variants: [tfjsSmart(device)] };
}

async function optional<M>(name: string): Promise<M | undefined> {
  try {
    const loaded = (await import(name)) as M & { default?: M };
    return loaded.default ?? loaded;
  } catch {
    return undefined;
  }
}
