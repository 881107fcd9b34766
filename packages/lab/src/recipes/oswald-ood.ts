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
import type { Claim, ClaimSource } from "../claim.ts";
import type { Figure } from "../figure/figure.ts";
import { geometric } from "../figure/geometric.ts";
import { whiskers } from "../figure/whiskers.ts";
import { meanOf } from "../measure/mean-of.ts";
import { ratioOfMeans } from "../measure/ratio-of-means.ts";
import { above, estimates, within } from "./claims.ts";
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
const ci = {
  ...published,
  ranges: [0.5, 1, 1.5, 2],
  loops: [1, 2, 5, 10, 20, 50],
  steps: 1500,
  contextsPerStep: 256,
  queries: 8,
  contexts: 20_000,
  loopContexts: 1000,
};

type Settings = typeof ci;
type Defect = "one-example-fewer" | "undamped-descent";

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
    ci,
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
    const { covariates, taskScales, contexts } = settings;
    const { key, progress } = context;
    const layer = await train(settings, context);
    const stepSize = bestStep(settings);
    const test = { key: childKey(key, "test"), count: contexts };
    const shifts = shiftsOf(settings);
    const shifted = shifts.map((shift, at): Shifted => {
      progress(0.75 + (0.15 * at) / shifts.length, shift.name);
      return { ...shift, ...observe(layer, stepSize, shiftedLaw(shift, settings), test) };
    });
    const ofTasks = taskScales.map((taskScale) => {
      const law = shiftedLaw({ name: covariates[0], range: 1, taskScale }, settings);
      return { taskScale, ...observe(layer, stepSize, law, test) };
    });
    const looped = iterate(layer, stepSize, settings, context);
    return {
      claims: [
        ...claimsOnCovariates(shifted, settings),
        ...ofTasks.map(({ taskScale, ratio, theory: { source } }) =>
          equal(`tasks ${taskScale} times as long: loss of the layer over that of the step`, ratio, source),
        ),
        ...looped.map(({ loop, ratio }) =>
          equal(
            `round ${loop} of the loop: loss of the layer over that of gradient descent`,
            ratio,
            optimumOf(settings).source,
          ),
        ),
      ],
      figure: figureOf(shifted, settings),
      notes: [
        "The layer and the step meet the same contexts, their queries integrated out. Losses are mean squared errors; the paper has a factor ½.",
        "The normalised error of a step does not depend on the length of the tasks.",
        `In the loop, responses are updated by ${settings.damping} times the layer and covariates stay as they are; M's last column, which multiplies a response that is 0 during training and so is never trained, is 0. Gradient descent takes steps of ${settings.damping}·η.`,
        `The loop is judged where ${settings.damping}·η·λ_max(XᵀX) ≤ ${2 * STABLE}, all but about one context in a thousand: beyond 2 both diverge, and their ratio is that of two explosions.`,
      ],
    };
  },
});

/** The law of training. */
function homeOf({ contextLength, dimension }: Settings): PromptLaw {
  return oswaldLaw({ contextLength, dimension, range: 1 });
}

function optimumOf(settings: Settings): ReturnType<typeof optimalStep> {
  return optimalStep(promptMoments(homeOf(settings)));
}

function bestStep(settings: Settings): number {
  return stepSizeOf(optimumOf(settings).value.preconditioner)!;
}

async function train(settings: Settings, context: RecipeContext<Defect>): Promise<LsaParameters<Matrix>> {
  const { contextLength, dimension, queries, steps } = settings;
  const length = context.defect === "one-example-fewer" ? contextLength - 1 : contextLength;
  const seen = oswaldLaw({ contextLength: length, dimension, range: 1, queries });
  let layer: LsaParameters<Matrix> | undefined;
  for await (const state of trainOswaldLayer(seen, { key: context.key, ...settings }, context)) {
    layer = state.parameters;
    context.progress((0.75 * state.step) / steps, `step ${state.step} of ${steps}`);
  }
  return layer!;
}

/** A test law: covariates of a name and of covariance α²/3·I, tasks N(0, s²I). */
interface Shift {
  readonly name: string;
  /** α */
  readonly range: number;
  /** s, default 1 */
  readonly taskScale?: number;
}

