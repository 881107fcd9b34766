import { plannedDistance } from "@onestep/lab";
import { digestOf } from "../run-directory/digest.ts";
import { formatNumber } from "../render/number.ts";
import {
  expectedSeconds,
  planBudget,
  promisedDistances,
  requireFreeTraining,
  withPlan,
  type BudgetPlan,
} from "./budget.ts";
import { measureCosts } from "./measure-cost.ts";
import { recordedSweep, type SweepConfig } from "./sweep-directory.ts";
import type { SweepFile } from "./sweep-file.ts";
import { pointOf, type SweepPoint } from "./sweep-point.ts";
import { openPointPool } from "./thread-runner.ts";

/** What a sweep is asked for, as far as a budget goes. */
export interface BudgetRequest {
  readonly budget?: number;
  readonly workers: number;
  readonly out?: string;
  readonly force: boolean;
}

/** A sweep with its budget spent. */
export interface BudgetedSweep {
  readonly points: readonly SweepPoint[];
  /** For the manifest. */
  readonly record: SweepConfig;
  /** What is said before it starts. */
  readonly promise: string;
}

/**
 * Puts the steps and minibatches into the points that a budget allows. A folder that has a plan for this very sweep keeps
 * it: measured again, it would be another sweep.
 *
 * @throws UsageError where the sweep leaves the budget nothing to choose, or the budget is too small
 */
export async function withinBudget(
  file: SweepFile,
  points: readonly SweepPoint[],
  { budget, workers: given, out, force }: BudgetRequest,
): Promise<BudgetedSweep> {
  if (budget === undefined) return { points, record: { ...file }, promise: "" };
  const began = performance.now();
  const configs = points.map(({ config }) => config);
  requireFreeTraining(file, configs);
  const request = { ...file, budget };
  const apply = (plan: BudgetPlan, time: string): BudgetedSweep => {
    const planned = points.map(({ label, changes, config }, index) =>
      pointOf(label, changes, withPlan(config, plan, index)),
    );
    return { points: planned, record: { ...request, plan }, promise: promiseOf(plan, planned, time) };
  };
  const recorded = out === undefined || force ? undefined : recordedPlan(out, request);
  if (recorded !== undefined) return apply(recorded, `as planned in ${out}`);

  const workers = Math.min(given, points.length);
  const pool = openPointPool(workers);
  try {
    const costs = await measureCosts(configs, pool, workers);
    const spent = (performance.now() - began) / 1000;
    const plan = planBudget({ budget, spent, workers }, configs, costs);
    return apply(
      plan,
      `about ${formatNumber(expectedSeconds(plan, costs, workers), 2)} s with ${workers} worker${workers === 1 ? "" : "s"}`,
    );
  } finally {
    await pool.close();
  }
}

function recordedPlan(out: string, request: SweepConfig): BudgetPlan | undefined {
  const { plan, ...recorded } = recordedSweep(out) ?? {};
  return plan !== undefined && digestOf(recorded) === digestOf(request) ? (plan as BudgetPlan) : undefined;
}

function promiseOf({ steps, batches }: BudgetPlan, points: readonly SweepPoint[], time: string): string {
  const distances = promisedDistances(points.map(({ config }) => config));
  const isLone = points.some(({ config }) => config.training.starts === 1 && plannedDistance(config) !== undefined);
  const lone = isLone ? ", unless the one start that it is given ends at another stationary point" : "";
  const error =
    distances === undefined
      ? "no theory says how exact"
      : `standard error of Γ: ${range(distances.map((distance) => 100 * distance))} % of its size${lone}`;
  const prompts = range([Math.min(...batches), Math.max(...batches)]);
  return `${points.length} points, ${steps} steps of ${prompts} prompts each, ${time}; ${error}`;
}

function range(values: readonly number[]): string {
  const [low, high] = values.map((value) => formatNumber(value, 2));
  return low === high ? low : `${low} to ${high}`;
}
