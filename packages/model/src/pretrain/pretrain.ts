import { childKey, type LsaParameters, type Matrix, type PromptBatch, type RandomKey } from "@onestep/core";
import type { Optimizer, OptimizerState } from "../optimizers/optimizer.ts";
import { drawInitialPosition } from "./initial-position.ts";
import { requireCount, requirePart, requireScales } from "./plan-checks.ts";
import { extendTail, startTail, tailMean, tailStart, type TailAverage } from "./tail-average.ts";
import type { Trainable } from "./trainable.ts";

/** How a model of parameters P is pre-trained on minibatches B. */
export interface PretrainingPlan<P = LsaParameters<Matrix>, B = PromptBatch> {
  /** The address of the initial draws; prompts have addresses of their own. */
  readonly key: RandomKey;
  /** The model, which may measure its coordinates on the first minibatch: `layerInTokenFrame(engine)` for one layer. */
  readonly model: (first: B) => Trainable<P, B>;
  /** The minibatch of a step, 0 ≤ step < steps: fresh prompts, never seen before. */
  readonly prompts: (step: number) => B;
  readonly optimizer: Optimizer;
  readonly steps: number;
  /** The learning rate's factor when a fraction of the run is done, from 0 to 1; default 1 throughout. */
  readonly schedule?: (done: number) => number;
  /**
   * Standard deviation of the initial numbers of a position; default 0.1. Of several scales, the starts of a
   * race take one after the other in turn.
   */
  readonly initialScale?: number | readonly number[];
  /** Several random starts race before the run proper; without it there is one start and no race. */
  readonly screening?: ScreeningPlan;
  /** The part of the run, from its end, over which positions are averaged; default 0.6. */
  readonly averagedPart?: number;
  /** Ends the run after the current step once it is aborted; an `AbortSignal` fits. */
  readonly signal?: { readonly aborted: boolean };
}

/**
 * A race of random starts. Linear attention has spurious stationary points, layers that attend by covariates instead of
 * responses, and a start may fall into one. All starts see the same prompts; when the race is over, the one with the
 * smallest training loss goes on with the plan's optimizer.
 */
export interface ScreeningPlan {
  readonly starts: number;
  /** The first steps of the run. */
  readonly steps: number;
  readonly optimizer: Optimizer;
  /** The optimizer's factor when a fraction of the race is done; default 1 throughout. */
  readonly schedule?: (done: number) => number;
}

/** A run after some step. */
export interface PretrainingState<P = LsaParameters<Matrix>> {
  /** Steps done. */
  readonly step: number;
  /** The batch loss of the last step, on prompts that the parameters had not seen. */
  readonly loss: number;
  /** The model as trained so far: the average over the tail once that has begun, the current position before. */
  readonly parameters: P;
  /** Averages over the completed equal blocks of the tail: their spread shows the sampling error of `parameters`. */
  readonly blocks: readonly P[];
  /** `"diverged"` carries the last finite parameters. */
  readonly status: "running" | "finished" | "interrupted" | "diverged";
}

/** A start in the race: where it is, what its optimizer remembers, and its training loss now and lately. */
interface Runner {
  readonly position: Float64Array;
  readonly memory: OptimizerState;
  readonly loss: number;
  /** Undefined before the first step. */
  readonly recentLoss: number | undefined;
}

/** The weight of the newest batch in a runner's recent loss: about the last 20 steps count. */
const RECENT = 0.05;

/**
 * Pre-trains a model on freshly sampled prompts, from small random parameters, and yields the state after every step.
 * Nothing about the law but its prompts is used.
 *
 * The result is the average of the positions over the run's tail: with a constant learning rate the last position
 * fluctuates around the minimiser, while the average converges to it at the rate of a sample mean.
 *
 * @throws DomainError for a plan that is no plan; BackendError from the model's engine
 *
 * Source: averaging: Polyak & Juditsky, SIAM J. Control Optim. 30(4), 1992, Theorem 1.
 */
