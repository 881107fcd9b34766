import {
  childKey,
  identity,
  scale,
  toRows,
  type Estimate,
  type LsaParameters,
  type Matrix,
  type RandomKey,
} from "@onestep/core";
import {
  gaussianCovariates,
  gaussianTasks,
  integrateQueries,
  laplaceCovariates,
  linearTarget,
  noNoise,
  promptLaw,
  promptMoments,
  sampleContextStatistics,
  uniformCovariates,
  type PromptLaw,
} from "@onestep/data";
import { inducedWeights, lsaHeads } from "@onestep/model";
import { optimalStep, shiftedLoss, stepSizeOf, type ClosedForm } from "@onestep/theory";
import type { Claim } from "../claim.ts";
import { geometric } from "../figure/geometric.ts";
import { meanOf } from "../measure/mean-of.ts";
import { ratioOfMeans } from "../measure/ratio-of-means.ts";
import { observeLoop, scaledOutput } from "./training/oswald-loop.ts";
import { errorsOf, oswaldLaw, trainOswaldLayer } from "./training/oswald-layer.ts";
import { defineRecipe, type Recipe, type RecipeContext } from "./recipe.ts";

const published = {
  dimension: 10,
  contextLength: 10,
  covariates: ["uniform", "gaussian", "laplace"],
  taskScales: [0.5, 2, 5],
  damping: 0.75,
};

/** The loop is judged on contexts where its rate is at most this share of the largest stable one, 2/λ_max(XᵀX). */
const STABLE = 0.95;

/** Figures 2 and 3 of 2212.07677: the trained layer where prompts are of another law, and iterated. */
export const oswaldOod: Recipe = defineRecipe({
  id: "oswald-ood",
  title: "a trained layer and one step of gradient descent, out of distribution and in a loop",
  question:
    "Is a trained layer still one step of gradient descent on prompts that it was not trained on, where that step is a bad one too?",
  source: { key: "von-oswald-2022", locator: "Figures 2 and 3" },
  settings: {
    ci: {
      ...published,
      ranges: [0.5, 1, 1.5, 2],
      loops: [1, 2, 5, 10, 20, 50],
      steps: 1500,
      contextsPerStep: 256,
      queries: 8,
      contexts: 20_000,
      loopContexts: 1000,
    },
    paper: {
      ...published,
      ranges: [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2],
      loops: [1, 2, 5, 10, 20, 30, 40, 50],
      steps: 5000,
      contextsPerStep: 2048,
      queries: 1,
      contexts: 100_000,
      loopContexts: 10_000,
    },
  },
  defects: {
    "one-example-fewer": "the layer is trained on n − 1 examples and judged as if it were n",
    "undamped-descent": "gradient descent forgets the damping, the iterated layer does not",
  },
  async run(settings, context) {
    const { dimension: d, contextLength: n, covariates, ranges, taskScales, loops, damping, contexts } = settings;
    const { key, defect, progress } = context;
    const home = oswaldLaw({ contextLength: n, dimension: d, range: 1 });
    const optimum = optimalStep(promptMoments(home));
    const stepSize = stepSizeOf(optimum.value.preconditioner)!;
    const seen = { contextLength: defect === "one-example-fewer" ? n - 1 : n, dimension: d, range: 1 };
    const layer = await train({ ...seen, queries: settings.queries }, settings, context);

    const test = { key: childKey(key, "test"), count: contexts };
    const found: Shifted[] = covariates.flatMap((name, row) =>
      ranges.map((range, column) => {
        progress(0.75 + (0.15 * (row * ranges.length + column)) / (covariates.length * ranges.length), name);
        const law = shiftedLaw(name, { n, d, range });
        return { label: `${name} covariates, α = ${range}`, name, range, ...observe(layer, stepSize, law, test) };
      }),
    );
    const base = found.find(({ name, range }) => name === covariates[0] && range === 1)!;
    const widest = found.filter(({ range }) => range === Math.max(...ranges));
    const ofTasks = taskScales.map((taskScale) => ({
      taskScale,
      ...observe(layer, stepSize, shiftedLaw(covariates[0], { n, d, range: 1, taskScale }), test),
    }));
    const looped = observeLoop({
      layer: scaledOutput(layer, damping),
      stable: (2 * STABLE) / (damping * stepSize),
      rate: defect === "undamped-descent" ? stepSize : damping * stepSize,
      loops,
      law: home,
      request: { key: childKey(key, "loop"), count: settings.loopContexts },
      tick: (part) => progress(0.9 + 0.1 * part, "loop"),
    });
    const { source } = base.theory;
    const claims: Claim[] = [
      ...found.flatMap(({ label, theory, step, ratio }): Claim[] => [
        equal(`${label}: loss of the layer over that of the step`, ratio, source),
        {
          name: `${label}: loss of the step`,
          relation: "estimates",
          predicted: theory.value,
          observed: step.value,
          standardError: step.standardError,
          tolerance: 0.06 * theory.value,
          source,
        },
      ]),
      ...widest.map(({ label, trained, zero }): Claim => ({
        name: `${label}: loss of the layer, beyond that of predicting 0`,
        relation: "above",
        predicted: zero,
        observed: trained.value,
        standardError: trained.standardError,
        tolerance: 0,
        source,
      })),
      ...ofTasks.map(({ taskScale, ratio }) =>
        equal(`tasks ${taskScale} times as long: loss of the layer over that of the step`, ratio, source),
      ),
      ...looped.map(({ loop, ratio }) =>
        equal(`round ${loop} of the loop: loss of the layer over that of gradient descent`, ratio, optimum.source),
      ),
    ];
    const grid = geometric(Math.min(...ranges), Math.max(...ranges), 40);
    return {
      claims,
      figure: {
        title: "Out of distribution, the layer is as good and as bad as its step",
        subtitle: `trained on x uniform on (−1, 1)^d, d = ${d}, n = ${n}; tested on covariance α²/3·I; ${contexts} contexts a point, whiskers 95 %`,
        x: { label: "width α of the test covariates", scale: "linear" },
        y: { label: "normalised error E(ŷ − y)² / E y²", scale: "log" },
        series: covariates.flatMap((name) => [
          {
            name: `theory: one step, ${name}`,
            kind: "line" as const,
            theory: true,
            about: name,
            points: grid.map((range) => {
              const moments = promptMoments(shiftedLaw(name, { n, d, range }));
              const loss = shiftedLoss(scale(identity(d), stepSize), moments);
              return { x: range, y: loss.value / moments.responseSecondMoment };
            }),
          },
          {
            name: `trained layer, ${name}`,
            kind: "points" as const,
            about: name,
            points: found
              .filter((one) => one.name === name)
              .map(({ range, trained: { value, standardError }, zero }) => ({
                x: range,
                y: value / zero,
                low: (value - 1.96 * standardError) / zero,
                high: (value + 1.96 * standardError) / zero,
              })),
          },
        ]),
      },
      notes: [
        "The layer and the step meet the same contexts, their queries integrated out. Losses are mean squared errors; the paper has a factor ½.",
        "The normalised error of a step does not depend on the length of the tasks.",
        `In the loop, responses are updated by ${damping} times the layer and covariates stay as they are; M's last column, which multiplies a response that is 0 during training and so is never trained, is 0. Gradient descent takes steps of ${damping}·η.`,
        `The loop is judged where ${damping}·η·λ_max(XᵀX) ≤ ${2 * STABLE}, all but about one context in a thousand: beyond 2 both diverge, and their ratio is that of two explosions.`,
      ],
    };
  },
});

