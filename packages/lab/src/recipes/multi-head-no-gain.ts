import { add, childKey, covariance, isotropic, outer, type RandomKey } from "@onestep/core";
import { gaussianCovariates, noNoise, promptLaw, sampleContextStatistics, type PromptLaw } from "@onestep/data";
import {
  construct,
  inducedWeights,
  mergedHeads,
  type GaussianLinearPopulation,
  type LinearTransformer,
} from "@onestep/model";
import {
  mapClosedForm,
  multiHeadOptimum,
  rotationInvariantStep,
  singleHeadOptimum,
  singleIndexEnergies,
} from "@onestep/theory";
import type { Claim } from "../claim.ts";
import type { Figure, FigurePoint } from "../figure/figure.ts";
import { ratioOfMeans } from "../measure/ratio-of-means.ts";
import { linkMoments, linkTarget } from "./laws/single-index-links.ts";
import { above, below, near, within } from "./claims.ts";
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
const ci = { ...sizes, starts: 4, stepsPerLayer: 600, minibatches: 100, contexts: 20_000 };

type Settings = typeof ci;
type Defect = "one-example-fewer" | "centred-tasks";

/** How near to its exact value a loss is that descent reaches, and how far a lower one is from a higher, as parts. */
const EXACT = 1e-6;
const BEYOND = 1e-3;

/** Random starts are small, which leads along the fastest directions, and large in turn. */
const SCALES = [0.03, 0.3];

/** Heads add nothing where the law is symmetric, and a lot where tasks have a mean. */
export const multiHeadNoGain: Recipe = defineRecipe({
  id: "multi-head-no-gain",
  title: "several heads: no gain on symmetric laws, a gain on tasks with a mean",
  question: "When do several heads of linear attention do better than one?",
  source: { key: "onestep", locator: "multiHeadOptimum" },
  settings: {
    ci,
    paper: { ...sizes, starts: 24, stepsPerLayer: 3000, minibatches: 500, contexts: 100_000 },
  },
  defects: {
    "one-example-fewer": "layers are trained on n − 1 examples and judged as if they were n",
    "centred-tasks": "the tasks that layers are trained on have the right second moment and no mean",
  },
  async run(settings, context) {
    const found = await trainHeads(settings, context);
    const [symmetric, withMean] = found;
    return {
      claims: [
        ...claimsOnSymmetric(symmetric, settings),
        ...claimsOnMean(withMean, settings),
        ...(await claimsOnSigns(settings, context)),
      ],
      figure: figureOf(found, settings),
      notes: [
        `Layers are trained on the exact loss by L-BFGS, the best of ${settings.starts} random starts.`,
        "A loss equal to L* leaves no room for an even part, whose energy adds to it where the law is symmetric.",
        "On labels sign⟨u, x⟩ no loss of several heads is exact: there heads are trained on drawn prompts, and held against the step of Theorem 3 on the same fresh contexts.",
        "There is no closed form for a number of heads between one and d: such layers are held between the two bounds.",
      ],
    };
  },
});

