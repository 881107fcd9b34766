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
import type { Figure } from "../figure/figure.ts";
import { meanOf } from "../measure/mean-of.ts";
import { defineRecipe, type Recipe } from "./recipe.ts";
import { ridgeWeights } from "./measure/ridge-weights.ts";
import { estimateStepLoss } from "./measure/step-loss.ts";
import { trainTransformer } from "./training/train-transformer.ts";

const published = { dimension: 10, contextLength: 20, largest: [0, 1, 2, 3, 4, 5, 6, 7], trainedAt: 5 };

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
    ci: { ...published, diagonalLayers: [2, 3], plainLayers: 3, steps: 1200, promptsPerStep: 300, contexts: 20_000 },
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
    const { dimension, largest, trainedAt, diagonalLayers, plainLayers, contexts } = settings;
    const { key, defect, progress } = context;
    const contextLength = defect === "one-example-fewer" ? settings.contextLength - 1 : settings.contextLength;
    const known = (max: number) => ({
      contextLength: settings.contextLength,
      dimension,
      noiseVariance: defect === "square-of-the-mean" ? (max * max) / 4 : (max * max) / 3,
    });
    const lawWith = (max: number): PromptLaw =>
      promptLaw({
        contextLength,
        covariates: gaussianCovariates({ dimension }),
        target: linearTarget({ tasks: gaussianTasks({ dimension }) }),
        noise: uniformScaleNoise({ max }),
      });

    const single = largest.map((max, at): Point => {
      progress((0.2 * at) / largest.length, `one layer, σ_max = ${max}`);
      const setting = known(max);
      const loss = estimateStepLoss(lawWith(max), scale(identity(dimension), optimalStepSize(setting).value), {
        key: childKey(key, "one-layer", at),
        count: contexts,
        tick: () => progress((0.2 * at) / largest.length, `one layer, σ_max = ${max}`),
      });
      return {
        max,
        target: adjusted(optimalStepLoss(setting), setting.noiseVariance),
        seen: less(loss, (max * max) / 3),
      };
    });

    const law = lawWith(trainedAt);
    const runs = diagonalLayers.length + 1;
    const train = async <W>(family: Parametrisation<W>, at: number): Promise<LinearTransformer> => {
      const address = childKey(childKey(key, "trained", at), family.name);
      const report = (part: number): void => progress(0.2 + (0.7 * (at + part)) / runs, family.name);
      return trainTransformer(family, {
        key: childKey(address, "initial"),
        model: () => transformerOnStatistics(family),
        prompts: (step) =>
          sampleContextStatistics(law, { key: childKey(address, "train", step), count: settings.promptsPerStep }),
        learningRate: 0.02,
        steps: settings.steps,
        signal: context.signal,
        onStep: (step) => report(step / settings.steps),
      });
    };
    const diagonal: LinearTransformer[] = [];
    for (const [at, layers] of diagonalLayers.entries()) {
      diagonal.push(await train(diagonalTransformer({ dimension, layers }), at));
    }
    const plain = await train(gdPlusPlusTransformer({ dimension, layers: plainLayers }), diagonalLayers.length);

    progress(0.9, "test contexts");
    const request = { key: childKey(key, "fresh"), count: contexts };
    const statistics = sampleContextStatistics(law, request);
    const queries = integrateQueries(law, request);
    const errorsOf = (weights: Float64Array): Float64Array =>
      Float64Array.from({ length: contexts }, (_, i) =>
        expectedSquaredError(queries, i, weights.subarray(i * dimension, (i + 1) * dimension)),
      );
    const setting = known(trainedAt);
    const ofRidge = errorsOf(ridgeWeights(statistics, setting.noiseVariance));
    const beside = (transformer: LinearTransformer): Estimate => {
      const errors = errorsOf(inducedWeights(transformer, statistics).weights);
      return meanOf(bounded(errors.map((error, i) => error - ofRidge[i])));
    };
    const ridge = {
      max: trainedAt,
      target: adjusted(bayesRisk(setting), setting.noiseVariance),
      seen: less(meanOf(ofRidge), trainedAt ** 2 / 3),
    };
    const bestPlain = mapClosedForm(
      optimalGdPlusPlus(setting, plainLayers),
      ({ loss }) => loss - setting.noiseVariance,
    );
    const overRidge = beside(plain);
    const belowRidge = diagonal.map(beside);
    const claims: Claim[] = [
      ...single.map((point) => estimates(`σ_max = ${point.max}: one layer, above the noise`, point)),
      estimates(`σ_max = ${trainedAt}: ridge with one penalty, above the noise`, ridge),
      {
        name: `GD++, ${plainLayers} layers: above ridge with one penalty, as a part`,
        relation: "within",
        predicted: bestPlain.value / ridge.target.value - 1,
        observed: overRidge.value / ridge.target.value,
        standardError: overRidge.standardError / ridge.target.value,
        tolerance: 0.02,
        source: bestPlain.source,
      },
      ...belowRidge.map(({ value, standardError }, at): Claim => ({
        name: `diagonal, ${diagonalLayers[at]} layers: loss less that of ridge with one penalty`,
        relation: "below",
        predicted: 0,
        observed: value,
        standardError,
        tolerance: 0,
        source: ridge.target.source,
      })),
    ];
    return {
      claims,
      figure: figureOf(
        single,
        largest.map((max) => ({ x: max, y: bayesRisk(known(max)).value - known(max).noiseVariance })),
        [
          {
            name: `GD++, ${plainLayers} layers, trained`,
            x: trainedAt,
            ...interval(plus(overRidge, ridge.target.value)),
          },
          ...belowRidge.map((gap, at) => ({
            name: `diagonal, ${diagonalLayers[at]} layers, trained`,
            x: trainedAt,
            ...interval(plus(gap, ridge.target.value)),
          })),
        ],
        `x ~ N(0, I), w ~ N(0, I), d = ${dimension}, n = ${settings.contextLength}, σ ~ U(0, σ_max) in each prompt; whiskers: 95 %`,
      ),
      notes: [
        "Deep models are compared with ridge context by context, the query integrated out. Their error is a polynomial of high degree in a context, and one that no test meets can outweigh all others: on the worst thousandth of contexts the difference counts as much as on the best of these.",
        "The mean noise variance σ_max²/3 is taken off all losses. A predictor that is linear in the responses has a loss that is linear in σ², and depends on its mean alone: that is why one layer, GD++ and ridge with one penalty are known exactly, the last as the Bayes risk at the mean variance.",
        "2402.14180 trains each model 200,000 steps on 2048 prompts, takes the best of five, and grades up to seven layers, full and diagonal, for σ_max from 0 to 7 and for levels {1, 3} and {1, 3, 5}. That takes hours of a large GPU each; here diagonal layers and GD++ are trained at one σ_max, for a short while. That diagonal layers come close to full ones, and that four or five of them beat ridge that adapts or is tuned, is not graded.",
      ],
    };
  },
});