async function train(
  law: Parameters<typeof oswaldLaw>[0],
  settings: { readonly steps: number; readonly contextsPerStep: number },
  context: Pick<RecipeContext, "key" | "progress" | "signal">,
): Promise<LsaParameters<Matrix>> {
  let layer: LsaParameters<Matrix> | undefined;
  for await (const state of trainOswaldLayer(oswaldLaw(law), { key: context.key, ...settings }, context)) {
    layer = state.parameters;
    context.progress((0.75 * state.step) / settings.steps, `step ${state.step} of ${settings.steps}`);
  }
  return layer!;
}

/** Covariates of covariance α²/3·I, tasks N(0, s²I). */
function shiftedLaw(
  name: string,
  { n, d, range, taskScale = 1 }: { n: number; d: number; range: number; taskScale?: number },
): PromptLaw {
  const mixing = toRows(scale(identity(d), range / Math.sqrt(3)));
  const laws: Readonly<Record<string, () => PromptLaw["covariates"]>> = {
    uniform: () => uniformCovariates({ mixing }),
    laplace: () => laplaceCovariates({ mixing }),
    gaussian: () => gaussianCovariates({ dimension: d, covariance: range ** 2 / 3 }),
  };
  return promptLaw({
    contextLength: n,
    covariates: laws[name](),
    target: linearTarget({ tasks: gaussianTasks({ dimension: d, covariance: taskScale ** 2 }) }),
    noise: noNoise(),
  });
}

/** A layer and a step on a test law. */
interface Observation {
  /** The loss of the step. */
  readonly theory: ClosedForm<number>;
  readonly step: Estimate;
  readonly trained: Estimate;
  /** The loss of the layer over that of the step, on the same contexts. */
  readonly ratio: Estimate;
  /** E y², the loss of predicting 0. */
  readonly zero: number;
}

interface Shifted extends Observation {
  readonly label: string;
  readonly name: string;
  readonly range: number;
}

function observe(
  layer: LsaParameters<Matrix>,
  stepSize: number,
  law: PromptLaw,
  request: { readonly key: RandomKey; readonly count: number },
): Observation {
  const statistics = sampleContextStatistics(law, request);
  const queries = integrateQueries(law, request);
  const moments = promptMoments(law);
  const errors = errorsOf(queries, inducedWeights(lsaHeads([layer]), statistics).weights);
  const ofStep = errorsOf(
    queries,
    statistics.crossProduct.map((value) => stepSize * value),
  );
  return {
    theory: shiftedLoss(scale(identity(law.dimension), stepSize), moments),
    step: meanOf(ofStep),
    trained: meanOf(errors),
    ratio: ratioOfMeans(errors, ofStep),
    zero: moments.responseSecondMoment,
  };
}

function equal(name: string, { value, standardError }: Estimate, source: Claim["source"]): Claim {
  return { name, relation: "within", predicted: 1, observed: value, standardError, tolerance: 0.02, source };
}
