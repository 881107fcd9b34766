import { childKey, dot, isotropic, meanAccumulator, type Estimate, type RandomKey } from "@onestep/core";
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
import { meanOf } from "../measure/mean-of.ts";
import { ratioOfMeans } from "../measure/ratio-of-means.ts";
import { defineRecipe, type Recipe } from "./recipe.ts";

const sizes = { dimension: 10, contextLength: 15, noiseVariances: [0, 4], rate: 0.2 };

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
    ci: { ...sizes, draws: 40_000, shares: [0.5, 1, 1.5, 2], steps: [1, 2, 4, 8, 16, 32] },
    paper: { ...sizes, draws: 400_000, shares: [0.25, 0.5, 1, 1.5, 2, 3], steps: [1, 2, 3, 4, 6, 8, 12, 16, 24, 32] },
  },
  defects: {
    "one-example-fewer": "contexts have n − 1 examples and are judged as if they had n",
    "forgotten-noise": "predictions forget the noise of the context's responses",
  },
  async run({ dimension, contextLength: n, noiseVariances, rate, draws, shares, steps }, { key, defect, progress }) {
    const found = [];
    for (const [at, noiseVariance] of noiseVariances.entries()) {
      const label = `σ² = ${noiseVariance}`;
      const setting = { contextLength: n, dimension, noiseVariance: defect === "forgotten-noise" ? 0 : noiseVariance };
      // The query's own noise is in every error, whatever the prediction forgets.
      const own = noiseVariance - setting.noiseVariance;
      const withOwnNoise = (risk: ClosedForm<number>): ClosedForm<number> =>
        mapClosedForm(risk, (value) => value + own);
      const moments = gaussianLinearMoments({
        ...setting,
        covariates: isotropic(dimension),
        tasks: isotropic(dimension),
      });
      const best = optimalStepSize(setting);
      const riskAt = (k: number): ClosedForm<number> => withOwnNoise(gradientDescentRisk(setting, { steps: k, rate }));
      const seen = observe({
        key: childKey(key, "contexts", at),
        draws,
        contextLength: defect === "one-example-fewer" ? n - 1 : n,
        dimension,
        noiseVariance,
        stepSizes: shares.map((share) => share * best.value),
        rate: rate / n,
        steps,
        progress: (part) => progress((at + part) / noiseVariances.length, label),
      });
      const risks = steps.map((k) => riskAt(k));
      const lowest = risks.reduce((least, { value }, k) => (value < risks[least].value ? k : least), 0);
      const claims: Claim[] = [
        estimates(`${label}: best step size`, best, seen.bestStep, 0.02),
        ...shares.map((share, i) =>
          estimates(
            `${label}: error of one step of ${share} η*`,
            withOwnNoise(oneStepRisk(moments, share * best.value)),
            seen.oneStep[i],
            0.05,
          ),
        ),
        ...steps.map((k, i) => estimates(`${label}: error after ${k} steps`, risks[i], seen.afterSteps[i], 0.05)),
        ...steps.flatMap((k, i): Claim[] =>
          i === lowest || (i !== 0 && i !== steps.length - 1)
            ? []
            : [
                {
                  name: `${label}: error after ${k} steps beyond that after ${steps[lowest]}`,
                  relation: "above",
                  predicted: 0,
                  observed: seen.beyond(i, lowest).value,
                  standardError: seen.beyond(i, lowest).standardError,
                  tolerance: 0,
                  source: risks[i].source,
                },
              ],
        ),
      ];
      found.push({ label, claims, risks, seen });
    }
    return {
      claims: found.flatMap(({ claims }) => claims),
      figure: {
        title: "With noise, gradient descent is best stopped early",
        subtitle: `x ~ N(0, I), w ~ N(0, I), d = ${dimension}, n = ${n}, steps of ${rate}/n; ${draws} contexts, whiskers: 95 %`,
        x: { label: "steps of gradient descent", scale: "log" },
        y: { label: "expected squared error", scale: "log" },
        series: found.flatMap(({ label, risks, seen }) => [
          {
            name: `theory, ${label}`,
            kind: "line" as const,
            theory: true,
            about: label,
            points: risks.map(({ value }, i) => ({ x: steps[i], y: value })),
          },
          {
            name: `drawn contexts, ${label}`,
            kind: "points" as const,
            about: label,
            points: seen.afterSteps.map(({ value, standardError }, i) => ({
              x: steps[i],
              y: value,
              low: value - 1.96 * standardError,
              high: value + 1.96 * standardError,
            })),
          },
        ]),
      },
      notes: [
        "2405.02462 asks this question: sizes here are ours, and its bounds are not graded.",
        "The query is integrated out in closed form: only contexts and tasks are drawn, the same for all steps.",
      ],
    };
  },
});

function estimates(name: string, target: ClosedForm<number>, seen: Estimate, tolerance: number): Claim {
  return {
    name,
    relation: "estimates",
    predicted: target.value,
    observed: seen.value,
    standardError: seen.standardError,
    tolerance: tolerance * target.value,
    source: target.source,
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
function observe(plan: {
  readonly key: RandomKey;
  readonly draws: number;
  readonly contextLength: number;
  readonly dimension: number;
  readonly noiseVariance: number;
  readonly stepSizes: readonly number[];
  readonly rate: number;
  readonly steps: readonly number[];
  readonly progress: (part: number) => void;
}): Observation {
  const { key, draws, dimension: d, stepSizes, rate, steps, progress } = plan;
  const law = promptLaw({
    contextLength: plan.contextLength,
    covariates: gaussianCovariates({ dimension: d }),
    target: linearTarget({ tasks: gaussianTasks({ dimension: d }) }),
    noise: gaussianNoise({ variance: plan.noiseVariance }),
  });
  const [aligned, squared] = [new Float64Array(draws), new Float64Array(draws)];
  const oneStep = stepSizes.map(() => meanAccumulator());
  const errors = steps.map(() => new Float64Array(draws));
  for (let from = 0; from < draws; from += CHUNK) {
    progress(from / draws);
    const request = { key, from, count: Math.min(CHUNK, draws - from) };
    const { covariateGram, crossProduct } = sampleContextStatistics(law, request);
    const { cross: tasks, energy } = integrateQueries(law, request);
    for (let i = 0; i < request.count; i++) {
      const b = crossProduct.subarray(i * d, (i + 1) * d);
      const w = tasks.subarray(i * d, (i + 1) * d);
      const [wb, bb, zero] = [dot(w, b), dot(b, b), energy[i]];
      aligned[from + i] = wb;
      squared[from + i] = bb;
      stepSizes.forEach((eta, at) => oneStep[at].push(zero - 2 * eta * wb + eta * eta * bb));
      const gram = covariateGram.subarray((i * d * (d + 1)) / 2, ((i + 1) * d * (d + 1)) / 2);
      let learned: Float64Array = new Float64Array(d);
      let done = 0;
      steps.forEach((k, at) => {
        for (; done < k; done++) learned = descend(learned, gram, b, rate);
        errors[at][from + i] = zero - 2 * dot(learned, w) + dot(learned, learned);
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
