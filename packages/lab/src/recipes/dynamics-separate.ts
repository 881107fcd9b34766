import {
  childKey,
  covarianceFromSpectrum,
  type GaussianLinearSetting,
  isotropic,
  openStream,
  power,
  type RandomKey,
  zeros,
} from "@onestep/core";
import { factoredStep, trainableOnPopulation, type StepHead } from "@onestep/model";
import { learnedDirections, plateauLength, plateauLosses, rankOneTime } from "@onestep/theory";
import type { Claim } from "../claim.ts";
import type { Figure } from "../figure/figure.ts";
import { geometric } from "../figure/geometric.ts";
import { below, near } from "./claims.ts";
import { lossesOfFlow } from "./measure/losses-of-flow.ts";
import { timeBelow } from "./measure/time-below.ts";
import { defineRecipe, type Recipe, type RecipeContext } from "./recipe.ts";

const laws = {
  dimensions: [4, 8, 8, 8],
  ranks: [1, 1, 2, 4],
  contextLength: 31,
  misalignment: 0.05,
};
const ci = { ...laws, startSizes: [0.01, 0.015, 0.015, 0.015] };

type Settings = typeof ci;
type Defect = "one-example-fewer" | "one-rank-more";

/** Looks at a flow, evenly in the logarithm of time. */
const LOOKS = 300;

/** How near to a loss counts as at it. */
const NEAR = 0.02;

/** Separate key and query in 2501.16265: one direction after the other, or r at once where keys have rank r. */
export const dynamicsSeparate: Recipe = defineRecipe({
  id: "dynamics-separate",
  title: "separate key and query: a plateau for each number of directions learned",
  question: "Does attention with separate keys and queries of rank r learn r directions at a time, pausing in between?",
  source: { key: "zhang-2025", locator: "attention with separate key and query" },
  settings: {
    ci,
    paper: { ...laws, startSizes: [0.01, 0.005, 0.005, 0.005] },
  },
  defects: {
    "one-example-fewer": "attention is trained on n − 1 examples and judged as if it were n",
    "one-rank-more": "keys and queries have one dimension more than they are judged by",
  },
  async run(settings, context) {
    const { dimensions, ranks, startSizes, contextLength } = settings;
    const found: Followed[] = [];
    for (const [at, dimension] of dimensions.entries()) {
      const setting = settingOf(dimension, contextLength);
      const [rank, size] = [ranks[at], startSizes[at]];
      const one = { label: `d = ${dimension}, rank ${rank}`, setting, rank, size };
      const report = (part: number): void => context.progress((at + part) / dimensions.length, one.label);
      found.push({ ...one, ...(await followFlow(one, settings, context, report)) });
    }
    return {
      claims: found.flatMap((one) => [
        ...claimsOnPlateaus(one),
        ...(one.rank === 1 ? claimsOnDrops(one) : [claimOnStays(one)]),
      ]),
      figure: figureOf(found, settings),
      notes: [
        "The published code sums over the context without dividing by n, and so does this recipe: time is its learning rate times its iterations.",
        "Published starts are random, of entries N(0, 0.01²) for d = 4 and N(0, 0.005²) for d = 8, and their drops come when alignments happen to let them, two at once or out of order now and then. Here each head starts along directions of its own, but for a random part of 5 %, so that the time of each drop is known; at ci scale, three times as large for d = 8, which ends three times as soon.",
        "Rank 8 of the paper is left out: it learns all directions in one drop, but the weakest of a head so slowly that the loss lingers above the minimum. The bound of a half for stays at skipped losses is ours.",
      ],
    };
  },
});

/** Λ ∝ diag(1, …, d), tr Λ = 1, and tasks N(0, I), without noise. */
function settingOf(dimension: number, contextLength: number): GaussianLinearSetting {
  const total = (dimension * (dimension + 1)) / 2;
  return {
    contextLength,
    covariates: covarianceFromSpectrum(Array.from({ length: dimension }, (_, i) => (dimension - i) / total)),
    tasks: isotropic(dimension),
    noiseVariance: 0,
  };
}

/** A law, the rank of keys and queries, and the size of the start. */
interface Case {
  readonly label: string;
  readonly setting: GaussianLinearSetting;
  readonly rank: number;
  readonly size: number;
}

/** A loss along training. */
interface Curve {
  readonly times: readonly number[];
  readonly losses: readonly number[];
}

interface Followed extends Case, Curve {}

async function followFlow(
  { setting, rank, size }: Case,
  { contextLength, misalignment }: Settings,
  { key, defect }: RecipeContext<Defect>,
  tick: (part: number) => void,
): Promise<Curve> {
  const { dimension } = setting.covariates;
  const directions = learnedDirections(setting).value;
  const [first, last] = [directions[0], directions[dimension - 1]].map(
    (direction) => plateauLength({ contextLength, direction, prefactor: 1 }, size).value,
  );
  const times = geometric(first / 2, 1.3 * last, LOOKS);
  const heads = startOf(dimension, {
    size,
    rank: Math.min(rank + (defect === "one-rank-more" ? 1 : 0), dimension),
    judgedRank: rank,
    misalignment,
    key: childKey(key, `d-${dimension}`, rank),
  });
  const family = factoredStep({ dimension, heads: heads.length, rank: heads[0].query.rows });
  const trainedOn = defect === "one-example-fewer" ? settingOf(dimension, contextLength - 1) : setting;
  const model = trainableOnPopulation(family, trainedOn);
  const losses = await lossesOfFlow(
    (position) => model.lossAndGradient(position, undefined),
    { from: family.pack(heads), times, tolerance: 1e-6 },
    tick,
  );
  return { times, losses };
}

