import { childKey, identity, scale, type Estimate } from "@onestep/core";
import {
  expectedSquaredError,
  gaussianCovariates,
  gaussianTasks,
  integrateQueries,
  linearTarget,
  promptLaw,
  sampleContextStatistics,
  uniformScaleNoise,
  type PromptLaw,
} from "@onestep/data";
import {
  diagonalTransformer,
  gdPlusPlusTransformer,
  inducedWeights,
  transformerOnStatistics,
  type LinearTransformer,
  type Parametrisation,
} from "@onestep/model";
import {
  bayesRisk,
  mapClosedForm,
  optimalGdPlusPlus,
  optimalStepLoss,
  optimalStepSize,
  type ClosedForm,
} from "@onestep/theory";
import type { Claim } from "../claim.ts";
import type { Figure, FigurePoint } from "../figure/figure.ts";
import { whiskers } from "../figure/whiskers.ts";
import { inUnitsOf } from "../measure/in-units-of.ts";
import { meanOf } from "../measure/mean-of.ts";
import { below, estimates, within } from "./claims.ts";
import { defineRecipe, type Recipe, type RecipeContext } from "./recipe.ts";
import { ridgeWeights } from "./measure/ridge-weights.ts";
import { estimateStepLoss } from "./measure/step-loss.ts";
import { trainTransformer } from "./training/train-transformer.ts";

const published = { dimension: 10, contextLength: 20, largest: [0, 1, 2, 3, 4, 5, 6, 7], trainedAt: 5 };
const ci = {
  ...published,
  diagonalLayers: [2, 3],
  plainLayers: 3,
  steps: 1200,
  promptsPerStep: 300,
  contexts: 20_000,
};

type Settings = typeof ci;
type Defect = "square-of-the-mean" | "one-example-fewer";

/** The part of contexts on which a deep model's error, a polynomial of high degree, is not taken in full. */
const WORST = 0.001;

/** Prompts whose noise has a level of their own: layers that see the energy of responses adapt to it, GD++ cannot. */
export const versatileMixedNoise: Recipe = defineRecipe({
  id: "versatile-mixed-noise",
  title: "one noise level a prompt: what GD++ cannot know, diagonal layers find out",
  question:
    "Where each prompt has noise of its own level, does GD++ come no further than ridge regression with one penalty, and do diagonal layers get below it?",
  source: { key: "onestep", locator: "bayesRisk" },
  settings: {
    ci,
    paper: {
      ...published,
      diagonalLayers: [2, 3, 4, 5],
      plainLayers: 3,
      steps: 20_000,
      promptsPerStep: 2048,
      contexts: 100_000,
    },
  },
  defects: {
    "square-of-the-mean":
      "predictions take the square of the mean level, σ_max²/4, for the mean of its square, σ_max²/3",
    "one-example-fewer": "contexts have n − 1 examples and are judged as if they had n",
  },
  async run(settings, context) {
    const single = drawOneLayer(settings, context);
    const trained = await trainDeep(settings, context);
    context.progress(0.9, "test contexts");
    const deep = testDeep(trained, settings, context);
    return {
      claims: [
        ...single.map((point) =>
          estimates(`σ_max = ${point.max}: one layer, above the noise`, point.target, point.seen, 0.04),
        ),
        ...claimsOnDeep(deep, settings),
      ],
      figure: figureOf(single, deep, settings, context.defect),
      notes: [
        "Deep models are compared with ridge context by context, the query integrated out. Their error is a polynomial of high degree in a context, and one that no test meets can outweigh all others: on the worst thousandth of contexts the difference counts as much as on the best of these.",
        "The mean noise variance σ_max²/3 is taken off all losses. A predictor that is linear in the responses has a loss that is linear in σ², and depends on its mean alone: that is why one layer, GD++ and ridge with one penalty are known exactly, the last as the Bayes risk at the mean variance.",
        "2402.14180 trains each model 200,000 steps on 2048 prompts, takes the best of five, and grades up to seven layers, full and diagonal, for σ_max from 0 to 7 and for levels {1, 3} and {1, 3, 5}. That takes hours of a large GPU each; here diagonal layers and GD++ are trained at one σ_max, for a short while. That diagonal layers come close to full ones, and that four or five of them beat ridge that adapts or is tuned, is not graded.",
      ],
    };
  },
});