/** Heads trained on labels sign⟨u, x⟩, against the best step, on the same contexts. */
async function claimsOnSigns(settings: Settings, context: RecipeContext<Defect>): Promise<Claim[]> {
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
  return signHeads.flatMap((heads, at) => [
    within(
      `sign labels: loss of ${headsNamed(heads)} over that of the best step`,
      { value: 1, source: best.source },
      ratioOfMeans(ofHeads[at], ofStep),
      0.005,
    ),
    within(
      `sign labels: share of the even part in the predictions of ${headsNamed(heads)}`,
      { value: 0, source: best.source },
      evenShare(trained[at], law, fresh),
      0.001,
    ),
  ]);
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

/** The least losses of layers on one law, for each number of heads. */
interface TrainedHeads {
  readonly label: string;
  readonly law: Law;
  readonly losses: readonly number[];
}

function lawsOf(settings: Settings): Pick<TrainedHeads, "label" | "law">[] {
  const { symmetricDimension, symmetricLength, symmetricNoise, meanDimension, meanLength, meanNoise } = settings;
  return [
    { label: "tasks N(0, I)", law: lawOf(symmetricDimension, symmetricLength, symmetricNoise, 0) },
    { label: "tasks N(e₁, I)", law: lawOf(meanDimension, meanLength, meanNoise, 1) },
  ];
}

async function trainHeads(
  settings: Settings,
  { key, defect, progress }: RecipeContext<Defect>,
): Promise<TrainedHeads[]> {
  const { heads, starts } = settings;
  const laws = lawsOf(settings);
  const found: TrainedHeads[] = [];
  for (const [at, { label, law }] of laws.entries()) {
    const losses: number[] = [];
    for (const [row, count] of heads.entries()) {
      const part = (0.6 * (at * heads.length + row)) / (laws.length * heads.length);
      const tick = (): void => progress(part, `${label}, ${headsNamed(count)}`);
      const family = mergedHeads({ dimension: law.covariates.dimension, heads: count });
      const descent = { key: childKey(key, `law-${at}`, count), starts, scales: SCALES, tick };
      losses.push((await leastOnPopulation(family, mistaken(law, defect), descent)).loss);
    }
    found.push({ label, law, losses });
  }
  return found;
}

/** Any number of heads has the loss of the best step alone. */
function claimsOnSymmetric({ label, law, losses }: TrainedHeads, { heads }: Settings): Claim[] {
  const bound = mapClosedForm(multiHeadOptimum(law), ({ preconditionerOnly }) => preconditionerOnly);
  return heads.map((count, row) => near(`${label}: loss of ${headsNamed(count)}`, bound, losses[row], EXACT));
}

/** One head does better than the best step alone, several better still, d of them as well as any number. */
function claimsOnMean({ label, law, losses }: TrainedHeads, { heads }: Settings): Claim[] {
  const optimum = multiHeadOptimum(law);
  const any = mapClosedForm(optimum, ({ unconstrained }) => unconstrained);
  const step = mapClosedForm(optimum, ({ preconditionerOnly }) => preconditionerOnly);
  const single = mapClosedForm(singleHeadOptimum(law), ({ loss }) => loss);
  return [
    ...heads.flatMap((count, row): Claim[] => {
      const name = `${label}: loss of ${headsNamed(count)}`;
      if (count === 1) return [near(name, single, losses[row], EXACT)];
      if (count >= law.taskMean.length) return [near(name, any, losses[row], EXACT)];
      return [
        below(`${name}, below one head`, single, losses[row], BEYOND * single.value),
        above(`${name}, above what any number can`, any, losses[row], BEYOND * any.value),
      ];
    }),
    below(`${label}: one head below the best step alone`, step, losses[heads.indexOf(1)], BEYOND * step.value),
  ];
}

function figureOf(found: readonly TrainedHeads[], settings: Settings): Figure {
  const { symmetricDimension, symmetricLength, symmetricNoise, meanDimension, meanLength, meanNoise, heads } = settings;
  const across = (y: number): FigurePoint[] => heads.map((x) => ({ x, y }));
  const [, withMean] = found;
  return {
    title: "Heads help where tasks have a mean, not on a symmetric law",
    subtitle: `exact losses; N(0, I): d = ${symmetricDimension}, n = ${symmetricLength}, σ² = ${symmetricNoise}; N(e₁, I): d = ${meanDimension}, n = ${meanLength}, σ² = ${meanNoise}`,
    x: { label: "heads", scale: "linear" },
    y: { label: "pre-training loss", scale: "linear" },
    series: [
      ...found.map(({ label, losses }) => ({
        name: `${label}: trained`,
        kind: "points" as const,
        about: label,
        points: heads.map((x, row) => ({ x, y: losses[row] })),
      })),
      ...found.map(({ label, law }) => ({
        name: `${label}: any number of heads`,
        kind: "line" as const,
        theory: true,
        about: label,
        points: across(multiHeadOptimum(law).value.unconstrained),
      })),
      {
        name: `${withMean.label}: best step alone`,
        kind: "line",
        theory: true,
        about: "step alone",
        points: across(multiHeadOptimum(withMean.law).value.preconditionerOnly),
      },
    ],
  };
}

function mistaken(law: Law, defect: Defect | undefined): Law {
  if (defect === "one-example-fewer") return { ...law, contextLength: law.contextLength - 1 };
  if (defect !== "centred-tasks") return law;
  const tasks = covariance(add(law.tasks.matrix, outer(law.taskMean, law.taskMean)));
  return { ...law, tasks, taskMean: new Float64Array(law.taskMean.length) };
}