/** Head h along the axes h·r + 1, …, (h + 1)·r with v = ‖Q‖ = ‖K‖, but for a random part. */
function startOf(
  dimension: number,
  plan: {
    readonly size: number;
    readonly rank: number;
    readonly judgedRank: number;
    readonly misalignment: number;
    readonly key: RandomKey;
  },
): StepHead[] {
  const { size, rank, judgedRank, misalignment, key } = plan;
  const stream = openStream(key);
  const along = size / Math.sqrt(rank);
  return Array.from({ length: dimension / judgedRank }, (_, h) => {
    const [query, keys] = [zeros(rank, dimension), zeros(rank, dimension)];
    for (const { values } of [query, keys]) {
      stream.fillNormals(values, 0, values.length);
      values.forEach((value, at) => (values[at] = misalignment * along * value));
      for (let row = 0; row < rank; row++) {
        values[row * dimension + Math.min(h * judgedRank + row, dimension - 1)] += along;
      }
    }
    return { readout: size, query, key: keys };
  });
}

/** The losses at which training pauses, highest first: with 0, r, 2r, … directions learned. */
function plateausOf({ setting, rank }: Case): number[] {
  return plateauLosses(setting).value.filter((_, learned) => learned % rank === 0);
}

function claimsOnPlateaus(one: Followed): Claim[] {
  const { source } = plateauLosses(one.setting);
  const expected = plateausOf(one);
  return expected.map((value, m) => {
    const name = `${one.label}: plateau with ${m * one.rank} directions learned`;
    return near(name, { value, source }, pauseAt(m, expected, one).loss, NEAR);
  });
}

/** Rank 1: when each of the directions is learned. */
function claimsOnDrops(one: Followed): Claim[] {
  const { label, setting, size, times, losses } = one;
  const expected = plateausOf(one);
  return learnedDirections(setting).value.map((direction, m) => {
    // Where half of the direction's share is gone: (1 − γ̂/γ*)² = ½.
    const half = power((1 - Math.SQRT1_2) * direction.gamma, 1 / 3);
    const time = rankOneTime({ contextLength: setting.contextLength, direction, prefactor: 1 }, size, half);
    const observed = timeBelow((expected[m] + expected[m + 1]) / 2, times, losses);
    return near(`${label}: time of drop ${m + 1}`, time, observed, 0.08);
  });
}

/** Higher ranks: no stay at the losses with less than r directions learned. */
function claimOnStays(one: Followed): Claim {
  const { label, setting, rank, losses } = one;
  const { value: all, source } = plateauLosses(setting);
  const skipped = all.slice(1, rank).map((loss) => stayAt(loss, losses));
  return below(
    `${label}: longest stay at a loss in between, of that on the plateau with ${rank} directions`,
    { value: 0.5, source },
    Math.max(...skipped) / Math.max(stayAt(all[rank], losses), 1),
  );
}

/** Where training is slowest, in the logarithm of time, between the middles of two drops. */
function pauseAt(
  plateau: number,
  expected: readonly number[],
  { times, losses }: Curve,
): { readonly time: number; readonly loss: number } {
  const middle = (m: number): number => (expected[m] + expected[m + 1]) / 2;
  const high = plateau === 0 ? Infinity : middle(plateau - 1);
  const low = plateau === expected.length - 1 ? -Infinity : middle(plateau);
  const between = losses.flatMap((loss, i) => (loss < high && loss >= low && i > 0 ? [i] : []));
  const fall = (i: number): number => losses[i - 1] - losses[i];
  // Where no look lies between, the last one stands for a plateau that was not seen.
  const slowest = between.reduce((best, i) => (fall(i) < fall(best) ? i : best), between[0] ?? losses.length - 1);
  return { time: times[slowest], loss: losses[slowest] };
}

/** How many looks are within 2 % of a loss. */
function stayAt(loss: number, losses: readonly number[]): number {
  return losses.filter((value) => Math.abs(value / loss - 1) < NEAR).length;
}

/** The flows of the largest dimension, and where they pause. */
function figureOf(found: readonly Followed[], { dimensions, contextLength }: Settings): Figure {
  const largest = Math.max(...dimensions);
  return {
    title: "Keys and queries of rank r learn r directions at a time",
    subtitle: `x ~ N(0, Λ), Λ ∝ diag(1, …, ${largest}), tr Λ = 1, w ~ N(0, I), n = ${contextLength}; ${largest}/r heads, gradient flow on the exact loss`,
    x: { label: "time, learning rate × iterations", scale: "log" },
    y: { label: "pre-training loss E(ŷ − y)²", scale: "linear" },
    series: found
      .filter(({ setting }) => setting.covariates.dimension === largest)
      .flatMap((one) => {
        const expected = plateausOf(one);
        return [
          {
            name: `attention, ${one.label}`,
            kind: "line" as const,
            about: one.label,
            points: one.times.map((x, i) => ({ x, y: one.losses[i] })),
          },
          {
            name: `theory: plateaus, ${one.label}`,
            kind: "points" as const,
            theory: true,
            about: one.label,
            points: expected.map((y, m) => ({ x: pauseAt(m, expected, one).time, y })),
          },
        ];
      }),
  };
}
