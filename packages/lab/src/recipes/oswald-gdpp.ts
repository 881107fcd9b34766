import {
  childKey,
  dot,
  isotropic,
  log,
  type Estimate,
  type GaussianLinearSetting,
  type RandomKey,
} from "@onestep/core";
import {
  gaussianCovariates,
  gaussianTasks,
  linearTarget,
  noNoise,
  promptLaw,
  sampleContextStatistics,
} from "@onestep/data";
import {
  construct,
  gdPlusPlusTransformer,
  inducedWeights,
  sparseTransformer,
  tiedTransformer,
  type LinearTransformer,
} from "@onestep/model";
import {
  mapClosedForm,
  optimalDepth,
  optimalGdPlusPlus,
  tiedDepth,
  tiedGdPlusPlus,
  type ClosedForm,
} from "@onestep/theory";
import type { Claim } from "../claim.ts";
import type { Figure, FigureSeries } from "../figure/figure.ts";
import { meanOf } from "../measure/mean-of.ts";
import { ratioOfMeans } from "../measure/ratio-of-means.ts";
import { weighedContexts } from "../measure/weighed-contexts.ts";
import { lossOfRuns, product } from "./measure/loss-of-runs.ts";
import { defineRecipe, type Recipe } from "./recipe.ts";
import { trainDepth } from "./training/train-depth.ts";

/** At these sizes one context in ten thousand is wider than `widest`, the largest λ_max(XᵀX) that is counted. */
const sizes = { dimension: 5, contextLength: 20, widest: 70 };

/**
 * How near ln loss must come to its optimum, by number of layers; deeper models are held against others only. Of three
 * untied layers typical contexts see less than the mean over all.
 */
const TOLERANCES: Readonly<Record<Model["kind"], Readonly<Record<number, number>>>> = {
  looped: { 2: 0.1, 3: 0.2 },
  untied: { 2: 0.1, 3: 0.5 },
};

/** Depths of which the figure draws the optimum. */
const DRAWN = [1, 2, 3, 4];

