// A thread of a team: sleeps until a step is announced, and sums blocks of it while there are any.

import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { ANNOUNCED, claimBlocks, countDone, EVALUATION, FAILED, HELD, HELPED } from "./control.ts";
import { openEvaluation, type Evaluation, type EvaluationPlan } from "./evaluation.ts";
import { stepMemory, type StepMemory, type StepSizes } from "./step-memory.ts";

/** What the caller sends before it announces a step of a new evaluation. */
export interface OpeningMessage {
  readonly kind: "open";
  readonly id: number;
  readonly plan: EvaluationPlan;
  readonly sizes: StepSizes;
  readonly buffer: SharedArrayBuffer;
}

/** What the caller sends of an evaluation that has no more steps. */
export interface ReleaseMessage {
  readonly kind: "release";
  readonly id: number;
}

/** What a thread works with. */
export interface ThreadData {
  readonly control: SharedArrayBuffer;
}

const port = parentPort!;
const control = new Int32Array((workerData as ThreadData).control);
const open = new Map<number, { evaluation: Evaluation; memory: StepMemory }>();

/** Reads the messages that wait in line: this thread never returns to its event loop. */
function readMessages(): void {
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
    const message = next.message as OpeningMessage | ReleaseMessage;
    const before = open.size;
    if (message.kind === "release") open.delete(message.id);
    else
      open.set(message.id, {
        evaluation: openEvaluation(message.plan),
        memory: stepMemory(message.buffer, message.sizes),
      });
    Atomics.add(control, HELD, open.size - before);
  }
}

port.postMessage("ready");
for (;;) {
  const announced = Atomics.load(control, ANNOUNCED);
  for (let blocks = claimBlocks(control); blocks !== undefined; blocks = claimBlocks(control)) {
    try {
      readMessages(); // sent before the step was announced
      const { evaluation, memory } = open.get(Atomics.load(control, EVALUATION))!;
      const before = evaluation.escalations;
      evaluation.sumBlocks(memory, blocks);
      Atomics.add(memory.escalated, 0, evaluation.escalations - before);
      Atomics.add(control, HELPED, blocks.to - blocks.from);
    } catch {
      Atomics.store(control, FAILED, 1); // the caller sums the step again, and meets the error itself
    }
    countDone(control, blocks);
  }
  readMessages();
  Atomics.wait(control, ANNOUNCED, announced);
}
