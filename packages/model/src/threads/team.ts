import { BackendError } from "@onestep/core";
import { Worker } from "node:worker_threads";
import {
  ANNOUNCED,
  claimBlocks,
  CONTROL_WORDS,
  countDone,
  DONE,
  EVALUATION,
  FAILED,
  GRAIN,
  REMAINING,
  type BlockRange,
} from "./control.ts";
import type { OpeningMessage, ThreadData } from "./thread.ts";

/** A caller and the threads that help it. */
export interface Team {
  readonly control: Int32Array;
  /** Sends threads what an announced step will need. */
  open(message: Omit<OpeningMessage, "id">): number;
  /**
   * Has all blocks of a step summed, by the caller too.
   *
   * @returns whether all of them were
   */
  sum(id: number, blocks: number, own: (blocks: BlockRange) => void): boolean;
  close(): Promise<void>;
}

/** Claims of a step for each thread: enough that none waits long for the last. */
const CLAIMS = 4;
/** The most blocks of a claim. */
const MOST_BLOCKS = 16;
/** Milliseconds without a block done after which a thread must have died: no claim takes a hundredth of that. */
const PATIENCE = 600_000;

/** Starts threads, and waits until they are ready. */
export async function startTeam(count: number): Promise<Team> {
  const shared = new SharedArrayBuffer(4 * CONTROL_WORDS);
  const control = new Int32Array(shared);
  const workerData: ThreadData = { control: shared };
  const threads = Array.from(
    { length: count },
    () => new Worker(new URL("./thread.js", import.meta.url), { workerData }),
  );
  await Promise.all(
    threads.map(
      (thread) =>
        new Promise((resolve, reject) => {
          thread.once("message", resolve);
          thread.once("error", reject);
        }),
    ),
  );
  // They sleep between steps, and keep no process alive.
  for (const thread of threads) thread.unref();
  let opened = 0;
  return {
    control,
    open(message) {
      const id = opened++;
      for (const thread of threads) thread.postMessage({ ...message, id });
      return id;
    },
    sum(id, blocks, own) {
      Atomics.store(control, EVALUATION, id);
      Atomics.store(control, GRAIN, Math.min(MOST_BLOCKS, Math.ceil(blocks / (CLAIMS * (count + 1)))));
      Atomics.store(control, DONE, 0);
      Atomics.store(control, FAILED, 0);
      Atomics.store(control, REMAINING, blocks);
      Atomics.add(control, ANNOUNCED, 1);
      Atomics.notify(control, ANNOUNCED);
      for (let range = claimBlocks(control); range !== undefined; range = claimBlocks(control)) {
        try {
          own(range);
        } catch {
          Atomics.store(control, FAILED, 1);
        }
        countDone(control, range);
      }
      for (let done = Atomics.load(control, DONE); done < blocks; done = Atomics.load(control, DONE)) {
        if (Atomics.wait(control, DONE, done, PATIENCE) !== "timed-out") continue;
        throw new BackendError({
          where: "openThreads",
          expected: `${blocks} blocks to be summed`,
          arrived: `${done}, and nothing more in ten minutes`,
          hint: "a thread has died, perhaps for lack of memory: start over with fewer",
        });
      }
      return Atomics.load(control, FAILED) === 0;
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.terminate()));
    },
  };
}
