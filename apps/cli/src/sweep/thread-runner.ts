import type { TrainingConfig, TrainingReport } from "@onestep/lab";
import { openThreadPool, type ThreadPool } from "../threads/thread-pool.ts";
import type { PointRunner } from "./run-points.ts";

/** Threads that train points. */
export function openPointPool(threads: number): ThreadPool<TrainingConfig, number, TrainingReport> {
  return openThreadPool(new URL("./point-worker.js", import.meta.url), threads);
}

/** Trains points on this machine, so many at once. */
export function openThreadRunner(threads: number): PointRunner {
  const pool = openPointPool(threads);
  return {
    run: ({ config }, onProgress) => pool.run(config, onProgress),
    lost: new Promise(() => undefined),
    remark: () => "",
    close: () => pool.close(),
  };
}