/** What theory knows of the law with levels up to σ_max: the mean noise variance. */
function settingOf(
  max: number,
  { dimension, contextLength }: Settings,
  defect: Defect | undefined,
): { readonly dimension: number; readonly contextLength: number; readonly noiseVariance: number } {
  return {
    contextLength,
    dimension,
    noiseVariance: defect === "square-of-the-mean" ? (max * max) / 4 : (max * max) / 3,
  };
}

function lawOf(max: number, { dimension, contextLength }: Settings, defect: Defect | undefined): PromptLaw {
  return promptLaw({
    contextLength: defect === "one-example-fewer" ? contextLength - 1 : contextLength,
    covariates: gaussianCovariates({ dimension }),
    target: linearTarget({ tasks: gaussianTasks({ dimension }) }),
    noise: uniformScaleNoise({ max }),
  });
}

/** A loss above the mean noise variance: in theory, and on drawn contexts. */
interface Point {
  readonly max: number;
  readonly target: ClosedForm<number>;
  readonly seen: Estimate;
}

/** One layer, the best step of gradient descent, at each of the levels. */
function drawOneLayer(settings: Settings, { key, defect, progress }: RecipeContext<Defect>): Point[] {
  const { dimension, largest, contexts } = settings;
  return largest.map((max, at) => {
    const tick = (): void => progress((0.2 * at) / largest.length, `one layer, σ_max = ${max}`);
    tick();
    const setting = settingOf(max, settings, defect);
    const step = scale(identity(dimension), optimalStepSize(setting).value);
    const request = { key: childKey(key, "one-layer", at), count: contexts, tick };
    return {
      max,
      target: mapClosedForm(optimalStepLoss(setting), (loss) => loss - setting.noiseVariance),
      seen: plus(estimateStepLoss(lawOf(max, settings, defect), step, request), -(max * max) / 3),
    };
  });
}

/** Deep models, trained at one largest level. */
interface TrainedDeep {
  readonly diagonal: readonly LinearTransformer[];
  readonly plain: LinearTransformer;
}

async function trainDeep(settings: Settings, context: RecipeContext<Defect>): Promise<TrainedDeep> {
  const { dimension, trainedAt, diagonalLayers, plainLayers, steps, promptsPerStep } = settings;
  const { key, defect, progress, signal } = context;
  const law = lawOf(trainedAt, settings, defect);
  const runs = diagonalLayers.length + 1;
  const train = <W>(family: Parametrisation<W>, at: number): Promise<LinearTransformer> => {
    const address = childKey(childKey(key, "trained", at), family.name);
    const report = (part: number): void => progress(0.2 + (0.7 * (at + part)) / runs, family.name);
    return trainTransformer(family, {
      key: childKey(address, "initial"),
      model: () => transformerOnStatistics(family),
      prompts: (step) => sampleContextStatistics(law, { key: childKey(address, "train", step), count: promptsPerStep }),
      learningRate: 0.02,
      steps,
      signal,
      onStep: (step) => report(step / steps),
    });
  };
  const diagonal: LinearTransformer[] = [];
  for (const [at, layers] of diagonalLayers.entries()) {
    diagonal.push(await train(diagonalTransformer({ dimension, layers }), at));
  }
  return { diagonal, plain: await train(gdPlusPlusTransformer({ dimension, layers: plainLayers }), runs - 1) };
}

/** Deep models beside ridge regression with one penalty, context by context. */
interface TestedDeep {
  readonly ridge: Point;
  /** Losses beyond that of ridge regression. */
  readonly plain: Estimate;
  readonly diagonal: readonly Estimate[];
  /** What GD++ can reach, above the mean noise variance. */
  readonly bestPlain: ClosedForm<number>;
}

