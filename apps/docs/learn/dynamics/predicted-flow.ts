import { diagonal, exp, identity, log, scale } from "@onestep/core";
import {
  balancedStart,
  gaussianLinearMoments,
  learnedDirections,
  mergedEscapeRate,
  mergedFlow,
  mergedHalfTime,
  plateauLosses,
  pretrainingLoss,
  rankOneTime,
  type LearnedDirection,
  type RankOneGrowth,
} from "@onestep/theory";

import { lawOf, LOOKS, type FlowSetting } from "./flow-setting.ts";

/** A fall of the loss from one plateau to the next. */
export interface PredictedFall {
  /** Below this loss it has happened. */
  readonly level: number;
  /** When it happens; unknown where theory has no closed form for it. */
  readonly time?: number;
}

/** A training as theory knows it before it has begun. */
export interface PredictedFlow {
  /** The losses at which training pauses, highest first, the last of which is the minimum. */
  readonly plateaus: readonly number[];
  /** How many directions are known on each plateau. */
  readonly known: readonly number[];
  /** The falls between them, one fewer. */
  readonly falls: readonly PredictedFall[];
  /** γ* of each axis of Σ, strongest axis first. */
  readonly limits: readonly number[];
  /** The times of the looks, evenly in the logarithm. */
  readonly times: readonly number[];
  /** Of each axis, its step over its limit, at each time; empty where theory has no closed form for it. */
  readonly shares: readonly (readonly number[])[];
  /** The loss at each time, likewise. */
  readonly losses: readonly number[];
}

/** Where the loss will pause, and when it will fall. */
export function predictedFlow(setting: FlowSetting): PredictedFlow {
  return setting.attention === "merged" ? mergedPrediction(setting) : separatePrediction(setting);
}

/** Rank-one heads grow one by one, each along its axis; equal axes at one time. */
function separatePrediction(setting: FlowSetting): PredictedFlow {
  const { contextLength, startSize } = setting;
  const law = lawOf(setting);
  const directions = learnedDirections(law).value;
  const growths = directions.map((direction): RankOneGrowth => ({ contextLength, direction, prefactor: 1 }));
  // A direction's share of the loss is halved where (1 − γ/γ*)² = ½.
  const falls = growths.map(
    (growth) => rankOneTime(growth, startSize, Math.cbrt((1 - Math.SQRT1_2) * growth.direction.gamma)).value,
  );
  const all = plateauLosses(law).value;
  const known = [0, ...endsOfTies(directions)];
  const plateaus = known.map((count) => all[count]);
  const times = evenLogarithms(falls[0] / 4, falls[falls.length - 1] * 1.6);
  const gammas = growths.map((growth) => times.map((time) => sizeAt(growth, startSize, time) ** 3));
  const moments = gaussianLinearMoments(law);
  return {
    plateaus,
    known,
    falls: known.slice(1).map((count, m) => ({
      level: (plateaus[m] + plateaus[m + 1]) / 2,
      time: falls[count - 1],
    })),
    limits: directions.map(({ gamma }) => gamma),
    times,
    shares: gammas.map((gamma, i) => gamma.map((value) => value / directions[i].gamma)),
    losses: times.map((_, k) => pretrainingLoss(moments, diagonal(gammas.map((gamma) => gamma[k]))).value),
  };
}

/** One merged matrix grows along all axes at once. Its curve has a closed form where Σ is a multiple of I. */
function mergedPrediction(setting: FlowSetting): PredictedFlow {
  const law = lawOf(setting);
  const dimension = law.covariates.dimension;
  const limits = learnedDirections(law).value.map(({ gamma }) => gamma);
  const all = plateauLosses(law).value;
  const plateaus = [all[0], all[dimension]];
  const known = [0, dimension];
  const initial = balancedStart(setting.startSize, mergedStart(setting.startSize, dimension)).value;
  if (limits.some((limit) => Math.abs(limit - limits[0]) > 1e-12 * limit)) {
    // No closed form. The one growing mode sets the pace, and weak axes come home hundreds of its e-folds later.
    const efold = 1 / mergedEscapeRate(law, 1).value;
    const times = evenLogarithms(efold / 8, 400 * efold);
    return {
      plateaus,
      known,
      falls: [{ level: (plateaus[0] + plateaus[1]) / 2 }],
      limits,
      times,
      shares: [],
      losses: [],
    };
  }
  const flow = { setting: law, initial, prefactor: 1 };
  const half = mergedHalfTime(flow).value;
  const times = evenLogarithms(half / 4, half * 4);
  const curve = mergedFlow(flow, times).value;
  const share = curve.map(({ gamma }) => gamma / limits[0]);
  return {
    plateaus,
    known,
    // Where γ is half of γ*, a quarter of what will fall is left.
    falls: [{ level: plateaus[1] + (plateaus[0] - plateaus[1]) / 4, time: half }],
    limits,
    times,
    shares: limits.map(() => share),
    losses: curve.map(({ loss }) => loss),
  };
}

/** N(0) of merged attention at balance with u_y = `size`, up to what is random in it. */
export function mergedStart(size: number, dimension: number): ReturnType<typeof identity> {
  return scale(identity(dimension), size / Math.sqrt(dimension));
}

/** After how many directions those of one speed are all learned. */
function endsOfTies(directions: readonly LearnedDirection[]): readonly number[] {
  const isTie = (i: number): boolean => {
    const [one, next] = [directions[i], directions[i + 1]].map((direction) => direction?.covariateVariance ?? 0);
    return Math.abs(one - next) < 1e-12;
  };
  return directions.flatMap((_, i) => (isTie(i) ? [] : [i + 1]));
}

/** s at a time, by bisection of the time at which it is reached. */
function sizeAt(growth: RankOneGrowth, from: number, time: number): number {
  let [low, high] = [from, Math.cbrt(growth.direction.gamma)];
  for (let halving = 0; halving < 40; halving++) {
    const middle = (low + high) / 2;
    if (rankOneTime(growth, from, middle).value < time) low = middle;
    else high = middle;
  }
  return low;
}

/** Times are the same to the last bit on every engine, since training that is looked at in them steps from one to the next. */
function evenLogarithms(first: number, last: number): readonly number[] {
  const [from, to] = [first, last].map((time) => Number(time.toPrecision(4)));
  const ratio = log(to / from);
  return Array.from({ length: LOOKS }, (_, k) => from * exp((ratio * k) / (LOOKS - 1)));
}
