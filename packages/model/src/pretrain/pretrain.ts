import { childKey } from "@onestep/core";
import { lossWithoutNaN } from "../engine/overflow.ts";
import type { Optimizer } from "../optimizers/optimizer.ts";
import { drawInitialPosition } from "./initial-position.ts";
import { requireCount, requirePart } from "./plan-checks.ts";
import { raceOf, type PretrainingPlan } from "./plan.ts";
import { recordOf, requireSnapshotOf, type PlanRecord, type PretrainingSnapshot, type Runner } from "./snapshot.ts";
import type { PretrainingState } from "./state.ts";
import { extendTail, startTail, tailMean, tailStart } from "./tail-average.ts";
import type { Trainable } from "./trainable.ts";

/** The weight of the newest batch in a runner's recent loss: about the last 20 steps count. */
const RECENT = 0.05;

/**
 * Pre-trains a model on freshly sampled prompts, from small random parameters, and yields the state after every step.
 * Nothing about the law but its prompts is used.
 *
 * The result is the average of the positions over the run's tail: with a constant learning rate the last position
 * fluctuates around the minimiser, while the average converges to it at the rate of a sample mean.
 *
 * What a minibatch is, and how much of the mean over it is taken in closed form, is the model's affair:
 *
 * - `layerInTokenFrame(engine)`, `trainableTransformer(family, engine)`: rows, on any engine
 * - `layerOnStatistics()`, `transformerOnStatistics(family)`: what attention sees of a context, without rows
 * - `layerOnDrawnPrompts(law)`, `transformerOnDrawnPrompts(family, law)`: prompts that kernels draw where they evaluate
 *   them; with `{ method: "rao-blackwell" }` the query and most of the context are integrated out
 * - `layerOnPopulation(law)`, `trainableOnPopulation(family, law)`: the exact loss, without prompts
 *
 * @throws DomainError for a plan that is no plan; BackendError from the model's engine
 *
 * Source: averaging: Polyak & Juditsky, SIAM J. Control Optim. 30(4), 1992, Theorem 1.
 *
 * @example
 * const law = { contextLength: 20, covariates: isotropic(5), tasks: isotropic(5), noiseVariance: 0 };
 * const plan = { key: randomKey(0), optimizer: adam({ learningRate: 0.1 }), steps: 300, averagedPart: 0.2 };
 * const stepSize = async (run) => {
 *   let last;
 *   for await (const { parameters } of run) last = parameters;
 *   return inducedStep(last).preconditioner.values[0];
 * };
 * const drawn = pretrain({
 *   ...plan,
 *   model: () => layerOnDrawnPrompts(law, { method: "rao-blackwell" }),
 *   prompts: (step) => ({ key: childKey(randomKey(0), "train", step), count: 192 }),
 * });
 * const exact = pretrain({ ...plan, model: () => layerOnPopulation(law), prompts: () => undefined });
 * // η* = 1/(n + d + 1) = 1/26
 * Math.abs(26 * (await stepSize(drawn)) - 1) < 0.02; // => true
 * Math.abs(26 * (await stepSize(exact)) - 1) < 0.01; // => true
 */
export function pretrain<P, B>(plan: PretrainingPlan<P, B>): AsyncGenerator<PretrainingState<P>, void, undefined> {
  return run(plan, (record, model) => {
    const scales = record.initialScale;
    const { starts, optimizer } = raceOf(plan);
    const runners = Array.from({ length: starts }, (_, start): Runner => {
      const position = drawInitialPosition(
        childKey(plan.key, "start", start),
        model.size,
        scales[start % scales.length],
      );
      return { position, memory: optimizer.start(model.size) };
    });
    return { version: 1, plan: record, step: 0, runners, tail: startTail(record.steps, record.averagedPart) };
  });
}

/**
 * Goes on with a run from a snapshot, and yields the states that the run, had it never stopped, would have yielded after
 * it, bit by bit. The prompts of step 0 are asked for again, because a model may measure its coordinates on them.
 *
 * @param plan the plan that made the snapshot; its functions have to be the same too, which nobody can check
 * @throws DomainError for a snapshot of another plan, or of a newer version; and as `pretrain`
 */
export function resume<P, B>(
  plan: PretrainingPlan<P, B>,
  snapshot: PretrainingSnapshot,
): AsyncGenerator<PretrainingState<P>, void, undefined> {
  return run(plan, (record) => {
    requireSnapshotOf(record, snapshot);
    return snapshot;
  });
}

