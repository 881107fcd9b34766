import {
  childKey,
  float64Backend,
  identity,
  isotropic,
  matrix,
  multiply,
  symmetricEigen,
  transpose,
  type PromptBatch,
} from "@onestep/core";
import { gaussianCovariates, gaussianTasks, linearTarget, noNoise, promptLaw, samplePrompts } from "@onestep/data";
import { learners, transformerEngine } from "@onestep/model";
import { optimalGdPlusPlus } from "@onestep/theory";
import type { Claim } from "../claim.ts";
import type { Figure } from "../figure/figure.ts";
import { average } from "./measure/loss-of-runs.ts";
import { defineRecipe, type Recipe, type RecipeContext } from "./recipe.ts";
import { scalarLayers } from "./measure/scalar-layers.ts";
import { trainGdPlusPlus } from "./training/train-gd-plus-plus.ts";
import { typicalWeights } from "./measure/typical-contexts.ts";

const published = { dimension: 5, contextLength: 20, stepSize: 0.4 };
const ci = {
  ...published,
  layers: [1, 2, 3],
  stepsPerLayer: 700,
  promptsPerStep: 500,
  prompts: 2000,
  iterations: 13,
  descentSteps: [1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 17, 20, 24, 29, 35, 42, 50, 60, 72],
};

type Settings = typeof ci;
type Defect = "started-elsewhere" | "frozen-covariates";

/** Which iteration trained layers are closest to: Newton's grows with depth, that of gradient descent multiplies. */
export const newtonRate: Recipe = defineRecipe({
  id: "newton-rate",
  title: "trained layers against iterations of Newton and steps of gradient descent",
  question:
    "Does each trained layer add a few iterations of Newton's method, and so multiply the steps of gradient descent that match it?",
  source: { key: "ahn-2023", locator: "Theorem 4" },
  settings: {
    ci,
    paper: {
      ...published,
      layers: [1, 2, 3, 4],
      stepsPerLayer: 5000,
      promptsPerStep: 4000,
      prompts: 20_000,
      iterations: 18,
      descentSteps: [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 17, 20, 24, 29, 35, 42, 50, 60, 72, 86, 103, 124, 149, 179],
    },
  },
  defects: {
    "started-elsewhere": "Newton's method starts at a multiple of I, and is read as if it started at one of XᵀX",
    "frozen-covariates":
      "layers are trained that leave the covariates alone, P = e eᵀ, and judged as if they were GD++",
  },
  async run(settings, context) {
    const { dimension, contextLength, layers, stepsPerLayer, promptsPerStep } = settings;
    const prompts = samplePrompts(
      promptLaw({
        contextLength,
        covariates: gaussianCovariates({ dimension }),
        target: linearTarget({ tasks: gaussianTasks({ dimension }) }),
        noise: noNoise(),
      }),
      { key: childKey(context.key, "fresh"), count: settings.prompts },
    );
    const algorithms = await runAlgorithms(prompts, settings, context);
    const typical = typicalPrompts(prompts);
    const engine = transformerEngine(float64Backend());
    const work = layers.reduce((sum, depth) => sum + depth ** 2, 0);
    let done = 0;
    const found: Matches[] = [];
    for (const depth of layers) {
      const report = (part: number): void =>
        context.progress(0.2 + (0.8 * (done + part * depth ** 2)) / work, `L = ${depth}`);
      const plan = {
        key: childKey(context.key, "layers", depth),
        contextLength,
        covariates: isotropic(dimension),
        steps: stepsPerLayer * depth,
        promptsPerStep,
      };
      const trained = await trainGdPlusPlus(depth, plan, context, report);
      const best = optimalGdPlusPlus({ contextLength, dimension, noiseVariance: 0 }, depth);
      const seen = await engine.predict(trained, prompts);
      const ideal = await engine.predict(scalarLayers(best.value, identity(dimension)), prompts);
      found.push({ depth, ...matchesOf(seen, ideal, algorithms, typical), source: best.source });
      done += depth ** 2;
    }
    return {
      claims: found.flatMap((matches, at) => claimsOf(matches, found[at - 1])),
      figure: figureOf(
        found,
        `x ~ N(0, I), w ~ N(0, I), d = ${dimension}, n = ${contextLength}, no noise; matched on ${settings.prompts} prompts`,
      ),
      notes: [
        `An iteration matches a model if its predictions are nearest, in mean square, on the same prompts; those with √λ_max(XᵀX) > √n + √d + 1.3, one in a thousand, are left out. Newton's method starts at XᵀX/λ_max², gradient descent has steps of ${settings.stepSize}/n.`,
        "Predictions are the matches of the best GD++ of theory, a_l I and b_l I.",
        "2310.17086 trains 12 layers of GPT-2 on d = 20 and 40 examples, and matches 24 iterations of Newton and gradient descent at rate 0.01; that is not done here. What is shown is the same statement for linear attention.",
        "That ln(−ln loss) is about a line in L is not claimed: over so few layers it is as straight for gradient descent.",
        "With one scale α for all contexts Newton's method cannot do it: min over α of E tr(I − α(XᵀX/n)²)^(2^(k+1)) at d = 5, n = 20 is 1.991, 1.586, 1.407 and 1.452 for k = 1 to 4, by an exact rule for the Wishart spectrum. Values known before, 2.00, 1.57, 1.14 and .70, are those of finite samples, without wide contexts.",
      ],
    };
  },
});

