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
import type { OpeningMessage, ReleaseMessage, ThreadData } from "./thread.ts";

/** A caller and the threads that help it. */
export interface Team {
  readonly control: Int32Array;
  /** Sends threads what an announced step will need. */
  open(message: Omit<OpeningMessage, "id" | "kind">): number;
  /** Has threads forget an evaluation, and free its kernels. */
  release(id: number): void;
  /**
   * Has all blocks of a step summed, by the caller too.
   *
   * @returns whether all of them were
   * @throws BackendError when a thread has died
   */
  sum(id: number, blocks: number, own: (blocks: BlockRange) => void): boolean;
  close(): Promise<void>;
}

/** Claims of a step for each thread: enough that none waits long for the last. */
const CLAIMS = 4;
/** The most blocks of a claim. */
const MOST_BLOCKS = 16;
/** Milliseconds without a claim done after which its thread must have died within it: no event reaches a caller that waits. */
const PATIENCE = 120_000;

/** Starts threads, and waits until they are ready. */
export async function startTeam(count: number, patience: number = PATIENCE): Promise<Team> {
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
  let death: BackendError | undefined;
  let closing = false;
  for (const thread of threads) {
    thread.unref(); // they sleep between steps, and keep no process alive
    thread.on("error", ({ message }) => (death ??= deathOf(message)));
    thread.on("exit", (code) => {
      if (!closing) death ??= deathOf(`it ended with code ${code}`);
    });
  }
  const send = (message: OpeningMessage | ReleaseMessage): void => {
    for (const thread of threads) thread.postMessage(message);
  };
  const announce = (): void => {
    Atomics.add(control, ANNOUNCED, 1);
    Atomics.notify(control, ANNOUNCED);
  };
  let opened = 0;
  return {
    control,
    open(message) {
      const id = opened++;
      send({ ...message, kind: "open", id });
      return id;
    },
    release(id) {
      send({ kind: "release", id });
      announce(); // of no blocks, so that they read it now
    },
    sum(id, blocks, own) {
      if (death !== undefined) throw death;
      Atomics.store(control, EVALUATION, id);
      Atomics.store(control, GRAIN, Math.min(MOST_BLOCKS, Math.ceil(blocks / (CLAIMS * (count + 1)))));
      Atomics.store(control, DONE, 0);
      Atomics.store(control, FAILED, 0);
      Atomics.store(control, REMAINING, blocks);
      announce();
      for (let range = claimBlocks(control); range !== undefined; range = claimBlocks(control)) {
        try {
          own(range);
        } catch {
          Atomics.store(control, FAILED, 1);
        }
        countDone(control, range);
      }
      for (let done = Atomics.load(control, DONE); done < blocks; done = Atomics.load(control, DONE)) {
        if (Atomics.wait(control, DONE, done, patience) !== "timed-out") continue;
        throw (death = deathOf(`${done} of ${blocks} blocks were summed, and no more in ${patience} ms`));
      }
      return Atomics.load(control, FAILED) === 0;
    },
    async close() {
      closing = true;
      await Promise.all(threads.map((thread) => thread.terminate()));
    },
  };
}

function deathOf(arrived: string): BackendError {
  return new BackendError({
    where: "openThreads",
    expected: "threads that live until they are closed",
    arrived,
    hint: "open threads again, and fewer if memory is short",
  });
}
