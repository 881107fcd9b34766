import { OnestepError } from "@onestep/core";
import { measureStartUp } from "../bench/start-up.ts";
import type { CliContext } from "../context.ts";
import { openEngine } from "../options/backend.ts";
import { backendNames } from "../options/backend-names.ts";
import { settle } from "../outcome.ts";
import { loadOptional, openRedis } from "../queue/redis.ts";

/** The flags of `onestep doctor`. */
export interface DoctorFlags {
  readonly redis?: string;
  readonly json: boolean;
}

/** Whether a thing runs on this machine; where it does not, why, and what to do about it. */
interface Finding {
  readonly available: boolean;
  readonly reason: string | null;
}

/** `onestep doctor`: what runs on this machine. Nothing is installed, and nothing missing is an error. */
export default async function doctor(this: CliContext, flags: DoctorFlags): Promise<void> {
  await settle(this, flags, async () => {
    const backends: (Finding & { readonly name: string })[] = [];
    // One after the other: the backends of TensorFlow.js share one engine.
    for (const name of backendNames) {
      backends.push({ name, ...(await findingOf(() => openEngine(name))) });
    }
    const redis = await redisFinding(flags.redis ?? process.env["ONESTEP_REDIS"] ?? process.env["REDIS_URL"]);
    const document = { node: process.versions.node, backends, redis, kernels: kernels(), startUp: measureStartUp() };
    const { stdout } = this.terminal;
    if (flags.json) {
      stdout.write(`${JSON.stringify(document)}\n`);
      return 0;
    }
    const line = (name: string, { available, reason }: Finding): string =>
      `  ${name.padEnd(12)} ${available ? "works" : `not here: ${reason}`}\n`;
    stdout.write(`node ${document.node}\n\nbackends, for --backend\n`);
    for (const { name, ...finding } of backends) stdout.write(line(name, finding));
    stdout.write(`\nqueue, for sweep and worker\n${line("Redis", redis)}`);
    stdout.write(`\nkernels\n${line("WebAssembly", document.kernels)}`);
    const { milliseconds, ratio } = document.startUp;
    stdout.write(`\nstart-up\n  --help in ${milliseconds.toFixed(0)} ms, ${ratio.toFixed(2)} × node -e 0\n`);
    return 0;
  });
}

async function findingOf(open: () => Promise<unknown>): Promise<Finding> {
  try {
    await open();
    return { available: true, reason: null };
  } catch (error) {
    if (error instanceof OnestepError) return { available: false, reason: `${error.arrived}. Try: ${error.hint}` };
    throw error;
  }
}

/** Whether sweeps can be given to workers: the packages are installed, and the Redis at `url` answers. */
async function redisFinding(url: string | undefined): Promise<Finding & { readonly installed: boolean }> {
  const packages = await findingOf(async () => [await loadOptional("bullmq"), await loadOptional("ioredis")]);
  if (!packages.available) return { installed: false, ...packages };
  if (url !== undefined) return { installed: true, ...(await findingOf(async () => (await openRedis(url)).close([]))) };
  const reason =
    "no address, and bullmq and ioredis are installed. Try: --redis redis://localhost:6379, or ONESTEP_REDIS";
  return { installed: true, available: false, reason };
}

declare const WebAssembly: { validate(bytes: Uint8Array): boolean } | undefined;

/** The smallest module with an instruction on vectors: `i8x16.popcnt(i8x16.splat(0))`. */
const simd = Buffer.from("AGFzbQEAAAABBQFgAAF7AwIBAAoKAQgAQQD9D/1iCw==", "base64");

/** Kernels are WebAssembly on vectors; without it their plain twins run, with the same numbers. */
function kernels(): Finding {
  const available = typeof WebAssembly !== "undefined" && WebAssembly.validate(simd);
  const reason = "no vector instructions in WebAssembly: the same numbers, more slowly. Try: a newer Node";
  return { available, reason: available ? null : reason };
}
