import { childKey, dot, isotropic, meanAccumulator, type Estimate } from "@onestep/core";
import {
  gaussianCovariates,
  gaussianNoise,
  gaussianTasks,
  integrateQueries,
  linearTarget,
  promptLaw,
  sampleContextStatistics,
} from "@onestep/data";
import {
  gaussianLinearMoments,
  gradientDescentRisk,
  mapClosedForm,
  oneStepRisk,
  optimalStepSize,
  type ClosedForm,
} from "@onestep/theory";
import type { Claim } from "../claim.ts";
import type { Figure } from "../figure/figure.ts";
import { whiskers } from "../figure/whiskers.ts";
import { meanOf } from "../measure/mean-of.ts";
import { ratioOfMeans } from "../measure/ratio-of-means.ts";
import { above, estimates } from "./claims.ts";
import { defineRecipe, type Recipe, type RecipeContext } from "./recipe.ts";

const sizes = { dimension: 10, contextLength: 15, noiseVariances: [0, 4], rate: 0.2 };
const ci = { ...sizes, draws: 40_000, shares: [0.5, 1, 1.5, 2], steps: [1, 2, 4, 8, 16, 32] };

type Settings = typeof ci;
type Defect = "one-example-fewer" | "forgotten-noise";

/** Contexts drawn at a time, so that memory does not grow with their number. */
const CHUNK = 5000;

/** One step and many steps of gradient descent on a finite context: the error, its best step, its best moment to stop. */
export const finiteSample: Recipe = defineRecipe({
  id: "finite-sample",
  title: "gradient descent on n examples: best step, best moment to stop",
  question:
    "On a finite context, is the error of one step lowest at η*, and are many steps better than few only where there is no noise?",
  source: { key: "duraisamy-2024", locator: "generalisation error of one step" },
  settings: {
    ci,
    paper: { ...sizes, draws: 400_000, shares: [0.25, 0.5, 1, 1.5, 2, 3], steps: [1, 2, 3, 4, 6, 8, 12, 16, 24, 32] },
  },
  defects: {
    "one-example-fewer": "contexts have n − 1 examples and are judged as if they had n",
    "forgotten-noise": "predictions forget the noise of the context's responses",
  },
  async run(settings, context) {
    const found = settings.noiseVariances.map((noiseVariance, at): Found => {
      const label = `σ² = ${noiseVariance}`;
      const theory = theoryOf(noiseVariance, settings, context.defect);
      const seen = observe(at, settings, context, {
        stepSizes: settings.shares.map((share) => share * theory.bestStep.value),
        tick: (part) => context.progress((at + part) / settings.noiseVariances.length, label),
      });
      return { label, theory, seen };
    });
    return {
      claims: found.flatMap((one) => [...claimsOnOneStep(one, settings), ...claimsOnManySteps(one, settings)]),
      figure: figureOf(found, settings),
      notes: [
        "2405.02462 asks this question: sizes here are ours, and its bounds are not graded.",
        "The query is integrated out in closed form: only contexts and tasks are drawn, the same for all steps.",
      ],
    };
  },
});

/** What theory knows at one level of noise. */
interface Theory {
  readonly bestStep: ClosedForm<number>;
  /** The error of one step of a size. */
  readonly oneStep: (stepSize: number) => ClosedForm<number>;
  /** The error after a number of steps. */
  readonly afterSteps: (count: number) => ClosedForm<number>;
}

function theoryOf(noise: number, settings: Settings, defect: Defect | undefined): Theory {
  const { dimension, contextLength, rate } = settings;
  const noiseVariance = defect === "forgotten-noise" ? 0 : noise;
  const setting = { contextLength, dimension, noiseVariance };
  const [covariates, tasks] = [isotropic(dimension), isotropic(dimension)];
  const moments = gaussianLinearMoments({ contextLength, covariates, tasks, noiseVariance });
  // The query's own noise is in every error, whatever the prediction forgets.
  const withOwnNoise = (risk: ClosedForm<number>): ClosedForm<number> =>
    mapClosedForm(risk, (value) => value + (noise - noiseVariance));
  return {
    bestStep: optimalStepSize(setting),
    oneStep: (stepSize) => withOwnNoise(oneStepRisk(moments, stepSize)),
    afterSteps: (count) => withOwnNoise(gradientDescentRisk(setting, { steps: count, rate })),
  };
}

interface Observation {
  /** E⟨w, b⟩/E‖b‖², the minimiser of the mean error of one step */
  readonly bestStep: Estimate;
  readonly oneStep: readonly Estimate[];
  readonly afterSteps: readonly Estimate[];
  /** The error at one number of steps less that at another, on the same contexts. */
  readonly beyond: (one: number, other: number) => Estimate;
}

