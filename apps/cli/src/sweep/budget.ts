import { plannedDistance, type TrainingConfig } from "@onestep/lab";
import { UsageError } from "../errors.ts";
import type { SweepFile } from "./sweep-file.ts";

/** The training numbers that a budget chose: recorded, so that nobody has to measure again. */
export interface BudgetPlan {
  readonly steps: number;
  /** Prompts a step of each point, in the order of the grid. */
  readonly batches: readonly number[];
}

/** What a training of one point costs in a thread: seconds = fixed + steps · step + batch · (width + steps · prompt). */
export interface PointCost {
  readonly fixed: number;
  readonly step: number;
  /** Of a prompt in every minibatch: the race of the starts. */
  readonly width: number;
  readonly prompt: number;
}

/** The rest is for starting threads, writing results, and for a machine that is not always as fast as it was. */
const USED_PART = 0.8;

/**
 * Training is planned in 2000 steps (`planTraining`), in fewer only where minibatches would get smaller than this. Below
 * either, `plannedDistance` can promise too much: in two dimensions, over 16 seeds, the distance was 1.4 times the promised
 * one after 500 steps of 32 prompts, and 5 times after 1000 steps of 16, where single trainings ended far away.
 */
const STEPS = [2000, 1000];
const LEAST_BATCH = 32;

/** Beyond these a minibatch may not fit into memory. */
const MOST_BATCH = 20_000;

/**
 * Chooses minibatches and steps so that a sweep takes so many seconds. Every point gets the same multiple of the prompts
 * that the lab plans for it, and so the same relative error.
 *
 * @param spent of the budget, on measuring costs
 * @param configs as planned for full accuracy
 * @param costs of each point
 * @throws UsageError where the budget is too small for anything
 */
export function planBudget(
  { budget, spent, workers }: { readonly budget: number; readonly spent: number; readonly workers: number },
  configs: readonly TrainingConfig[],
  costs: readonly PointCost[],
): BudgetPlan {
  const planned = configs.map(({ training }) => training.batch!);
  const smallest = Math.min(...planned);
  const perSecond = USED_PART * threadsAtWork(configs.length, workers);
  const fixed = (steps: number): number => sum(costs.map((cost) => cost.fixed + steps * cost.step));
  const perFactor = (steps: number): number =>
    sum(costs.map(({ width, prompt }, i) => planned[i] * (width + steps * prompt)));
  const factorOf = (steps: number): number => ((budget - spent) * perSecond - fixed(steps)) / perFactor(steps);
  const steps = STEPS.find((count) => factorOf(count) * smallest >= LEAST_BATCH);
  if (steps === undefined) {
    const fewest = STEPS[STEPS.length - 1];
    const least = (fixed(fewest) + (LEAST_BATCH / smallest) * perFactor(fewest)) / perSecond;
    throw tooSmall(budget, Math.ceil(spent + least), configs.length);
  }
  const factor = factorOf(steps);
  return { steps, batches: planned.map((batch) => Math.min(MOST_BATCH, Math.floor(factor * batch))) };
}

/** What a plan is expected to take, with the margin that `planBudget` leaves. */
export function expectedSeconds({ steps, batches }: BudgetPlan, costs: readonly PointCost[], workers: number): number {
  const work = sum(
    costs.map(({ fixed, step, width, prompt }, i) => fixed + steps * step + batches[i] * (width + steps * prompt)),
  );
  return work / threadsAtWork(batches.length, workers);
}

/** A point's config with the numbers of the plan in place of its own. */
export function withPlan(config: TrainingConfig, { steps, batches }: BudgetPlan, index: number): TrainingConfig {
  return { ...config, training: { ...config.training, steps, batch: batches[index] } };
}

/** The smallest and largest expected distance of Γ among points whose theory is known. */
export function promisedDistances(configs: readonly TrainingConfig[]): readonly [number, number] | undefined {
  const known = configs.map(plannedDistance).filter((distance) => distance !== undefined);
  return known.length === 0 ? undefined : [Math.min(...known), Math.max(...known)];
}

/** @throws UsageError where the sweep itself says what the budget is to choose */
export function requireFreeTraining({ base, grid, points }: SweepFile, configs: readonly TrainingConfig[]): void {
  const { training = {} } = base as { training?: object };
  const chosen = ["steps", "batch"].filter(
    (name) => name in training || [grid, ...points].some((changes) => `training.${name}` in changes),
  );
  const isExact = configs.some(({ training: { batch } }) => batch === undefined);
  if (chosen.length === 0 && !isExact) return;
  throw new UsageError({
    where: "--budget",
    expected: "a sweep that leaves steps and batch of its trainings to the budget",
    arrived: isExact ? "the method exact, which draws nothing" : `training.${chosen[0]} in the file`,
    hint: isExact ? "leave --budget out" : `leave --budget or training.${chosen[0]} out`,
  });
}

/** On the average over a sweep: in the last round some may be idle. */
function threadsAtWork(points: number, workers: number): number {
  return points / Math.ceil(points / workers);
}

function tooSmall(budget: number, least: number, count: number): UsageError {
  return new UsageError({
    where: "--budget",
    expected: `${least} s or more for ${count} points on this machine`,
    arrived: `${budget} s`,
    hint: "give more time or more workers, or make the grid smaller",
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