/** Figures 3 and 4 of 2212.07677: trained layers beat gradient descent, because they are GD++. */
export const oswaldGdpp: Recipe = defineRecipe({
  id: "oswald-gdpp",
  title: "two and more trained layers, looped and not, against GD and GD++",
  question: "Do trained layers, all alike or each its own, do what GD++ does, and better than gradient descent can?",
  source: { key: "von-oswald-2022", locator: "Figures 3 and 4" },
  settings: {
    ci: {
      ...sizes,
      looped: [2, 3],
      untied: [2],
      stepsPerLayer: 1500,
      promptsPerStep: 1000,
      contexts: 30_000,
      angles: 4000,
    },
    paper: {
      ...sizes,
      looped: [2, 3, 4, 5],
      untied: [2, 3],
      stepsPerLayer: 10_000,
      promptsPerStep: 2000,
      contexts: 200_000,
      angles: 10_000,
    },
  },
  defects: {
    "frozen-covariates": "layers are trained that leave the covariates alone, and judged as if they were GD++",
    "untied-target": "looped layers are held against the best layers that differ from one another",
  },
  async run(settings, context) {
    const { dimension, contextLength, widest, looped, untied, stepsPerLayer, promptsPerStep, contexts } = settings;
    const { key, defect, progress } = context;
    const isotropicLaw = {
      contextLength,
      covariates: isotropic(dimension),
      tasks: isotropic(dimension),
      noiseVariance: 0,
    };
    const law = { contextLength, dimension, noiseVariance: 0 };
    const fresh = weighedContexts(isotropicLaw, { key: childKey(key, "fresh"), count: contexts });
    const typical = fresh.weights.map((weight, i) => (fresh.largestEigenvalues[i] <= widest ? weight : 0));
    const weighed = (transformer: LinearTransformer): Float64Array => product(typical, fresh.errorsOf(transformer));

    const plans = [
      ...looped.map((layers) => ({ kind: "looped" as const, layers })),
      ...untied.map((layers) => ({ kind: "untied" as const, layers })),
    ];
    const work = plans.reduce((sum, { layers }) => sum + layers ** 2, 0);
    let done = 0;
    const models: Model[] = [];
    for (const { kind, layers } of plans) {
      const label = `${layers} ${kind} layers`;
      const best =
        kind === "looped" && defect !== "untied-target" ? tiedGdPlusPlus(law, layers) : optimalGdPlusPlus(law, layers);
      const descent = kind === "looped" ? tiedDepth(law, layers) : optimalDepth(law, layers);
      const plan = {
        key: childKey(childKey(key, kind), "layers", layers),
        contextLength,
        covariates: isotropic(dimension),
        steps: stepsPerLayer * layers,
        promptsPerStep,
      };
      const onPart = (part: number): void => progress((done + part * layers ** 2) / work, label);
      const repetitions = kind === "looped" ? layers : 1;
      const shape = { dimension, layers: layers / repetitions };
      const trained =
        defect === "frozen-covariates"
          ? await trainDepth(tiedTransformer({ repetitions, loop: sparseTransformer(shape) }), plan, context, onPart)
          : await trainDepth(
              tiedTransformer({ repetitions, loop: gdPlusPlusTransformer(shape) }),
              plan,
              context,
              onPart,
            );
      done += layers ** 2;
      const errors = weighed(trained);
      const { a, b } = best.value;
      const contractions = a.map((step, l) => step * (b[l] ?? 0));
      const plusPlus = construct.gdPlusPlus({ dimension, stepSizes: a, contractions });
      const gradient = construct.gradientDescent({ dimension, stepSizes: descent.value.stepSizes });
      models.push({
        kind,
        layers,
        label,
        best: mapClosedForm(best, ({ loss }) => loss),
        descent: mapClosedForm(descent, ({ loss }) => loss),
        loss: ratioOfMeans(errors, typical),
        errors,
        overDescent: ratioOfMeans(errors, weighed(gradient)),
        closerToPlusPlus: cosineGain(
          { trained, plusPlus, gradient },
          { setting: isotropicLaw, key: childKey(key, "angles"), count: settings.angles },
        ),
      });
    }
    return {
      claims: [...models.flatMap(claimsOf), ...claimsOfUntying(models)],
      figure: figureOf(models, law),
      notes: [
        "The paper's prompts have uniform covariates and d = n = 10, and GD++ with a learned rate and contraction to compare with. Here covariates are Gaussian, for which the best looped and the best untied GD++ are known exactly.",
        `The error of deep GD++ is a polynomial of high degree in XᵀX, whose mean rare wide contexts can dominate: layers are judged where λ_max(XᵀX) ≤ ${widest}, all but one context in ten thousand.`,
        "The paper trains two looped layers for 5000 steps, two of their own for 50,000, and five with clipping; here Adam cools along a cosine and the last fifth of the run is averaged. All entries of A and B in P = diag(B, 1), Q = −diag(A, 0) are trained; the paper trains P and Q whole, from which some starts never reach GD++.",
      ],
    };
  },
});

/** A trained transformer and what it is held against. */
interface Model {
  readonly kind: "looped" | "untied";
  readonly layers: number;
  readonly label: string;
  /** The loss of the best GD++ with weights shared alike. */
  readonly best: ClosedForm<number>;
  /** The loss of gradient descent with the best step, or the best steps. */
  readonly descent: ClosedForm<number>;
  readonly loss: Estimate;
  /** Weighed errors of all contexts. */
  readonly errors: Float64Array;
  readonly overDescent: Estimate;
  /** The cosine with GD++ less that with gradient descent. */
  readonly closerToPlusPlus: Estimate;
}