export async function* pretrain<P, B>(
  plan: PretrainingPlan<P, B>,
): AsyncGenerator<PretrainingState<P>, void, undefined> {
  const steps = requireCount("steps", plan.steps);
  const race = screeningOf(plan);
  const scales = requireScales("initialScale", plan.initialScale ?? 0.1);
  let tail: TailAverage = startTail(steps, requirePart("averagedPart", plan.averagedPart ?? 0.6));
  // Never before the race is over: an average over two starts is neither.
  const averagingFrom = tail.blockLength === 0 ? steps : Math.max(tailStart(steps, tail), race.steps);
  const first = plan.prompts(0);
  const model = plan.model(first);
  let runners: readonly Runner[] = Array.from({ length: race.starts }, (_, start) => {
    const scale = scales[start % scales.length];
    const position = drawInitialPosition(childKey(plan.key, "start", start), model.size, scale);
    return { position, memory: race.optimizer.start(model.size), loss: 0, recentLoss: undefined };
  });

  for (let step = 0; step < steps; step++) {
    const prompts = step === 0 ? first : plan.prompts(step);
    if (step === race.steps) runners = [startAgain(leaderOf(runners), plan.optimizer)];
    const racing = step < race.steps;
    const optimizer = racing ? race.optimizer : plan.optimizer;
    const rate = (racing ? race.schedule?.(step / race.steps) : plan.schedule?.(step / steps)) ?? 1;
    const moved: Runner[] = [];
    for (const runner of runners) moved.push(await advance(runner, prompts, model, optimizer, rate));
    const finite = moved.filter(({ position, loss }) => position.every(Number.isFinite) && Number.isFinite(loss));
    if (finite.length === 0) {
      yield stateOf(model, leaderOf(runners), tail, step, "diverged");
      return;
    }
    runners = finite;
    const leader = leaderOf(runners);
    if (step >= averagingFrom) tail = extendTail(tail, leader.position);
    const status = step === steps - 1 ? "finished" : plan.signal?.aborted === true ? "interrupted" : "running";
    yield stateOf(model, leader, tail, step + 1, status);
    if (status !== "running") return;
  }
}

async function advance<P, B>(
  runner: Runner,
  prompts: B,
  model: Trainable<P, B>,
  optimizer: Optimizer,
  rate: number,
): Promise<Runner> {
  const { loss, gradient } = await model.lossAndGradient(runner.position, prompts);
  const { position, state } = optimizer.move(runner.position, gradient, runner.memory, rate);
  const recentLoss = (1 - RECENT) * (runner.recentLoss ?? loss) + RECENT * loss;
  return { position, memory: state, loss, recentLoss };
}

/** The race of a plan; a plan without one has a single start and no steps of racing. */
function screeningOf<P, B>({ screening, optimizer }: PretrainingPlan<P, B>): ScreeningPlan {
  if (screening === undefined) return { starts: 1, steps: 0, optimizer };
  requireCount("screening.starts", screening.starts);
  requireCount("screening.steps", screening.steps);
  return screening;
}

function startAgain(runner: Runner, optimizer: Optimizer): Runner {
  return { ...runner, memory: optimizer.start(runner.position.length) };
}

function leaderOf(runners: readonly Runner[]): Runner {
  const recent = ({ recentLoss }: Runner): number => recentLoss ?? Infinity;
  return runners.reduce((leader, runner) => (recent(runner) < recent(leader) ? runner : leader));
}

function stateOf<P, B>(
  { unpack }: Trainable<P, B>,
  leader: Runner,
  tail: TailAverage,
  step: number,
  status: PretrainingState["status"],
): PretrainingState<P> {
  return {
    step,
    loss: leader.loss,
    parameters: unpack(tailMean(tail) ?? leader.position),
    blocks: tail.blocks.filter(({ count }) => count === tail.blockLength).map(({ mean }) => unpack(mean)),
    status,
  };
}
