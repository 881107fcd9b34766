import type { PredictedFlow } from "./predicted-flow.ts";

/** A loss at a time. */
export interface LossPoint {
  readonly time: number;
  readonly loss: number;
}

/** What a training did at one predicted plateau. */
export interface PlateauFact {
  readonly predicted: number;
  /** Where training was slowest, in the logarithm of time, between the falls before and after; if it has been there. */
  readonly pause?: LossPoint;
  /** |pause − predicted| / predicted */
  readonly error?: number;
  readonly isVisited: boolean;
}

/** What a training did at one predicted fall. */
export interface FallFact {
  readonly predicted?: number;
  readonly seen?: number;
  /** |seen − predicted| / predicted */
  readonly error?: number;
}

/** How a training stands to what was predicted. */
export interface FlowFacts {
  readonly plateaus: readonly PlateauFact[];
  readonly falls: readonly FallFact[];
  readonly isConfirmed: boolean;
}

/** The verdict asks for plateaus within 2 % of their height, and falls within 10 % of their time where it is known. */
export const TOLERANCES: { readonly loss: number; readonly time: number } = { loss: 0.02, time: 0.1 };

/** Holds a training, as far as it has come, against what was predicted. */
export function factsOf({ plateaus, falls }: PredictedFlow, curve: readonly LossPoint[]): FlowFacts {
  const fallen = falls.map(({ level, time: predicted }): FallFact => {
    const seen = timeBelow(level, curve);
    if (predicted === undefined || seen === undefined) {
      return { ...(predicted === undefined ? {} : { predicted }), ...(seen === undefined ? {} : { seen }) };
    }
    return { predicted, seen, error: Math.abs(seen / predicted - 1) };
  });
  const facts = plateaus.map((predicted, m): PlateauFact => {
    const pause = slowest(curve, falls[m - 1]?.level ?? Infinity, falls[m]?.level ?? -Infinity);
    if (pause === undefined) return { predicted, isVisited: false };
    const error = Math.abs(pause.loss / predicted - 1);
    return { predicted, pause, error, isVisited: error <= TOLERANCES.loss };
  });
  const isOnTime = ({ predicted, seen, error }: FallFact): boolean =>
    seen !== undefined && (predicted === undefined || error! <= TOLERANCES.time);
  return {
    plateaus: facts,
    falls: fallen,
    isConfirmed: facts.every(({ isVisited }) => isVisited) && fallen.every(isOnTime),
  };
}

/** When a curve first falls below a loss, between two looks along their chord. */
function timeBelow(level: number, curve: readonly LossPoint[]): number | undefined {
  const at = curve.findIndex(({ loss }) => loss < level);
  if (at < 1) return undefined;
  const [before, after] = [curve[at - 1], curve[at]];
  const share = (before.loss - level) / (before.loss - after.loss);
  return before.time + share * (after.time - before.time);
}

/** The look, of those with a loss from `low` to `high`, before which the loss fell least: looks are even in log time. */
function slowest(curve: readonly LossPoint[], high: number, low: number): LossPoint | undefined {
  let best: { readonly point: LossPoint; readonly fall: number } | undefined;
  for (let i = 1; i < curve.length; i++) {
    const { loss } = curve[i];
    if (loss >= high || loss < low) continue;
    const fall = curve[i - 1].loss - loss;
    if (best === undefined || fall < best.fall) best = { point: curve[i], fall };
  }
  return best?.point;
}
