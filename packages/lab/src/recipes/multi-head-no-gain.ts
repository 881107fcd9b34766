import { childKey, covariance, isotropic, outer, add } from "@onestep/core";
import { mergedHeads, type GaussianLinearPopulation } from "@onestep/model";
import { multiHeadOptimum, singleHeadOptimum } from "@onestep/theory";
import type { Claim } from "../claim.ts";
import { leastOnPopulation } from "./training/least-on-population.ts";
import { defineRecipe, type Recipe } from "./recipe.ts";

const sizes = {
  symmetricDimension: 5,
  symmetricLength: 20,
  symmetricNoise: 0.25,
  meanDimension: 3,
  meanLength: 5,
  meanNoise: 0.3,
  heads: [1, 2, 3, 4],
};

/** Random starts are small, which leads along the fastest directions, and large in turn. */
const SCALES = [0.03, 0.3];

/** Heads add nothing where the law is symmetric, and a lot where tasks have a mean. */
export const multiHeadNoGain: Recipe = defineRecipe({
  id: "multi-head-no-gain",
  title: "several heads: no gain on symmetric laws, a gain on tasks with a mean",
  question: "When do several heads of linear attention do better than one?",
  source: { key: "onestep", locator: "multiHeadOptimum" },
  settings: { ci: { ...sizes, starts: 4 }, paper: { ...sizes, starts: 24 } },
  defects: {
    "one-example-fewer": "layers are trained on n − 1 examples and judged as if they were n",
    "centred-tasks": "the tasks that layers are trained on have the right second moment and no mean",
  },
  async run(settings, { defect, key, progress }) {
    const { heads, starts } = settings;
    const symmetric = lawOf(settings.symmetricDimension, settings.symmetricLength, settings.symmetricNoise, 0);
    const withMean = lawOf(settings.meanDimension, settings.meanLength, settings.meanNoise, 1);
    const laws = [
      { label: "tasks N(0, I)", law: symmetric },
      { label: "tasks N(e₁, I)", law: withMean },
    ];
    const losses: number[][] = [];
    for (const [at, { label, law }] of laws.entries()) {
      const found: number[] = [];
      for (const [row, count] of heads.entries()) {
        const part = (at * heads.length + row) / (laws.length * heads.length);
        const report = (): void => progress(part, `${label}, ${count} heads`);
        const family = mergedHeads({ dimension: law.covariates.dimension, heads: count });
        const descent = { key: childKey(key, `law-${at}`, count), starts, scales: SCALES, tick: report };
        found.push((await leastOnPopulation(family, mistaken(law, defect), descent)).loss);
      }
      losses.push(found);
    }
    const [ofSymmetric, ofMean] = losses;
    const [symmetricBound, meanBound] = laws.map(({ law }) => multiHeadOptimum(law));
    const single = singleHeadOptimum(withMean);
    const enough = settings.meanDimension;
    const claims: Claim[] = [
      ...heads.map((count, row) =>
        exactly(
          `tasks N(0, I): loss of ${count} heads`,
          symmetricBound.value.preconditionerOnly,
          ofSymmetric[row],
          symmetricBound.source,
        ),
      ),
      ...heads.flatMap((count, row): Claim[] => {
        const name = `tasks N(e₁, I): loss of ${count} heads`;
        if (count === 1) return [exactly(name, single.value.loss, ofMean[row], single.source)];
        if (count >= enough) return [exactly(name, meanBound.value.unconstrained, ofMean[row], meanBound.source)];
        return [
          beyond(`${name}, below one head`, "below", single.value.loss, ofMean[row], single.source),
          beyond(
            `${name}, above what any number can`,
            "above",
            meanBound.value.unconstrained,
            ofMean[row],
            meanBound.source,
          ),
        ];
      }),
      beyond(
        "tasks N(e₁, I): one head below the best step alone",
        "below",
        meanBound.value.preconditionerOnly,
        ofMean[heads.indexOf(1)],
        meanBound.source,
      ),
    ];
    const across = (y: number): { x: number; y: number }[] => heads.map((x) => ({ x, y }));
    return {
      claims,
      figure: {
        title: "Heads help where tasks have a mean, not on a symmetric law",
        subtitle: `exact losses; N(0, I): d = ${settings.symmetricDimension}, n = ${settings.symmetricLength}, σ² = ${settings.symmetricNoise}; N(e₁, I): d = ${settings.meanDimension}, n = ${settings.meanLength}, σ² = ${settings.meanNoise}`,
        x: { label: "heads", scale: "linear" },
        y: { label: "pre-training loss", scale: "linear" },
        series: [
          ...laws.map(({ label }, at) => ({
            name: `${label}: trained`,
            kind: "points" as const,
            about: label,
            points: heads.map((x, row) => ({ x, y: losses[at][row] })),
          })),
          ...laws.map(({ label }, at) => ({
            name: `${label}: any number of heads`,
            kind: "line" as const,
            theory: true,
            about: label,
            points: across([symmetricBound, meanBound][at].value.unconstrained),
          })),
          {
            name: "tasks N(e₁, I): best step alone",
            kind: "line",
            theory: true,
            about: "step alone",
            points: across(meanBound.value.preconditionerOnly),
          },
        ],
      },
      notes: [
        `Layers are trained on the exact loss by L-BFGS, the best of ${starts} random starts.`,
        "A loss equal to L* leaves no room for an even part, whose energy adds to it where the law is symmetric.",
        "There is no closed form for a number of heads between one and d: such layers are held between the two bounds.",
      ],
    };
  },
});

type Law = Required<GaussianLinearPopulation>;

/** x ~ N(0, I), w ~ N(size · e₁, I). */
function lawOf(dimension: number, contextLength: number, noiseVariance: number, size: number): Law {
  const taskMean = new Float64Array(dimension).fill(size, 0, 1);
  return { contextLength, covariates: isotropic(dimension), tasks: isotropic(dimension), taskMean, noiseVariance };
}

function mistaken(law: Law, defect: string | undefined): Law {
  if (defect === "one-example-fewer") return { ...law, contextLength: law.contextLength - 1 };
  if (defect !== "centred-tasks") return law;
  const tasks = covariance(add(law.tasks.matrix, outer(law.taskMean, law.taskMean)));
  return { ...law, tasks, taskMean: new Float64Array(law.taskMean.length) };
}

function exactly(name: string, predicted: number, observed: number, source: Claim["source"]): Claim {
  return { name, relation: "within", predicted, observed, standardError: 0, tolerance: 1e-6 * predicted, source };
}

function beyond(
  name: string,
  relation: "above" | "below",
  predicted: number,
  observed: number,
  source: Claim["source"],
): Claim {
  return { name, relation, predicted, observed, standardError: 0, tolerance: 1e-3 * predicted, source };
}