function testDeep(
  { diagonal, plain }: TrainedDeep,
  settings: Settings,
  { key, defect }: RecipeContext<Defect>,
): TestedDeep {
  const { dimension, trainedAt, plainLayers, contexts } = settings;
  const law = lawOf(trainedAt, settings, defect);
  const request = { key: childKey(key, "fresh"), count: contexts };
  const statistics = sampleContextStatistics(law, request);
  const queries = integrateQueries(law, request);
  const errorsOf = (weights: Float64Array): Float64Array =>
    Float64Array.from({ length: contexts }, (_, i) =>
      expectedSquaredError(queries, i, weights.subarray(i * dimension, (i + 1) * dimension)),
    );
  const setting = settingOf(trainedAt, settings, defect);
  const { noiseVariance } = setting;
  const ofRidge = errorsOf(ridgeWeights(statistics, noiseVariance));
  const beside = (transformer: LinearTransformer): Estimate => {
    const errors = errorsOf(inducedWeights(transformer, statistics).weights);
    return meanOf(bounded(errors.map((error, i) => error - ofRidge[i])));
  };
  return {
    ridge: {
      max: trainedAt,
      target: mapClosedForm(bayesRisk(setting), (risk) => risk - noiseVariance),
      seen: plus(meanOf(ofRidge), -(trainedAt ** 2) / 3),
    },
    plain: beside(plain),
    diagonal: diagonal.map(beside),
    bestPlain: mapClosedForm(optimalGdPlusPlus(setting, plainLayers), ({ loss }) => loss - noiseVariance),
  };
}

function claimsOnDeep(
  { ridge, plain, diagonal, bestPlain }: TestedDeep,
  { trainedAt, plainLayers, diagonalLayers }: Settings,
): Claim[] {
  const { value: unit, source } = ridge.target;
  return [
    estimates(`σ_max = ${trainedAt}: ridge with one penalty, above the noise`, ridge.target, ridge.seen, 0.04),
    within(
      `GD++, ${plainLayers} layers: above ridge with one penalty, as a part`,
      { value: bestPlain.value / unit - 1, source: bestPlain.source },
      inUnitsOf(unit, plain),
      0.02,
    ),
    ...diagonal.map((gap, at) =>
      below(
        `diagonal, ${diagonalLayers[at]} layers: loss less that of ridge with one penalty`,
        { value: 0, source },
        gap,
      ),
    ),
  ];
}

function plus({ value, ...rest }: Estimate, more: number): Estimate {
  return { ...rest, value: value + more };
}

/** Values above the largest but one in a thousand, pulled down to it. */
function bounded(values: Float64Array): Float64Array {
  const most = values.toSorted()[Math.ceil((1 - WORST) * values.length) - 1];
  return values.map((value) => Math.min(value, most));
}

function figureOf(
  single: readonly Point[],
  { ridge, plain, diagonal }: TestedDeep,
  settings: Settings,
  defect: Defect | undefined,
): Figure {
  const { dimension, contextLength, largest, trainedAt, plainLayers, diagonalLayers } = settings;
  const ridgeAt = (max: number): number => {
    const setting = settingOf(max, settings, defect);
    return bayesRisk(setting).value - setting.noiseVariance;
  };
  const aboveNoise = (gap: Estimate): FigurePoint[] => [whiskers(trainedAt, plus(gap, ridge.target.value))];
  return {
    title: "Diagonal layers adapt to the noise of a prompt",
    subtitle: `x ~ N(0, I), w ~ N(0, I), d = ${dimension}, n = ${contextLength}, σ ~ U(0, σ_max) in each prompt; whiskers: 95 %`,
    x: { label: "largest noise level σ_max", scale: "linear" },
    y: { label: "loss less the mean noise variance", scale: "linear" },
    series: [
      {
        name: "theory: one layer",
        kind: "line",
        theory: true,
        about: "one layer",
        points: single.map(({ max, target }) => ({ x: max, y: target.value })),
      },
      {
        name: "one layer on drawn contexts",
        kind: "points",
        about: "one layer",
        points: single.map(({ max, seen }) => whiskers(max, seen)),
      },
      {
        name: "theory: ridge, one penalty",
        kind: "line",
        theory: true,
        points: largest.map((max) => ({ x: max, y: ridgeAt(max) })),
      },
      { name: `GD++, ${plainLayers} layers, trained`, kind: "points", points: aboveNoise(plain) },
      ...diagonal.map((gap, at) => ({
        name: `diagonal, ${diagonalLayers[at]} layers, trained`,
        kind: "points" as const,
        points: aboveNoise(gap),
      })),
    ],
  };
}