async function* run<P, B>(
  plan: PretrainingPlan<P, B>,
  begin: (record: PlanRecord, model: Trainable<P, B>) => PretrainingSnapshot,
): AsyncGenerator<PretrainingState<P>, void, undefined> {
  const race = raceOf(plan);
  requirePlan(plan);
  const first = plan.prompts(0);
  const model = plan.model(first);
  const record = recordOf(plan, model.size);
  let now = begin(record, model);
  // Never before the race is over: an average over two starts is neither.
  const averagingFrom =
    now.tail.blockLength === 0 ? record.steps : Math.max(tailStart(record.steps, now.tail), race.steps);

  for (let { step } = now; step < record.steps; step++) {
    const prompts = step === 0 ? first : plan.prompts(step);
    const racing = step < race.steps;
    const { optimizer } = racing ? race : plan;
    const rate = (racing ? race.schedule?.(step / race.steps) : plan.schedule?.(step / record.steps)) ?? 1;
    const before = step === race.steps ? [startAgain(leaderOf(now.runners), optimizer)] : now.runners;
    const moved: Awaited<ReturnType<typeof advance>>[] = [];
    for (const runner of before) moved.push(await advance(runner, prompts, model, optimizer, rate));
    const runners = moved.filter(({ position, loss }) => position.every(Number.isFinite) && Number.isFinite(loss));
    if (runners.length === 0) {
      // A run that never had a finite step has the loss that its first step met.
      yield stateOf(model, now, { status: "diverged", isCheckpoint: true }, lossWithoutNaN(moved[0].loss));
      return;
    }
    const tail = step >= averagingFrom ? extendTail(now.tail, leaderOf(runners).position) : now.tail;
    now = { ...now, step: step + 1, runners, tail };
    const isCheckpoint = plan.checkpoints?.(now.step) ?? false;
    const state = stateOf(model, now, { status: "running", isCheckpoint });
    const end = endOf(plan, state);
    yield end === undefined ? state : stateOf(model, now, { status: end, isCheckpoint: true });
    if (end !== undefined) return;
  }
}

async function advance<P, B>(
  runner: Runner,
  prompts: B,
  model: Trainable<P, B>,
  optimizer: Optimizer,
  rate: number,
): Promise<Runner & { readonly loss: number }> {
  const { loss, gradient } = await model.lossAndGradient(runner.position, prompts);
  const { position, state } = optimizer.move(runner.position, gradient, runner.memory, rate);
  const recentLoss = (1 - RECENT) * (runner.recentLoss ?? loss) + RECENT * loss;
  return { position, memory: state, loss, recentLoss };
}

function requirePlan<P, B>({ steps, screening, averagedPart }: PretrainingPlan<P, B>): void {
  requireCount("steps", steps);
  if (screening !== undefined) {
    requireCount("screening.starts", screening.starts);
    requireCount("screening.steps", screening.steps);
  }
  if (averagedPart !== undefined) requirePart("averagedPart", averagedPart);
}

function startAgain(runner: Runner, optimizer: Optimizer): Runner {
  return { ...runner, memory: optimizer.start(runner.position.length) };
}

function leaderOf(runners: readonly Runner[]): Runner {
  const recent = ({ recentLoss }: Runner): number => recentLoss ?? Infinity;
  return runners.reduce((leader, runner) => (recent(runner) < recent(leader) ? runner : leader));
}

/** The state of a snapshot: parameters and blocks are unpacked when they are read, since most steps nobody does. */
function stateOf<P, B>(
  { unpack, path }: Trainable<P, B>,
  snapshot: PretrainingSnapshot,
  about: Pick<PretrainingState, "status" | "isCheckpoint">,
  firstLoss = Infinity,
): PretrainingState<P> {
  const { step, runners, tail } = snapshot;
  const leader = leaderOf(runners);
  let parameters: P | undefined;
  let blocks: readonly P[] | undefined;
  return {
    step,
    loss: leader.loss ?? firstLoss,
    get parameters() {
      return (parameters ??= unpack(tailMean(tail) ?? leader.position));
    },
    get blocks() {
      const isWhole = ({ count }: { readonly count: number }): boolean => count === tail.blockLength;
      return (blocks ??= tail.blocks.filter(isWhole).map(({ mean }) => unpack(mean)));
    },
    ...about,
    ...(path === undefined ? {} : { path }),
    snapshot,
  };
}

/** Why a run ends with this state, if it does. */
function endOf<P, B>(
  plan: PretrainingPlan<P, B>,
  state: PretrainingState<P>,
): "finished" | "interrupted" | "stopped" | undefined {
  if (state.step === plan.steps) return "finished";
  if (plan.signal?.aborted === true) return "interrupted";
  return plan.stop?.(state) === true ? "stopped" : undefined;
}
