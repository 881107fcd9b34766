import type { RandomKey } from "@onestep/core";
import type { BlockRange } from "./control.ts";
import type { EvaluationPlan } from "./evaluation.ts";
import { stepBytes, stepMemory, writePrompts, type StepMemory } from "./step-memory.ts";
import type { Team } from "./team.ts";

/** What all evaluations of minibatches have. */
interface Blocks {
  readonly sumsLength: number;
  readonly escalations: number;
  blockCount(count: number): number;
}

/** The steps of one evaluation. */
export interface SharedSteps {
  /**
   * The sums of all blocks of a minibatch, one after another.
   *
   * @param parts the parameters, in the order in which threads read them
   * @param sumOwn sums blocks on this thread, and refuses parameters or prompts that are none
   */
  sum(
    parts: readonly Float64Array[],
    prompts: { readonly key: RandomKey; readonly first: number; readonly count: number },
    sumOwn: (blocks: BlockRange, into: Float64Array) => void,
  ): Float64Array;
  /** Of all threads. */
  escalations(): number;
  /** Has the threads forget it; a later step opens it again. */
  dispose(): void;
}

/** What threads hold of an evaluation: apart from it, so that it can be collected. */
interface Holding {
  readonly team: Team;
  id: number | undefined;
}

/** Evaluations that nobody holds any more are forgotten by their threads too. */
const collected = new FinalizationRegistry<Holding>(release);

function release(holding: Holding): void {
  if (holding.id !== undefined) holding.team.release(holding.id);
  holding.id = undefined;
}

/** Lets a team sum the blocks of an evaluation that the caller has opened as `own`. */
export function shareSteps(team: Team, plan: EvaluationPlan, own: Blocks): SharedSteps {
  let memory: StepMemory | undefined;
  const holding: Holding = { team, id: undefined };
  let escalatedBefore = 0;
  const nothing = new Float64Array(0);

  const reserve = (parameters: number, sums: number): StepMemory => {
    if (memory !== undefined && memory.sums.length >= sums) return memory;
    escalatedBefore += memory?.escalated[0] ?? 0;
    const sizes = { parameters, sums };
    const buffer = new SharedArrayBuffer(stepBytes(sizes));
    memory = stepMemory(buffer, sizes);
    release(holding); // one that was too small
    holding.id = team.open({ plan, sizes, buffer });
    return memory;
  };

  const steps: SharedSteps = {
    sum(parts, prompts, sumOwn) {
      sumOwn({ from: 0, to: 0 }, nothing); // a gate, before anything is shared
      const blocks = own.blockCount(prompts.count);
      const size = parts.reduce((total, { length }) => total + length, 0);
      const { sums, parameters, ...address } = reserve(size, blocks * own.sumsLength);
      let at = 0;
      for (const part of parts) {
        parameters.set(part, at);
        at += part.length;
      }
      writePrompts({ ...address, sums, parameters }, prompts.key, prompts.first, prompts.count);
      const sumHere = (range: BlockRange): void =>
        sumOwn(range, sums.subarray(range.from * own.sumsLength, range.to * own.sumsLength));
      if (!team.sum(holding.id!, blocks, sumHere)) sumHere({ from: 0, to: blocks });
      return sums.subarray(0, blocks * own.sumsLength);
    },
    escalations: () => own.escalations + escalatedBefore + (memory?.escalated[0] ?? 0),
    dispose() {
      escalatedBefore += memory?.escalated[0] ?? 0;
      memory = undefined;
      release(holding);
    },
  };
  collected.register(steps, holding);
  return steps;
}