/** Predictions of an algorithm after several numbers of iterations. */
interface Iterates {
  readonly counts: readonly number[];
  readonly all: readonly Float64Array[];
}

async function iterates(
  counts: readonly number[],
  predictAfter: (count: number) => Promise<Float64Array>,
): Promise<Iterates> {
  return { counts, all: await Promise.all(counts.map(predictAfter)) };
}

/** Predictions of the iterations of Newton's method and of the steps of gradient descent. */
interface Algorithms {
  readonly newton: Iterates;
  /** What trained models are matched with as Newton's method. */
  readonly newtonSeen: Iterates;
  readonly descent: Iterates;
}

async function runAlgorithms(
  prompts: PromptBatch,
  { stepSize, iterations, descentSteps }: Settings,
  { defect, progress }: RecipeContext<Defect>,
): Promise<Algorithms> {
  progress(0, "iterations of Newton's method");
  const counts = Array.from({ length: iterations + 1 }, (_, k) => k);
  const from = (start: "gram" | "identity"): Promise<Iterates> =>
    iterates(counts, (k) => learners.newton({ iterations: k, start }).predict(prompts));
  const newton = await from("gram");
  const newtonSeen = defect === "started-elsewhere" ? await from("identity") : newton;
  progress(0.1, "steps of gradient descent");
  const descent = await iterates(descentSteps, (steps) =>
    learners.gradientDescent({ steps, stepSize }).predict(prompts),
  );
  return { newton, newtonSeen, descent };
}

/** How many iterations come closest to a trained model, and to the best one of theory. */
interface Matches {
  readonly depth: number;
  readonly newton: { readonly trained: number; readonly ideal: number };
  readonly descent: { readonly trained: number; readonly ideal: number };
  readonly source: Claim["source"];
}

function matchesOf(
  seen: Float64Array,
  ideal: Float64Array,
  { newton, newtonSeen, descent }: Algorithms,
  typical: Float64Array,
): Pick<Matches, "newton" | "descent"> {
  const closest = (predictions: Float64Array, { counts, all }: Iterates): number => {
    const distances = all.map((others) => average(predictions.map((one, i) => typical[i] * (one - others[i]) ** 2)));
    return counts[distances.indexOf(Math.min(...distances))];
  };
  return {
    newton: { trained: closest(seen, newtonSeen), ideal: closest(ideal, newton) },
    descent: { trained: closest(seen, descent), ideal: closest(ideal, descent) },
  };
}

/** 1 for a typical context, 0 for a wide one. */
function typicalPrompts({ count, contextLength, dimension, covariates }: PromptBatch): Float64Array {
  const size = contextLength * dimension;
  const largestEigenvalues = Float64Array.from({ length: count }, (_, i) => {
    const rows = matrix(contextLength, dimension, covariates.slice(i * size, (i + 1) * size));
    return symmetricEigen(multiply(transpose(rows), rows)).values[dimension - 1];
  });
  return typicalWeights({ weights: new Float64Array(count).fill(1), largestEigenvalues }, { contextLength, dimension });
}

function claimsOf({ depth, newton, descent, source }: Matches, before: Matches | undefined): Claim[] {
  const exact = { standardError: 0, source };
  const claims: Claim[] = [
    {
      name: `L = ${depth}: matching iteration of Newton's method`,
      relation: "within",
      predicted: newton.ideal,
      observed: newton.trained,
      tolerance: 1,
      ...exact,
    },
  ];
  if (before === undefined) return claims;
  const step = `L = ${before.depth} to ${depth}`;
  return [
    ...claims,
    {
      name: `${step}: iterations of Newton's method added`,
      relation: "within",
      predicted: newton.ideal - before.newton.ideal,
      observed: newton.trained - before.newton.trained,
      tolerance: 1,
      ...exact,
    },
    {
      name: `${step}: steps of gradient descent, multiplied by`,
      relation: "above",
      predicted: 2,
      observed: descent.trained / before.descent.trained,
      tolerance: 0,
      ...exact,
    },
  ];
}

function figureOf(found: readonly Matches[], subtitle: string): Figure {
  const points = (value: (one: Matches) => number) => found.map((one) => ({ x: one.depth, y: value(one) }));
  return {
    title: "Each layer adds iterations of Newton and multiplies steps of descent",
    subtitle,
    x: { label: "layers L", scale: "linear" },
    y: { label: "iterations or steps that match", scale: "log" },
    series: [
      {
        name: "gradient descent, best GD++",
        kind: "line",
        theory: true,
        about: "descent",
        points: points((one) => one.descent.ideal),
      },
      {
        name: "gradient descent, trained",
        kind: "points",
        about: "descent",
        points: points((one) => one.descent.trained),
      },
      {
        name: "Newton, best GD++",
        kind: "line",
        theory: true,
        about: "newton",
        points: points((one) => one.newton.ideal),
      },
      { name: "Newton, trained", kind: "points", about: "newton", points: points((one) => one.newton.trained) },
    ],
  };
}
