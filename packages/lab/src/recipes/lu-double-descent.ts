import {
  childKey,
  drawInteger,
  exp,
  isotropic,
  matrix,
  multiply,
  openStream,
  scale,
  solvePositiveDefinite,
  transpose,
  type Estimate,
  type GaussianLinearSetting,
  type Matrix,
  type RandomKey,
} from "@onestep/core";
import {
  gaussianCovariates,
  gaussianNoise,
  gaussianTasks,
  linearTarget,
  poolTasks,
  promptLaw,
  sampleContextStatistics,
} from "@onestep/data";
import { finitePretrainingRisk, gaussianLinearMoments, pretrainingLoss, type ClosedForm } from "@onestep/theory";
import type { Claim } from "../claim.ts";
import type { Figure } from "../figure/figure.ts";
import { geometric } from "../figure/geometric.ts";
import { whiskers } from "../figure/whiskers.ts";
import { meanOf } from "../measure/mean-of.ts";
import { above, near } from "./claims.ts";
import { lineThroughLogarithms } from "./measure/line-through-logarithms.ts";
import { defineRecipe, type Recipe, type RecipeContext } from "./recipe.ts";

const law = {
  contextRatio: 10,
  taskRatio: 0.5,
  noiseRatio: 0.01,
  ridge: 1e-5,
  promptRatios: [0.2, 0.5, 0.85, 1.15, 1.5, 2],
};
const ci = { ...law, dimensions: [8, 12, 16], repeats: [1000, 350, 120] };

type Settings = typeof ci;
type Defect = "half-the-prompts" | "task-for-each-prompt";

/** How far from the peak at τ = 1 finite dimensions can be extrapolated. */
const OFF_PEAK = 0.4;

/** A step fitted to P = τd² prompts on K = κd tasks: its loss on new tasks falls, peaks at P = d², and falls again. */
export const luDoubleDescent: Recipe = defineRecipe({
  id: "lu-double-descent",
  title: "a step fitted to finitely many prompts: double descent with its peak at d²",
  question: "How many pre-training prompts does a layer need, and why can more of them make it worse?",
  source: { key: "lu-2024", locator: "Figure 1" },
  settings: {
    ci,
    paper: { ...law, dimensions: [12, 16, 24, 32], repeats: [1000, 500, 100, 30] },
  },
  defects: {
    "half-the-prompts": "half of the prompts are fitted, and judged as if they were all",
    "task-for-each-prompt": "every prompt has a task of its own, and is judged as if a pool of κd tasks were shared",
  },
  async run(settings, context) {
    const found = fitAll(settings, context);
    return {
      claims: [...claimsOnLimits(found, settings), ...claimsOnPeak(found, settings)],
      figure: figureOf(found, settings),
      notes: [
        `The paper's figure has d = 100 and repeats it 10 times: least squares with 10,000 columns, which two cores do not do in an hour. Here the loss at d = ${settings.dimensions.join(", ")} is fitted by a line, its logarithm in 1/d, whose end at 1/d = 0 is held against the limit. Finite dimensions add up to 40 % to the limit at τ > 1, off the peak, so the tolerance is 12 % there, less than what d = 16 still has, and 8 % below; near the peak no line fits, and only its presence is claimed.`,
        "Γ alone is fitted, its d² entries: the paper's layer has one column more, which the limit does not see. Its λ = 10⁻⁵ is kept, too small to matter.",
        "Given Γ, its loss on new tasks is exact.",
        "Of the paper's panels this is the one of n = 10d; n = d and n = 100d, and larger λ, are not made here.",
      ],
    };
  },
});

/** x ~ N(0, I/d), w ~ N(0, I): responses without noise have variance 1. */
function settingOf(dimension: number, contextRatio: number, noiseRatio: number): GaussianLinearSetting {
  return {
    contextLength: Math.round(contextRatio * dimension),
    covariates: isotropic(dimension, 1 / dimension),
    tasks: isotropic(dimension),
    noiseVariance: noiseRatio,
  };
}

/** The losses of fitted steps at one dimension: for each ratio of prompts, one for each sample. */
interface Fitted {
  readonly dimension: number;
  readonly losses: readonly Float64Array[];
}

function fitAll(settings: Settings, context: RecipeContext<Defect>): Fitted[] {
  const { dimensions, repeats } = settings;
  const work = dimensions.map((d, at) => repeats[at] * d ** 6);
  const total = work.reduce((sum, value) => sum + value, 0);
  return dimensions.map((dimension, at) => {
    const done = work.slice(0, at).reduce((sum, value) => sum + value, 0);
    const losses = fitSamples(dimension, repeats[at], settings, context, (repeat) =>
      context.progress((done + (work[at] * repeat) / repeats[at]) / total, `d = ${dimension}, sample ${repeat + 1}`),
    );
    return { dimension, losses };
  });
}

