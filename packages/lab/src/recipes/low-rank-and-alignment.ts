import {
  childKey,
  covariance,
  diagonal,
  isotropic,
  openStream,
  type GaussianLinearSetting,
  type Matrix,
  type RandomKey,
} from "@onestep/core";
import {
  factoredHeads,
  inducedStep,
  lbfgs,
  mergeWeights,
  trainableOnPopulation,
  type GaussianLinearPopulation,
} from "@onestep/model";
import { gaussianLinearMoments, optimalStep, optimalStepLoss, optimalStepOfRank } from "@onestep/theory";
import type { Claim } from "../claim.ts";
import type { Figure } from "../figure/figure.ts";
import { meanOf } from "../measure/mean-of.ts";
import { relativeDistance } from "../measure/preconditioner-distance.ts";
import { ratioOfMeans } from "../measure/ratio-of-means.ts";
import { below, estimates, near, within } from "./claims.ts";
import { alignedOptimum, drawAligned } from "./laws/aligned-contexts.ts";
import { defineRecipe, type Recipe, type RecipeContext } from "./recipe.ts";

const sizes = {
  contextLength: 20,
  noiseVariance: 0.25,
  alignedDimension: 20,
  alignedLength: 20,
  alignments: [0, 0.1, 0.2, 0.3],
};
const ci = { ...sizes, spectrum: [1, 0.5, 0.25, 0.125], starts: 12, draws: 20_000 };

type Settings = typeof ci;
type Defect = "one-example-fewer" | "one-rank-fewer";

/** Random starts are small: growth from zero finds the strong directions first. */
const START_SCALE = 0.1;

/** Keys and queries of rank r: which directions a layer keeps that cannot keep all; and examples that resemble the query. */
export const lowRankAndAlignment: Recipe = defineRecipe({
  id: "low-rank-and-alignment",
  title: "keys and queries of rank r, and examples aligned with the query",
  question:
    "Which step does a layer learn whose keys and queries have too few dimensions for the whole of it, and what are examples worth that resemble the query?",
  source: { key: "li-2024", locator: "optimal risk of low-rank attention weights" },
  settings: {
    ci,
    paper: { ...sizes, spectrum: [1, 0.7, 0.5, 0.35, 0.25, 0.18, 0.125, 0.09], starts: 24, draws: 200_000 },
  },
  defects: {
    "one-example-fewer": "the layer is trained on n − 1 examples and judged as if it were n",
    "one-rank-fewer": "keys and queries have one dimension fewer than they are judged by",
  },
  async run(settings, context) {
    const { defect, key, progress } = context;
    const setting = settingOf(settings);
    const law = defect === "one-example-fewer" ? { ...setting, contextLength: settings.contextLength - 1 } : setting;
    const ranks = settings.spectrum.map((_, i) => i + 1).filter((rank) => rank > 1 || defect !== "one-rank-fewer");
    const learned: Learned[] = [];
    for (const [at, rank] of ranks.entries()) {
      const plan = {
        rank: defect === "one-rank-fewer" ? rank - 1 : rank,
        starts: settings.starts,
        key: childKey(key, "rank", rank),
      };
      const layer = await train(law, plan, () => progress((0.7 * at) / ranks.length, `rank ${rank}`));
      learned.push({ rank, ...layer });
    }
    return {
      claims: [...learned.flatMap((one) => claimsOnRank(one, settings)), ...claimsOfAlignment(settings, context)],
      figure: figureOf(learned, settings),
      notes: [
        "2407.10005 asks these questions; sizes are ours.",
        "Aligned examples are xᵢ = αx_q + √(1 − α²)zᵢ. The best Γ is ηI there by rotation invariance; it is fitted to drawn contexts, tasks and noise integrated out. That alignment is worth 1 + α²d times the examples, for small α, is remembered from the paper and not graded, only that half of it is exceeded: at d = 20, n = 20 without noise the exact loss at α = 0.2 is that of 1.77 times as many.",
        `Layers are trained on the exact loss by L-BFGS, the best of ${settings.starts} random starts: some stop short of the optimum.`,
      ],
    };
  },
});

function settingOf({ spectrum, contextLength, noiseVariance }: Settings): GaussianLinearSetting {
  const covariates = covariance(diagonal(spectrum));
  return { contextLength, covariates, tasks: isotropic(spectrum.length), noiseVariance };
}

/** What a layer with keys and queries of some rank has learned. */
interface Learned extends Trained {
  readonly rank: number;
}

function claimsOnRank({ rank, loss, step }: Learned, settings: Settings): Claim[] {
  const moments = gaussianLinearMoments(settingOf(settings));
  const { value: exact, source } =
    rank === settings.spectrum.length ? optimalStep(moments) : optimalStepOfRank(moments, rank);
  return [
    near(`rank ${rank}: loss`, { value: exact.loss, source }, loss, 1e-5),
    within(
      `rank ${rank}: distance of Γ from the truncated optimum`,
      { value: 0, source },
      relativeDistance(step, exact.preconditioner),
      0.01,
    ),
  ];
}

