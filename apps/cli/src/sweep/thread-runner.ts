import type { TrainingConfig, TrainingReport } from "@onestep/lab";
import { openThreadPool, type ThreadPool } from "../threads/thread-pool.ts";
import type { PointRunner } from "./run-points.ts";

const idle = new Promise<never>(() => undefined);

/** Threads that train points. */
export function openPointPool(threads: number): ThreadPool<TrainingConfig, number, TrainingReport> {
  return openThreadPool(new URL("./point-worker.js", import.meta.url), threads);
}

/** Trains points on this machine, so many at once; where nothing is left to train, no thread is started. */
export function openThreadRunner(threads: number): PointRunner {
  if (threads === 0) return { run: () => idle, lost: idle, remark: () => "", close: () => Promise.resolve() };
  const pool = openPointPool(threads);
  return {
    run: ({ config }, onProgress) => pool.run(config, onProgress),
    lost: idle,
    remark: () => "",
    close: () => pool.close(),
  };
}