/** The losses of steps that are fitted to samples of a dimension, on new tasks: exact, given the step. */
function fitSamples(
  dimension: number,
  repeats: number,
  { promptRatios, contextRatio, taskRatio, noiseRatio, ridge }: Settings,
  { key, defect }: RecipeContext<Defect>,
  tick: (repeat: number) => void,
): Float64Array[] {
  const setting = settingOf(dimension, contextRatio, noiseRatio);
  const moments = gaussianLinearMoments(setting);
  const fitted = defect === "half-the-prompts" ? 0.5 : 1;
  const counts = promptRatios.map((ratio) => Math.round(ratio * dimension ** 2 * fitted));
  const losses = counts.map(() => new Float64Array(repeats));
  for (let repeat = 0; repeat < repeats; repeat++) {
    tick(repeat);
    const sample = drawSample(setting, {
      key: childKey(childKey(key, "dimension", dimension), "sample", repeat),
      count: Math.max(...counts),
      tasks: defect === "task-for-each-prompt" ? undefined : Math.round(taskRatio * dimension),
    });
    fitSteps(sample, counts, (count) => (ridge * count) / dimension).forEach((step, t) => {
      losses[t][repeat] = pretrainingLoss(moments, scale(step, dimension / setting.contextLength)).value;
    });
  }
  return losses;
}

/** Prompts as regression sees them: rows x_q hᵀ with h = (d/n) Xᵀy, and responses y_q. */
interface Sample {
  readonly dimension: number;
  readonly queries: Float64Array;
  readonly steps: Float64Array;
  readonly responses: Float64Array;
}

function drawSample(
  { contextLength, covariates: { dimension }, noiseVariance }: GaussianLinearSetting,
  request: { readonly key: RandomKey; readonly count: number; readonly tasks: number | undefined },
): Sample {
  const { key, count, tasks: size } = request;
  const gaussian = gaussianTasks({ dimension });
  const seed = drawInteger(openStream(childKey(key, "pool")), 2 ** 31);
  const { crossProduct, queryCovariates, queryResponses } = sampleContextStatistics(
    promptLaw({
      contextLength,
      covariates: gaussianCovariates({ dimension, covariance: 1 / dimension }),
      target: linearTarget({ tasks: size === undefined ? gaussian : poolTasks({ size, of: gaussian, seed }) }),
      noise: gaussianNoise({ variance: noiseVariance }),
    }),
    { key: childKey(key, "prompts"), count, gram: false },
  );
  return {
    dimension,
    queries: queryCovariates,
    steps: crossProduct.map((value) => (value * dimension) / contextLength),
    responses: queryResponses,
  };
}

/** Γ of least squares with a ridge, ŷ = x_qᵀΓh, on the first prompts of a sample, for each of several ascending counts. */
function fitSteps(sample: Sample, counts: readonly number[], ridge: (count: number) => number): Matrix[] {
  const { dimension: d } = sample;
  const columns = d * d;
  const equations = { gram: matrix(columns, columns), target: matrix(columns, 1), rows: 0 };
  return counts.map((count) => {
    if (count < columns) return fitByPrompts(sample, count, ridge(count));
    addRows(equations, sample, count);
    const solution = solvePositiveDefinite(withRidge(equations.gram, ridge(count)), equations.target);
    return matrix(d, d, solution.values);
  });
}

/** In the space of prompts, where ⟨x hᵀ, x′ h′ᵀ⟩ = ⟨x, x′⟩⟨h, h′⟩ and Γ = Σ c x hᵀ. */
function fitByPrompts({ dimension: d, queries, steps, responses }: Sample, count: number, ridge: number): Matrix {
  const [x, h] = [queries, steps].map((values) => matrix(count, d, values.slice(0, count * d)));
  const kernel = multiply(x, transpose(x));
  multiply(h, transpose(h)).values.forEach((value, at) => (kernel.values[at] *= value));
  const weights = solvePositiveDefinite(withRidge(kernel, ridge), matrix(count, 1, responses.slice(0, count))).values;
  const weighted = h.values.map((value, at) => value * weights[Math.floor(at / d)]);
  return multiply(transpose(x), matrix(count, d, weighted));
}

