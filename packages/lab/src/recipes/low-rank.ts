import { childKey, covariance, diagonal, isotropic, openStream, type Matrix, type RandomKey } from "@onestep/core";
import {
  factoredHeads,
  inducedStep,
  lbfgs,
  mergeWeights,
  trainableOnPopulation,
  type GaussianLinearPopulation,
} from "@onestep/model";
import { gaussianLinearMoments, optimalStep, optimalStepOfRank } from "@onestep/theory";
import type { Claim } from "../claim.ts";
import { relativeDistance } from "../measure/preconditioner-distance.ts";
import { defineRecipe, type Recipe } from "./recipe.ts";

const sizes = { contextLength: 20, noiseVariance: 0.25 };

/** Random starts are small: growth from zero finds the strong directions first. */
const START_SCALE = 0.1;

/** Keys and queries of rank r: which directions a layer keeps that cannot keep all. */
export const lowRank: Recipe = defineRecipe({
  id: "low-rank",
  title: "keys and queries of rank r: the strongest r directions",
  question: "Which step does a layer learn whose keys and queries have too few dimensions for the whole of it?",
  source: { key: "li-2024", locator: "optimal risk of low-rank attention weights" },
  settings: {
    ci: { ...sizes, spectrum: [1, 0.5, 0.25, 0.125], starts: 12 },
    paper: { ...sizes, spectrum: [1, 0.7, 0.5, 0.35, 0.25, 0.18, 0.125, 0.09], starts: 24 },
  },
  defects: {
    "one-example-fewer": "the layer is trained on n − 1 examples and judged as if it were n",
    "one-rank-fewer": "keys and queries have one dimension fewer than they are judged by",
  },
  async run({ spectrum, contextLength, noiseVariance, starts }, { defect, key, progress }) {
    const dimension = spectrum.length;
    const setting = {
      contextLength,
      covariates: covariance(diagonal(spectrum)),
      tasks: isotropic(dimension),
      noiseVariance,
    };
    const moments = gaussianLinearMoments(setting);
    const law = defect === "one-example-fewer" ? { ...setting, contextLength: contextLength - 1 } : setting;
    const ranks = spectrum.map((_, i) => i + 1).filter((rank) => rank > 1 || defect !== "one-rank-fewer");
    const claims: Claim[] = [];
    const learned = [];
    for (const [at, rank] of ranks.entries()) {
      const exact = rank === dimension ? optimalStep(moments) : optimalStepOfRank(moments, rank);
      const layer = await train(
        law,
        { rank: defect === "one-rank-fewer" ? rank - 1 : rank, starts, key: childKey(key, "rank", rank) },
        () => progress(at / ranks.length, `rank ${rank}`),
      );
      claims.push(
        {
          name: `rank ${rank}: loss`,
          relation: "within",
          predicted: exact.value.loss,
          observed: layer.loss,
          standardError: 0,
          tolerance: 1e-5 * exact.value.loss,
          source: exact.source,
        },
        {
          name: `rank ${rank}: distance of Γ from the truncated optimum`,
          relation: "within",
          predicted: 0,
          observed: relativeDistance(layer.step, exact.value.preconditioner),
          standardError: 0,
          tolerance: 0.01,
          source: exact.source,
        },
      );
      learned.push({ x: rank, y: layer.loss });
    }
    return {
      claims,
      figure: {
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
            points: ranks.map((x) => ({ x, y: optimalStepOfRank(moments, x).value.loss })),
          },
          { name: "trained layer", kind: "points", about: "loss", points: learned },
        ],
      },
      notes: [
        "2407.10005 asks this question; sizes are ours. Its prompts whose examples are aligned with the query are not reproduced here.",
        `Layers are trained on the exact loss by L-BFGS, the best of ${starts} random starts: some stop short of the optimum.`,
      ],
    };
  },
});

async function train(
  law: GaussianLinearPopulation,
  plan: { readonly rank: number; readonly starts: number; readonly key: RandomKey },
  report: () => void,
): Promise<{ readonly loss: number; readonly step: Matrix }> {
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
