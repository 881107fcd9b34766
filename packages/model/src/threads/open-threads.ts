import { DomainError } from "@onestep/core";
import { openDeep, openOneLayer, type Deep, type OneLayer } from "@onestep/kernels";
import { HELD, HELPED } from "./control.ts";
import { shareSteps } from "./share-steps.ts";
import { startTeam } from "./team.ts";

/** An evaluation of which all threads hold a copy, until it is disposed of, or collected as garbage. */
export type Shared<Evaluation> = Evaluation & {
  /** Frees what the threads hold; it may be used again. */
  dispose(): void;
};

/** Threads that share the minibatches of one caller. */
export interface Threads {
  /** How many help the caller, who works as well. */
  readonly count: number;
  /** Blocks that they have summed so far. */
  readonly helped: number;
  /** Evaluations that they hold, each of them counted. */
  readonly held: number;
  /** `openOneLayer` of `@onestep/kernels`, with `lossAndGradient` on all threads. */
  readonly openOneLayer: (...law: Parameters<typeof openOneLayer>) => Shared<OneLayer>;
  /** `openDeep` of `@onestep/kernels`, with `lossAndGradient` on all threads. */
  readonly openDeep: (...law: Parameters<typeof openDeep>) => Shared<Deep>;
  /** Ends the threads. They keep no process alive, so that a program may also just end. */
  close(): Promise<void>;
}

/**
 * Starts threads that share minibatches of drawn prompts, for `layerOnDrawnPrompts` and `transformerOnDrawnPrompts`, in
 * Node. A step costs no message: parameters and the sums of blocks lie in shared memory, and whoever is free takes the
 * next blocks. The sums are added in the order of the blocks, so that every number of threads gives the same bytes.
 *
 * A call returns when its minibatch is done, and the caller's thread waits meanwhile; one minibatch is evaluated at a time.
 *
 * @param count how many threads help the caller; 0 is none
 * @throws DomainError unless it is a whole number from 0 on
 *
 * @example
 * const law = { contextLength: 20, covariates: isotropic(5), tasks: isotropic(5), noiseVariance: 0.25 };
 * const minibatch = { key: randomKey(0), count: 1000 };
 * const threads = await openThreads(1);
 * const shared = layerOnDrawnPrompts(law, {}, threads.openOneLayer);
 * const alone = layerOnDrawnPrompts(law);
 * const position = new Float64Array(alone.size).fill(0.1);
 * const [one, two] = [await shared.lossAndGradient(position, minibatch), await alone.lossAndGradient(position, minibatch)];
 * await threads.close();
 * one.loss === two.loss; // => true
 */
export async function openThreads(count: number): Promise<Threads> {
  if (!(Number.isSafeInteger(count) && count >= 0)) {
    throw new DomainError({
      where: "openThreads",
      expected: "a whole number of threads from 0 on",
      arrived: String(count),
      hint: "one less than there are cores, because the caller works too",
    });
  }
  const team = await startTeam(count);
  return {
    count,
    get helped() {
      return Atomics.load(team.control, HELPED);
    },
    get held() {
      return Atomics.load(team.control, HELD);
    },
    openOneLayer: (law, options) => {
      const own = openOneLayer(law, options);
      const steps = shareSteps(team, { kind: "one layer", law, options }, own);
      return {
        ...own,
        get escalations() {
          return steps.escalations();
        },
        dispose: () => steps.dispose(),
        lossAndGradient: (parameters, prompts, gradient) => {
          const parts = [parameters.keyQuery, parameters.valueProjection];
          const sums = steps.sum(parts, prompts, (blocks, into) =>
            own.writeBlockSums(parameters, prompts, blocks, into),
          );
          return own.reduceBlockSums(sums, prompts.count, gradient);
        },
      };
    },
    openDeep: (law, layers, options) => {
      const own = openDeep(law, layers, options);
      const steps = shareSteps(team, { kind: "deep", law, layers, options }, own);
      return {
        ...own,
        get escalations() {
          return steps.escalations();
        },
        dispose: () => steps.dispose(),
        lossAndGradient: (weights, prompts, gradient) => {
          const parts = [...weights.valueProjections, ...weights.keyQueries];
          const sums = steps.sum(parts, prompts, (blocks, into) => own.writeBlockSums(weights, prompts, blocks, into));
          return own.reduceBlockSums(weights, sums, prompts.count, gradient);
        },
      };
    },
    close: () => team.close(),
  };
}