/** Aligned contexts: the best step and its loss as theory has them, and below those of the same draws without alignment. */
function claimsOfAlignment(settings: Settings, { key, defect, progress }: RecipeContext<Defect>): Claim[] {
  const { alignedDimension: dimension, alignedLength, alignments, noiseVariance, draws: count } = settings;
  const source = { key: "onestep", locator: "moments of aligned contexts" };
  const isotropicLoss = (contextLength: number): number =>
    optimalStepLoss({ contextLength, dimension, noiseVariance }).value;
  const found = alignments.map((alignment, at) => {
    const law = { contextLength: alignedLength, dimension, noiseVariance, alignment };
    const { stepSize, loss } = alignedOptimum(law);
    const seen = defect === "one-example-fewer" ? { ...law, contextLength: alignedLength - 1 } : law;
    const { energy, reward, cost } = drawAligned(seen, {
      key: childKey(key, "aligned"),
      count,
      tick: (part) => progress(0.7 + (0.3 * (at + part)) / alignments.length, `alignment ${alignment}`),
    });
    const losses = energy.map((own, i) => own - 2 * stepSize * reward[i] + stepSize ** 2 * cost[i] + noiseVariance);
    return { alignment, stepSize, loss, losses, best: ratioOfMeans(reward, cost) };
  });
  return found.flatMap(({ alignment, stepSize, loss, losses, best }, at): Claim[] => {
    const claims = [
      estimates(`α = ${alignment}: best step size`, { value: stepSize, source }, best, 0.03),
      estimates(`α = ${alignment}: loss of it`, { value: loss, source }, meanOf(losses), 0.03),
    ];
    if (at === 0) return claims;
    const gain = meanOf(found[at - 1].losses.map((before, i) => before - losses[i]));
    const gained = {
      relation: "above",
      observed: gain.value,
      standardError: gain.standardError,
      tolerance: 0,
    } as const;
    const longer = Math.round(alignedLength * (1 + (alignment ** 2 * dimension) / 2));
    return [
      ...claims,
      { ...gained, name: `α = ${alignment}: loss below that at α = ${found[at - 1].alignment}`, predicted: 0, source },
      below(
        `α = ${alignment}: loss below that of ${longer} examples that are not aligned`,
        { value: isotropicLoss(longer), source: { key: "li-2024", locator: "examples aligned with the query" } },
        meanOf(losses),
      ),
    ];
  });
}

/** A layer and its exact loss. */
interface Trained {
  readonly loss: number;
  readonly step: Matrix;
}

async function train(
  law: GaussianLinearPopulation,
  plan: { readonly rank: number; readonly starts: number; readonly key: RandomKey },
  report: () => void,
): Promise<Trained> {
  const family = factoredHeads({ dimension: law.covariates.dimension, rank: plan.rank, valueRank: 1 });
  const model = trainableOnPopulation(family, law);
  let best: { readonly position: Float64Array; readonly loss: number } = {
    position: new Float64Array(family.size),
    loss: Infinity,
  };
  for (let start = 0; start < plan.starts; start++) {
    report();
    const from = new Float64Array(family.size);
    openStream(childKey(plan.key, "start", start)).fillNormals(from, 0, family.size);
    const descent = { from: from.map((value) => START_SCALE * value), most: 1000, tolerance: 1e-10 };
    for await (const { position, loss } of lbfgs((at) => model.lossAndGradient(at, undefined), descent)) {
      if (loss < best.loss) best = { position, loss };
    }
  }
  const [head] = family.unpack(best.position);
  return { loss: best.loss, step: inducedStep(mergeWeights(head)).preconditioner };
}

function figureOf(learned: readonly Learned[], settings: Settings): Figure {
  const { spectrum, contextLength, noiseVariance } = settings;
  const moments = gaussianLinearMoments(settingOf(settings));
  return {
    title: "Each dimension of keys and queries buys the next direction of Σ",
    subtitle: `x ~ N(0, Σ), Σ = diag(${spectrum.join(", ")}), w ~ N(0, I), n = ${contextLength}, σ² = ${noiseVariance}; exact losses`,
    x: { label: "rank r of keys and queries", scale: "linear" },
    y: { label: "pre-training loss", scale: "linear" },
    series: [
      {
        name: "theory: the best step of rank r",
        kind: "line",
        theory: true,
        about: "loss",
        points: learned.map(({ rank }) => ({ x: rank, y: optimalStepOfRank(moments, rank).value.loss })),
      },
      {
        name: "trained layer",
        kind: "points",
        about: "loss",
        points: learned.map(({ rank, loss }) => ({ x: rank, y: loss })),
      },
    ],
  };
}
