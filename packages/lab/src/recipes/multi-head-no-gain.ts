import { add, childKey, covariance, isotropic, outer, type RandomKey } from "@onestep/core";
import { gaussianCovariates, noNoise, promptLaw, sampleContextStatistics, type PromptLaw } from "@onestep/data";
import {
  construct,
  inducedWeights,
  mergedHeads,
  type GaussianLinearPopulation,
  type LinearTransformer,
} from "@onestep/model";
import { multiHeadOptimum, rotationInvariantStep, singleHeadOptimum, singleIndexEnergies } from "@onestep/theory";
import type { Claim } from "../claim.ts";
import { ratioOfMeans } from "../measure/ratio-of-means.ts";
import { linkMoments, linkTarget } from "./laws/single-index-links.ts";
import { contextErrors } from "./measure/context-errors.ts";
import { defineRecipe, type Recipe, type RecipeContext } from "./recipe.ts";
import { leastOnPopulation } from "./training/least-on-population.ts";
import { trainOnStatistics } from "./training/train-on-statistics.ts";

const sizes = {
  symmetricDimension: 5,
  symmetricLength: 20,
  symmetricNoise: 0.25,
  meanDimension: 3,
  meanLength: 5,
  meanNoise: 0.3,
  heads: [1, 2, 3, 4],
  signHeads: [1, 2, 4],
};

/** Random starts are small, which leads along the fastest directions, and large in turn. */
const SCALES = [0.03, 0.3];

/** Heads add nothing where the law is symmetric, and a lot where tasks have a mean. */
export const multiHeadNoGain: Recipe = defineRecipe({
  id: "multi-head-no-gain",
  title: "several heads: no gain on symmetric laws, a gain on tasks with a mean",
  question: "When do several heads of linear attention do better than one?",
  source: { key: "onestep", locator: "multiHeadOptimum" },
  settings: {
    ci: { ...sizes, starts: 4, stepsPerLayer: 600, minibatches: 100, contexts: 20_000 },
    paper: { ...sizes, starts: 24, stepsPerLayer: 3000, minibatches: 500, contexts: 100_000 },
  },
  defects: {
    "one-example-fewer": "layers are trained on n − 1 examples and judged as if they were n",
    "centred-tasks": "the tasks that layers are trained on have the right second moment and no mean",
  },
  async run(settings, context) {
    const { defect, key, progress } = context;
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
        const part = (0.6 * (at * heads.length + row)) / (laws.length * heads.length);
        const report = (): void => progress(part, `${label}, ${headsNamed(count)}`);
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
          `tasks N(0, I): loss of ${headsNamed(count)}`,
          symmetricBound.value.preconditionerOnly,
          ofSymmetric[row],
          symmetricBound.source,
        ),
      ),
      ...heads.flatMap((count, row): Claim[] => {
        const name = `tasks N(e₁, I): loss of ${headsNamed(count)}`;
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
      ...(await claimsOnSigns(settings, context)),
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
        "On labels sign⟨u, x⟩ no loss of several heads is exact: there heads are trained on drawn prompts, and held against the step of Theorem 3 on the same fresh contexts.",
        "There is no closed form for a number of heads between one and d: such layers are held between the two bounds.",
      ],
    };
  },
});

/** Heads trained on labels sign⟨u, x⟩, against the best step, on the same contexts. */
async function claimsOnSigns(
  settings: {
    readonly symmetricDimension: number;
    readonly symmetricLength: number;
    readonly signHeads: readonly number[];
    readonly stepsPerLayer: number;
    readonly minibatches: number;
    readonly contexts: number;
  },
  context: RecipeContext,
): Promise<Claim[]> {
  const { symmetricDimension: dimension, symmetricLength: contextLength, signHeads, contexts: count } = settings;
  const key = childKey(context.key, "signs");
  const law = signLaw(dimension, contextLength);
  const seen = context.defect === "one-example-fewer" ? signLaw(dimension, contextLength - 1) : law;
  const families = signHeads.map((heads) => mergedHeads({ dimension, heads }));
  const training = { ...settings, key: childKey(key, "train") };
  const trained = await trainOnStatistics(families, seen, training, context, (part) =>
    context.progress(0.6 + 0.35 * part, "heads on sign labels"),
  );
  const energies = singleIndexEnergies(linkMoments("sign"), { dimension });
  const best = rotationInvariantStep(energies, { dimension, contextLength, noiseVariance: 0 });
  // Transformers of `construct` divide their sums by n.
  const step = construct.gradientDescent({ dimension, stepSizes: [contextLength * best.value.stepSize] });
  const fresh = { key: childKey(key, "fresh"), count };
  const [ofStep, ...ofHeads] = contextErrors(law, [step, ...trained], {
    ...fresh,
    tick: () => context.progress(0.95, "sign labels"),
  });
  return signHeads.flatMap((heads, at): Claim[] => {
    const ratio = ratioOfMeans(ofHeads[at], ofStep);
    const even = evenShare(trained[at], law, fresh);
    return [
      {
        name: `sign labels: loss of ${headsNamed(heads)} over that of the best step`,
        relation: "within",
        predicted: 1,
        observed: ratio.value,
        standardError: ratio.standardError,
        tolerance: 0.005,
        source: best.source,
      },
      {
        name: `sign labels: share of the even part in the predictions of ${headsNamed(heads)}`,
        relation: "within",
        predicted: 0,
        observed: even.value,
        standardError: even.standardError,
        tolerance: 0.001,
        source: best.source,
      },
    ];
  });
}

/** x ~ N(0, I), y = sign⟨u, x⟩, u uniform on the sphere. */
function signLaw(dimension: number, contextLength: number): PromptLaw {
  return promptLaw({
    contextLength,
    covariates: gaussianCovariates({ dimension }),
    target: linkTarget("sign", dimension),
    noise: noNoise(),
  });
}

/** E‖(ŵ(y) + ŵ(−y))/2‖²/E‖ŵ(y)‖²: what a model predicts whether responses are y or −y, for x_q ~ N(0, I). */
function evenShare(
  transformer: LinearTransformer,
  law: PromptLaw,
  request: { readonly key: RandomKey; readonly count: number },
): ReturnType<typeof ratioOfMeans> {
  const statistics = sampleContextStatistics(law, request);
  const negated = { ...statistics, crossProduct: statistics.crossProduct.map((entry) => -entry) };
  const [one, other] = [statistics, negated].map((prompts) => inducedWeights(transformer, prompts).weights);
  const [even, all] = [new Float64Array(request.count), new Float64Array(request.count)];
  one.forEach((entry, at) => {
    const i = Math.floor(at / law.dimension);
    even[i] += ((entry + other[at]) / 2) ** 2;
    all[i] += entry ** 2;
  });
  return ratioOfMeans(even, all);
}

function headsNamed(count: number): string {
  return count === 1 ? "1 head" : `${count} heads`;
}

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