/** Errors over drawn contexts, the query integrated out: E (y_q − ŵᵀx_q)² = ‖w − ŵ‖² + σ² given context and task. */
function observe(
  at: number,
  { dimension: d, contextLength, noiseVariances, rate: rateOfMean, draws, steps }: Settings,
  { key, defect }: RecipeContext<Defect>,
  { stepSizes, tick }: { readonly stepSizes: readonly number[]; readonly tick: (part: number) => void },
): Observation {
  const law = promptLaw({
    contextLength: defect === "one-example-fewer" ? contextLength - 1 : contextLength,
    covariates: gaussianCovariates({ dimension: d }),
    target: linearTarget({ tasks: gaussianTasks({ dimension: d }) }),
    noise: gaussianNoise({ variance: noiseVariances[at] }),
  });
  const rate = rateOfMean / contextLength;
  const [aligned, squared] = [new Float64Array(draws), new Float64Array(draws)];
  const oneStep = stepSizes.map(() => meanAccumulator());
  const errors = steps.map(() => new Float64Array(draws));
  for (let from = 0; from < draws; from += CHUNK) {
    tick(from / draws);
    const request = { key: childKey(key, "contexts", at), from, count: Math.min(CHUNK, draws - from) };
    const { covariateGram, crossProduct } = sampleContextStatistics(law, request);
    const { cross: tasks, energy } = integrateQueries(law, request);
    for (let i = 0; i < request.count; i++) {
      const b = crossProduct.subarray(i * d, (i + 1) * d);
      const w = tasks.subarray(i * d, (i + 1) * d);
      const [wb, bb, zero] = [dot(w, b), dot(b, b), energy[i]];
      aligned[from + i] = wb;
      squared[from + i] = bb;
      stepSizes.forEach((eta, row) => oneStep[row].push(zero - 2 * eta * wb + eta * eta * bb));
      const gram = covariateGram.subarray((i * d * (d + 1)) / 2, ((i + 1) * d * (d + 1)) / 2);
      let learned: Float64Array = new Float64Array(d);
      let done = 0;
      steps.forEach((k, row) => {
        for (; done < k; done++) learned = descend(learned, gram, b, rate);
        errors[row][from + i] = zero - 2 * dot(learned, w) + dot(learned, learned);
      });
    }
  }
  return {
    bestStep: ratioOfMeans(aligned, squared),
    oneStep: oneStep.map((mean) => mean.estimate()),
    afterSteps: errors.map((values) => meanOf(values)),
    beyond: (one, other) => meanOf(errors[one].map((value, i) => value - errors[other][i])),
  };
}

/** ŵ + rate (b − Sŵ), S given by its lower triangle row by row. */
function descend(learned: Float64Array, gram: Float64Array, b: Float64Array, rate: number): Float64Array {
  const next = learned.map((value, j) => value + rate * b[j]);
  for (let i = 0, at = 0; i < b.length; i++) {
    for (let j = 0; j < i; j++, at++) {
      next[i] -= rate * gram[at] * learned[j];
      next[j] -= rate * gram[at] * learned[i];
    }
    next[i] -= rate * gram[at++] * learned[i];
  }
  return next;
}

/** One level of noise, in theory and on drawn contexts. */
interface Found {
  readonly label: string;
  readonly theory: Theory;
  readonly seen: Observation;
}

function claimsOnOneStep({ label, theory, seen }: Found, { shares }: Settings): Claim[] {
  const { bestStep, oneStep } = theory;
  return [
    estimates(`${label}: best step size`, bestStep, seen.bestStep, 0.02),
    ...shares.map((share, i) =>
      estimates(`${label}: error of one step of ${share} η*`, oneStep(share * bestStep.value), seen.oneStep[i], 0.05),
    ),
  ];
}

/** The error after each number of steps; the fewest and the most are worse than the best, where they are not it. */
function claimsOnManySteps({ label, theory, seen }: Found, { steps }: Settings): Claim[] {
  const risks = steps.map((count) => theory.afterSteps(count));
  const lowest = risks.reduce((least, { value }, i) => (value < risks[least].value ? i : least), 0);
  const ends = [0, steps.length - 1].filter((i) => i !== lowest);
  return [
    ...steps.map((k, i) => estimates(`${label}: error after ${k} steps`, risks[i], seen.afterSteps[i], 0.05)),
    ...ends.map((i) =>
      above(
        `${label}: error after ${steps[i]} steps beyond that after ${steps[lowest]}`,
        { value: 0, source: risks[i].source },
        seen.beyond(i, lowest),
      ),
    ),
  ];
}

function figureOf(found: readonly Found[], settings: Settings): Figure {
  const { dimension, contextLength, rate, steps, draws } = settings;
  return {
    title: "With noise, gradient descent is best stopped early",
    subtitle: `x ~ N(0, I), w ~ N(0, I), d = ${dimension}, n = ${contextLength}, steps of ${rate}/n; ${draws} contexts, whiskers: 95 %`,
    x: { label: "steps of gradient descent", scale: "log" },
    y: { label: "expected squared error", scale: "log" },
    series: found.flatMap(({ label, theory, seen }) => [
      {
        name: `theory, ${label}`,
        kind: "line" as const,
        theory: true,
        about: label,
        points: steps.map((k) => ({ x: k, y: theory.afterSteps(k).value })),
      },
      {
        name: `drawn contexts, ${label}`,
        kind: "points" as const,
        about: label,
        points: seen.afterSteps.map((error, i) => whiskers(steps[i], error)),
      },
    ]),
  };
}
