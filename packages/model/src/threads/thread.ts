// A thread of a team: sleeps until a step is announced, and sums blocks of it while there are any.

import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { ANNOUNCED, claimBlocks, countDone, EVALUATION, FAILED, HELPED } from "./control.ts";
import { openEvaluation, type Evaluation, type EvaluationPlan } from "./evaluation.ts";
import { stepMemory, type StepMemory, type StepSizes } from "./step-memory.ts";

/** What the caller sends before it announces a step of a new evaluation, or of one that has grown. */
export interface OpeningMessage {
  readonly id: number;
  /** The evaluation that has grown into this one. */
  readonly replaces: number | undefined;
  readonly plan: EvaluationPlan;
  readonly sizes: StepSizes;
  readonly buffer: SharedArrayBuffer;
}

/** What a thread works with. */
export interface ThreadData {
  readonly control: SharedArrayBuffer;
}

const port = parentPort!;
const control = new Int32Array((workerData as ThreadData).control);
const open = new Map<number, { evaluation: Evaluation; memory: StepMemory }>();

/** The evaluation of the step; messages wait in line, because this thread never returns to its event loop. */
function current(): { evaluation: Evaluation; memory: StepMemory } {
  const id = Atomics.load(control, EVALUATION);
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
    const { id, replaces, plan, sizes, buffer } = next.message as OpeningMessage;
    if (replaces !== undefined) open.delete(replaces);
    open.set(id, { evaluation: openEvaluation(plan), memory: stepMemory(buffer, sizes) });
  }
  return open.get(id)!;
}

port.postMessage("ready");
for (;;) {
  const announced = Atomics.load(control, ANNOUNCED);
  for (let blocks = claimBlocks(control); blocks !== undefined; blocks = claimBlocks(control)) {
    try {
      const { evaluation, memory } = current();
      const before = evaluation.escalations;
      evaluation.sumBlocks(memory, blocks);
      Atomics.add(memory.escalated, 0, evaluation.escalations - before);
      Atomics.add(control, HELPED, blocks.to - blocks.from);
    } catch {
      Atomics.store(control, FAILED, 1); // the caller sums the step again, and meets the error itself
    }
    countDone(control, blocks);
  }
  Atomics.wait(control, ANNOUNCED, announced);
}