/** A loss above the mean noise variance: in theory, and on drawn contexts. */
interface Point {
  readonly max: number;
  readonly target: ClosedForm<number>;
  readonly seen: Estimate;
}

function adjusted(loss: ClosedForm<number>, noise: number): ClosedForm<number> {
  return mapClosedForm(loss, (value) => value - noise);
}

function less(estimate: Estimate, noise: number): Estimate {
  return plus(estimate, -noise);
}

function plus({ value, ...rest }: Estimate, more: number): Estimate {
  return { ...rest, value: value + more };
}

function estimates(name: string, { target, seen }: Point): Claim {
  return {
    name,
    relation: "estimates",
    predicted: target.value,
    observed: seen.value,
    standardError: seen.standardError,
    tolerance: 0.04 * target.value,
    source: target.source,
  };
}

/** Values above the largest but one in a thousand, pulled down to it. */
function bounded(values: Float64Array): Float64Array {
  const most = values.toSorted()[Math.ceil((1 - WORST) * values.length) - 1];
  return values.map((value) => Math.min(value, most));
}

function interval({ value, standardError }: Estimate): { y: number; low: number; high: number } {
  return { y: value, low: value - 1.96 * standardError, high: value + 1.96 * standardError };
}

function figureOf(
  single: readonly Point[],
  ridge: Figure["series"][number]["points"],
  trainedOnes: readonly { name: string; x: number; y: number; low: number; high: number }[],
  subtitle: string,
): Figure {
  return {
    title: "Diagonal layers adapt to the noise of a prompt",
    subtitle,
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
        points: single.map(({ max, seen }) => ({ x: max, ...interval(seen) })),
      },
      { name: "theory: ridge, one penalty", kind: "line", theory: true, points: ridge },
      ...trainedOnes.map(({ name, ...point }) => ({ name, kind: "points" as const, points: [point] })),
    ],
  };
}