/** Adds prompts to the normal equations until there are `count`. */
function addRows(
  equations: { readonly gram: Matrix; readonly target: Matrix; rows: number },
  { dimension: d, queries, steps, responses }: Sample,
  count: number,
): void {
  const { gram, target } = equations;
  const columns = d * d;
  const row = new Float64Array(columns);
  for (let i = equations.rows; i < count; i++) {
    for (let k = 0; k < columns; k++) row[k] = queries[i * d + Math.floor(k / d)] * steps[i * d + (k % d)];
    for (let k = 0; k < columns; k++) {
      target.values[k] += responses[i] * row[k];
      for (let l = 0, at = k * columns; l <= k; l++, at++) gram.values[at] += row[k] * row[l];
    }
  }
  equations.rows = count;
  for (let k = 0; k < columns; k++) {
    for (let l = 0; l < k; l++) gram.values[l * columns + k] = gram.values[k * columns + l];
  }
}

function withRidge(gram: Matrix, ridge: number): Matrix {
  const values = gram.values.slice();
  for (let at = 0; at < values.length; at += gram.columns + 1) values[at] += ridge;
  return { ...gram, values };
}

/** The end at x = 0 of the line through the logarithms of estimates. */
function extrapolate(
  points: readonly (Estimate & { readonly x: number })[],
): Pick<Estimate, "value" | "standardError"> {
  const { intercept } = lineThroughLogarithms(points);
  const value = exp(intercept.value);
  return { value, standardError: value * intercept.standardError };
}

/** The loss on new tasks as d → ∞. */
function limitAt(promptRatio: number, { contextRatio, taskRatio, noiseRatio }: Settings): ClosedForm<number> {
  return finitePretrainingRisk({ contextRatio, taskRatio, promptRatio, noiseRatio });
}

/** Off the peak, dimensions are extrapolated to the limit. */
function claimsOnLimits(found: readonly Fitted[], settings: Settings): Claim[] {
  return settings.promptRatios.flatMap((ratio, t) => {
    if (Math.abs(ratio - 1) < OFF_PEAK) return [];
    const points = found.map(({ dimension, losses }) => ({ x: 1 / dimension, ...meanOf(losses[t]) }));
    const name = `τ = ${ratio}: loss on new tasks, d → ∞`;
    return [near(name, limitAt(ratio, settings), extrapolate(points), ratio < 1 ? 0.08 : 0.12)];
  });
}

/** The loss rises up to the peak at τ = 1, and falls after it, on the same draws. */
function claimsOnPeak(found: readonly Fitted[], settings: Settings): Claim[] {
  const { dimensions, promptRatios } = settings;
  const largest = Math.max(...dimensions);
  const { losses } = found.find(({ dimension }) => dimension === largest)!;
  const higher = (one: number, other: number): Claim =>
    above(
      `d = ${largest}: loss at τ = ${promptRatios[one]} above that at τ = ${promptRatios[other]}, same draws`,
      { value: 0, source: limitAt(promptRatios[one], settings).source },
      meanOf(losses[one].map((loss, repeat) => loss - losses[other][repeat])),
    );
  const [before, after] = [
    promptRatios.flatMap((ratio, t) => (ratio < 1 ? [t] : [])),
    promptRatios.flatMap((ratio, t) => (ratio > 1 ? [t] : [])),
  ];
  return [higher(before[before.length - 1], before[before.length - 2]), higher(after[0], after[after.length - 1])];
}

function figureOf(found: readonly Fitted[], settings: Settings): Figure {
  const { dimensions, repeats, promptRatios, contextRatio, taskRatio, noiseRatio } = settings;
  const curve = [...geometric(Math.min(...promptRatios), 0.97, 40), ...geometric(1.03, Math.max(...promptRatios), 40)];
  return {
    title: "More prompts, higher loss: the double descent of pre-training",
    subtitle: `x ~ N(0, I/d), n = ${contextRatio}d, K = ${taskRatio}d tasks, σ² = ${noiseRatio}; ${repeats.join(", ")} samples at d = ${dimensions.join(", ")}; whiskers: 95 %`,
    x: { label: "prompts of pre-training over d², τ", scale: "log" },
    y: { label: "loss on new tasks", scale: "log" },
    series: [
      {
        name: "theory, d → ∞",
        kind: "line",
        theory: true,
        points: curve.map((x) => ({ x, y: limitAt(x, settings).value })),
      },
      ...found.map(({ dimension, losses }) => ({
        name: `fitted step, d = ${dimension}`,
        kind: "points" as const,
        points: promptRatios.map((x, t) => whiskers(x, meanOf(losses[t]))),
      })),
    ],
  };
}