function claimsOf({ kind, layers, label, best, descent, loss, overDescent, closerToPlusPlus }: Model): Claim[] {
  const tolerance = TOLERANCES[kind][layers];
  const near = {
    name: `${label}: ln loss, against the best GD++`,
    relation: "within",
    predicted: log(best.value),
    observed: log(loss.value),
    standardError: loss.standardError / loss.value,
    tolerance,
    source: best.source,
  } as const;
  return [
    ...(tolerance === undefined ? [] : [near]),
    {
      name: `${label}: loss over that of tuned gradient descent`,
      relation: "below",
      predicted: 1,
      observed: overDescent.value,
      standardError: overDescent.standardError,
      tolerance: 0,
      source: descent.source,
    },
    {
      name: `${label}: cosine of ∂ŷ/∂x_q with GD++, less that with gradient descent`,
      relation: "above",
      predicted: 0,
      observed: closerToPlusPlus.value,
      standardError: closerToPlusPlus.standardError,
      tolerance: 0,
      source: best.source,
    },
  ];
}

/** Where both were trained: layers of their own do better than as many looped ones. */
function claimsOfUntying(models: readonly Model[]): Claim[] {
  return models.flatMap((own): Claim[] => {
    const loop = models.find(({ kind, layers }) => kind === "looped" && layers === own.layers);
    if (own.kind === "looped" || loop === undefined) return [];
    const { value, standardError } = ratioOfMeans(own.errors, loop.errors);
    return [
      {
        name: `${own.label}: loss over that of looped ones`,
        relation: "below",
        predicted: 1,
        observed: value,
        standardError,
        tolerance: 0,
        source: own.best.source,
      },
    ];
  });
}

/** E[cos(ŵ, ŵ of GD++) − cos(ŵ, ŵ of gradient descent)], all on the same contexts. */
function cosineGain(
  { trained, plusPlus, gradient }: Readonly<Record<"trained" | "plusPlus" | "gradient", LinearTransformer>>,
  { setting, key, count }: { readonly setting: GaussianLinearSetting; readonly key: RandomKey; readonly count: number },
): Estimate {
  const d = setting.covariates.dimension;
  const law = promptLaw({
    contextLength: setting.contextLength,
    covariates: gaussianCovariates({ dimension: d }),
    target: linearTarget({ tasks: gaussianTasks({ dimension: d }) }),
    noise: noNoise(),
  });
  const statistics = sampleContextStatistics(law, { key, count });
  const [mine, one, other] = [trained, plusPlus, gradient].map((model) => inducedWeights(model, statistics).weights);
  const cosine = (left: Float64Array, right: Float64Array, i: number): number => {
    const [a, b] = [left, right].map((all) => all.subarray(i * d, (i + 1) * d));
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  };
  return meanOf(Array.from({ length: count }, (_, i) => cosine(mine, one, i) - cosine(mine, other, i)));
}

function figureOf(
  models: readonly Model[],
  law: { contextLength: number; dimension: number; noiseVariance: number },
): Figure {
  const curve = (name: string, about: string, lossOf: (layers: number) => number): FigureSeries => ({
    name: `theory: ${name}`,
    kind: "line",
    theory: true,
    about,
    points: DRAWN.map((x) => ({ x, y: lossOf(x) })),
  });
  const points = (kind: Model["kind"]): FigureSeries => ({
    name: `trained layers, ${kind}`,
    kind: "points",
    about: kind,
    points: models.filter((one) => one.kind === kind).map(({ layers, loss }) => ({ x: layers, ...lossOfRuns([loss]) })),
  });
  return {
    title: "Layers do better than steps: they also reshape the covariates",
    subtitle: `x ~ N(0, I), w ~ N(0, I), d = ${law.dimension}, n = ${law.contextLength}, no noise; whiskers: 95 % of test contexts`,
    x: { label: "layers L", scale: "linear" },
    y: { label: "loss (mean squared error)", scale: "log" },
    series: [
      curve("GD, one step size", "GD, one step size", (layers) => tiedDepth(law, layers).value.loss),
      curve("GD, a step size each", "GD, a step size each", (layers) => optimalDepth(law, layers).value.loss),
      curve("GD++, looped", "looped", (layers) => tiedGdPlusPlus(law, layers).value.loss),
      points("looped"),
      curve("GD++, untied", "untied", (layers) => optimalGdPlusPlus(law, layers).value.loss),
      points("untied"),
    ],
  };
}
