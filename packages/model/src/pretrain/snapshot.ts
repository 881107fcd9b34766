import { describeKey, DomainError } from "@onestep/core";
import type { Optimizer, OptimizerState } from "../optimizers/optimizer.ts";
import { requireScales } from "./plan-checks.ts";
import { raceOf, type PretrainingPlan } from "./plan.ts";
import type { TailAverage } from "./tail-average.ts";

/** A start in the race: where it is, what its optimizer remembers, and its training loss now and lately. */
export interface Runner {
  readonly position: Float64Array;
  readonly memory: OptimizerState;
  /** These two are absent before the first step. */
  readonly loss?: number;
  readonly recentLoss?: number;
}

/**
 * A run at rest: plain data, finite numbers, strings and `Float64Array`s, that `encodeCheckpoint` stores bit by bit.
 * The randomness of a run is in its key and in the number of the step.
 */
export interface PretrainingSnapshot {
  readonly version: 1;
  /** Of which plan this is a snapshot, as far as a plan is data. */
  readonly plan: PlanRecord;
  /** Steps done. */
  readonly step: number;
  /** The starts that race, or the one that goes on. */
  readonly runners: readonly Runner[];
  readonly tail: TailAverage;
}

/** What of a plan can be compared; its functions cannot. */
export interface PlanRecord {
  /** The address of the initial draws. */
  readonly key: string;
  /** How many numbers a position has. */
  readonly size: number;
  readonly steps: number;
  readonly initialScale: readonly number[];
  readonly averagedPart: number;
  readonly optimizer: OptimizerRecord;
  readonly screening: { readonly starts: number; readonly steps: number; readonly optimizer: OptimizerRecord };
}

type OptimizerRecord = Pick<Optimizer, "name" | "settings">;

/** The part of the run that is averaged unless a plan says otherwise. */
const AVERAGED_PART = 0.6;

/** The record of a plan whose model has positions of this size. */
export function recordOf<P, B>(plan: PretrainingPlan<P, B>, size: number): PlanRecord {
  const { starts, steps, optimizer } = raceOf(plan);
  const recorded = ({ name, settings }: Optimizer): OptimizerRecord => ({ name, settings: { ...settings } });
  return {
    key: describeKey(plan.key),
    size,
    steps: plan.steps,
    initialScale: requireScales("initialScale", plan.initialScale ?? 0.1),
    averagedPart: plan.averagedPart ?? AVERAGED_PART,
    optimizer: recorded(plan.optimizer),
    screening: { starts, steps, optimizer: recorded(optimizer) },
  };
}

/** @throws DomainError unless the snapshot is of this version, and of a plan with this record */
export function requireSnapshotOf(record: PlanRecord, snapshot: PretrainingSnapshot): void {
  const { version, plan, runners } = (snapshot ?? {}) as Partial<PretrainingSnapshot>;
  if (version !== 1 || plan === undefined) {
    throw new DomainError({
      where: "resume.snapshot",
      expected: "a snapshot of version 1",
      arrived: version === undefined ? "none" : `version ${String(version)}`,
      hint: "give the snapshot of a state; a newer version of onestep may have made this one",
    });
  }
  if (runners === undefined || runners.length === 0) {
    throw new DomainError({
      where: "resume.snapshot.runners",
      expected: "at least one runner",
      arrived: "none",
      hint: "give the snapshot of a state as it is",
    });
  }
  for (const [name, own] of Object.entries(record)) {
    const [expected, arrived] = [own, plan[name as keyof PlanRecord]].map((value) => JSON.stringify(value));
    if (expected === arrived) continue;
    throw new DomainError({
      where: `resume.plan.${name}`,
      expected: `the plan that made the snapshot, with ${arrived}`,
      arrived: expected,
      hint: "resume with the same plan: only then is it the same run",
    });
  }
}