function shiftsOf({ covariates, ranges }: Settings): Shift[] {
  return covariates.flatMap((name) => ranges.map((range) => ({ name, range })));
}

function shiftedLaw({ name, range, taskScale = 1 }: Shift, { contextLength, dimension }: Settings): PromptLaw {
  const mixing = toRows(scale(identity(dimension), range / Math.sqrt(3)));
  const laws: Readonly<Record<string, () => PromptLaw["covariates"]>> = {
    uniform: () => uniformCovariates({ mixing }),
    laplace: () => laplaceCovariates({ mixing }),
    gaussian: () => gaussianCovariates({ dimension, covariance: range ** 2 / 3 }),
  };
  return promptLaw({
    contextLength,
    covariates: laws[name](),
    target: linearTarget({ tasks: gaussianTasks({ dimension, covariance: taskScale ** 2 }) }),
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

interface Shifted extends Shift, Observation {}

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

/** The layer over and over, against as many steps of gradient descent. */
function iterate(
  layer: LsaParameters<Matrix>,
  stepSize: number,
  settings: Settings,
  { key, defect, progress }: RecipeContext<Defect>,
): ReturnType<typeof observeLoop> {
  const { damping, loops, loopContexts } = settings;
  return observeLoop({
    layer: scaledOutput(layer, damping),
    stable: (2 * STABLE) / (damping * stepSize),
    rate: defect === "undamped-descent" ? stepSize : damping * stepSize,
    loops,
    law: homeOf(settings),
    request: { key: childKey(key, "loop"), count: loopContexts },
    tick: (part) => progress(0.9 + 0.1 * part, "loop"),
  });
}

function equal(name: string, ratio: Estimate, source: ClaimSource): Claim {
  return within(name, { value: 1, source }, ratio, 0.02);
}

/** The layer has the loss of the step, also where that of predicting 0 is less. */
function claimsOnCovariates(shifted: readonly Shifted[], { ranges }: Settings): Claim[] {
  const label = ({ name, range }: Shift): string => `${name} covariates, α = ${range}`;
  const widest = shifted.filter(({ range }) => range === Math.max(...ranges));
  return [
    ...shifted.flatMap((one) => [
      equal(`${label(one)}: loss of the layer over that of the step`, one.ratio, one.theory.source),
      estimates(`${label(one)}: loss of the step`, one.theory, one.step, 0.06),
    ]),
    ...widest.map((one) =>
      above(
        `${label(one)}: loss of the layer, beyond that of predicting 0`,
        { value: one.zero, source: one.theory.source },
        one.trained,
      ),
    ),
  ];
}

function figureOf(shifted: readonly Shifted[], settings: Settings): Figure {
  const { dimension, contextLength, covariates, ranges, contexts } = settings;
  const grid = geometric(Math.min(...ranges), Math.max(...ranges), 40);
  const step = scale(identity(dimension), bestStep(settings));
  const predicted = (name: string, range: number): number => {
    const moments = promptMoments(shiftedLaw({ name, range }, settings));
    return shiftedLoss(step, moments).value / moments.responseSecondMoment;
  };
  return {
    title: "Out of distribution, the layer is as good and as bad as its step",
    subtitle: `trained on x uniform on (−1, 1)^d, d = ${dimension}, n = ${contextLength}; tested on covariance α²/3·I; ${contexts} contexts a point, whiskers 95 %`,
    x: { label: "width α of the test covariates", scale: "linear" },
    y: { label: "normalised error E(ŷ − y)² / E y²", scale: "log" },
    series: covariates.flatMap((name) => [
      {
        name: `theory: one step, ${name}`,
        kind: "line" as const,
        theory: true,
        about: name,
        points: grid.map((x) => ({ x, y: predicted(name, x) })),
      },
      {
        name: `trained layer, ${name}`,
        kind: "points" as const,
        about: name,
        points: shifted
          .filter((one) => one.name === name)
          .map(({ range, trained, zero }) => whiskers(range, trained, (loss) => loss / zero)),
      },
    ]),
  };
}
