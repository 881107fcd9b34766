import {
  childKey,
  dot,
  identity,
  isotropic,
  multiplyVector,
  scale,
  traceOfProduct,
  type Estimate,
  type RandomKey,
} from "@onestep/core";
import {
  gaussianNoise,
  gaussianRandomSpectrumCovariates,
  gaussianTasks,
  integrateQueries,
  linearTarget,
  promptLaw,
  sampleContextStatistics,
  type PromptLaw,
} from "@onestep/data";
import {
  exponentialSpectrum,
  mapClosedForm,
  optimalStepSize,
  randomSpectrumLoss,
  randomSpectrumStep,
  type ClosedForm,
  type RandomSpectrumSetting,
} from "@onestep/theory";
import type { Claim } from "../claim.ts";
import type { FigurePoint } from "../figure/figure.ts";
import { geometric } from "../figure/geometric.ts";
import { controlledMean, type ControlVariate } from "../measure/controlled-mean.ts";
import { defineRecipe, type Recipe } from "./recipe.ts";

/** How far an estimate may be from its target, as a part of it. */
const TOLERANCE = 0.05;

const CHUNK = 1000;

/** A length that stands for infinity: what is left of 1/n is below any error here. */
const ENDLESS = 1_000_000;

const law = { dimension: 20, lengths: [40, 70, 100], covariateScales: [1, 4, 9] };

/** Theorem 4.5 of 2306.09927: where every prompt has a covariance of its own, one layer keeps an error. */
export const zfbRandomCovariance: Recipe = defineRecipe({
  id: "zfb-random-covariance",
  title: "a covariance drawn with each prompt: one step keeps a third of the error",
  question: "Can one layer adapt to covariances that change from prompt to prompt, if contexts are long enough?",
  source: { key: "zhang-2023", locator: "Theorem 4.5" },
  settings: { ci: { ...law, lengths: [40, 100], draws: 30_000 }, paper: { ...law, draws: 300_000 } },
  defects: {
    "fixed-covariance": "the prediction forgets that covariances change, and takes their mean: η = 1/(n + d + 1)",
    "one-example-in-four": "contexts have a quarter of the examples, and their sums are not rescaled",
  },
  async run({ dimension: d, lengths, covariateScales, draws }, { key, defect, progress }) {
    const settingOf = (contextLength: number, covariateScale = 1): RandomSpectrumSetting => ({
      contextLength,
      spectrumMoments: exponentialSpectrum(1 / covariateScale),
      tasks: isotropic(d),
      noiseVariance: 0,
    });
    const lawOf = (contextLength: number): PromptLaw =>
      promptLaw({
        contextLength: defect === "one-example-in-four" ? Math.ceil(contextLength / 4) : contextLength,
        covariates: gaussianRandomSpectrumCovariates({ dimension: d }),
        target: linearTarget({ tasks: gaussianTasks({ dimension: d }) }),
        noise: gaussianNoise({ variance: 0 }),
      });
    /** η* = Γ*₁₁: the law is invariant under signed permutations, so that Γ* = η*I. */
    const stepSizeOf = (contextLength: number): ClosedForm<number> =>
      defect === "fixed-covariance"
        ? optimalStepSize({ contextLength, dimension: d, noiseVariance: 0 })
        : mapClosedForm(randomSpectrumStep(settingOf(contextLength)), ({ preconditioner }) => preconditioner.values[0]);
    /** E(ŷ − y)² / E y² of the best step at n, where all covariances are κ times as large. */
    const errorOf = (n: number, covariateScale: number): ClosedForm<number> =>
      mapClosedForm(
        randomSpectrumLoss(settingOf(n, covariateScale), scale(identity(d), stepSizeOf(n).value)),
        (loss) => loss / (d * covariateScale),
      );

    const all = [...lengths, ENDLESS];
    const found = all.map((n, at) => {
      const tick = (): void => progress(at / all.length, `contexts of ${n} examples`);
      return { n, prompts: drawProducts(lawOf(n), { key: childKey(key, "contexts", at), count: draws, tick }) };
    });
    const steps = found.map(({ n, prompts }) => ({ n, ...estimateStep(prompts, d) }));
    const errors = covariateScales.flatMap((covariateScale) =>
      found.map(({ n, prompts }) => {
        const { value, standardError } = estimateLoss(prompts, covariateScale * stepSizeOf(n).value, d);
        return { n, covariateScale, observed: value / d, standardError: standardError / d };
      }),
    );
    const [, m2, m3] = exponentialSpectrum(1);
    const endless = steps[steps.length - 1];
    const claims: Claim[] = [
      ...steps.slice(0, -1).map(({ n, value, standardError }) => ({
        name: `n = ${n}: best step, n·η`,
        relation: "estimates" as const,
        predicted: n * stepSizeOf(n).value,
        observed: n * value,
        standardError: n * standardError,
        tolerance: TOLERANCE * n * stepSizeOf(n).value,
        source: stepSizeOf(n).source,
      })),
      {
        name: "n → ∞: the part of the truth that is predicted, n·η → E λ²/E λ³",
        relation: "estimates",
        predicted: defect === "fixed-covariance" ? 1 : m2 / m3,
        observed: endless.n * endless.value,
        standardError: endless.n * endless.standardError,
        tolerance: (TOLERANCE * m2) / m3,
        source: { key: "zhang-2023", locator: "Theorem 4.5" },
      },
      ...errors.map(({ n, covariateScale, observed, standardError }): Claim => {
        const exact = errorOf(n, covariateScale);
        return {
          name: `${n === ENDLESS ? "n → ∞" : `n = ${n}`}, covariances ${covariateScale}·Λ: normalised error`,
          relation: "estimates",
          predicted: exact.value,
          observed,
          standardError,
          tolerance: TOLERANCE * exact.value,
          source: exact.source,
        };
      }),
    ];
    const curve = geometric(Math.min(...lengths), 100 * Math.max(...lengths), 60).map(Math.round);
    return {
      claims,
      figure: {
        title: "One layer cannot adapt to covariances that change",
        subtitle: `x ~ N(0, κΛ), Λ = diag(λ), λᵢ ~ Exp(1) in every prompt, trained at κ = 1, d = ${d}, no noise; whiskers: 95 %`,
        x: { label: "context length n, in training and test", scale: "log" },
        y: { label: "normalised error E(ŷ − y)² / E y²", scale: "log" },
        series: covariateScales.flatMap((covariateScale) => [
          {
            name: `theory, κ = ${covariateScale}`,
            kind: "line" as const,
            theory: true,
            about: `κ = ${covariateScale}`,
            points: curve.map((x) => ({ x, y: errorOf(x, covariateScale).value })),
          },
          {
            name: `drawn prompts, κ = ${covariateScale}`,
            kind: "points" as const,
            about: `κ = ${covariateScale}`,
            points: errors
              .filter((error) => error.covariateScale === covariateScale && error.n !== ENDLESS)
              .map(({ n, observed, standardError }): FigurePoint => {
                const reach = 1.96 * standardError;
                return { x: n, y: observed, low: observed - reach, high: observed + reach };
              }),
          },
        ]),
      },
      notes: [
        "The law is invariant under signed permutations of the coordinates, so the best layer is η·x_qᵀXᵀy; η is fitted by least squares on drawn prompts, and no layer is trained step by step.",
        `n → ∞ is n = ${ENDLESS.toLocaleString("en")}; statistics of contexts are drawn without rows. All κ share their prompts: with x → √κ·x the step η acts as κη did.`,
        "Sixth moments of λ rule the spread of the errors: wᵀΛᵏw, k = 1, 2, 3, and tr(Λ²)·wᵀΛw, whose means are known, serve as control variates, their coefficients fitted.",
        "The GPT-2 curves of the paper's figure, and their spike beyond the length of training, are not made here. Least squares on the context has no error for n ≥ d, whatever the covariance.",
      ],
    };
  },
});

/** What decides the loss of any step ηI, prompt by prompt, with queries integrated out, and what nearly does. */
interface StepProducts {
  /** E[y_q² | prompt] = wᵀΛw */
  readonly energy: Float64Array;
  /** bᵀE[y_q x_q | prompt], b = Xᵀy */
  readonly reward: Float64Array;
  /** bᵀΛb */
  readonly cost: Float64Array;
  /** wᵀΛ²w and wᵀΛ³w: reward and cost of endless contexts, over n and n² */
  readonly endlessReward: Float64Array;
  readonly endlessCost: Float64Array;
  /** tr(Λ²)·wᵀΛw, what a shorter context adds to the mean of the cost */
  readonly spread: Float64Array;
}

function drawProducts(
  law: PromptLaw,
  { key, count, tick }: { readonly key: RandomKey; readonly count: number; readonly tick: () => void },
): StepProducts {
  const d = law.dimension;
  const products = {
    energy: new Float64Array(count),
    reward: new Float64Array(count),
    cost: new Float64Array(count),
    endlessReward: new Float64Array(count),
    endlessCost: new Float64Array(count),
    spread: new Float64Array(count),
  };
  for (let from = 0; from < count; from += CHUNK) {
    const chunk = { key, count: Math.min(CHUNK, count - from), from };
    const { crossProduct } = sampleContextStatistics(law, { ...chunk, gram: false });
    const queries = integrateQueries(law, chunk);
    products.energy.set(queries.energy, from);
    for (let i = 0; i < chunk.count; i++) {
      const sum = crossProduct.subarray(i * d, (i + 1) * d);
      const secondMoment = queries.secondMoments?.[i] ?? queries.secondMoment;
      const cross = queries.cross.subarray(i * d, (i + 1) * d);
      products.endlessReward[from + i] = dot(cross, cross);
      products.endlessCost[from + i] = dot(cross, multiplyVector(secondMoment, cross));
      products.spread[from + i] = traceOfProduct(secondMoment, secondMoment) * queries.energy[i];
      products.reward[from + i] = dot(sum, cross);
      products.cost[from + i] = dot(sum, multiplyVector(secondMoment, sum));
    }
    tick();
  }
  return products;
}

/** The loss of the step η. Covariances κ times as large make y² κ times and κη as good as η was: the same prompts serve. */
function estimateLoss(products: StepProducts, stepSize: number, d: number): Estimate {
  const { energy, reward, cost } = products;
  const losses = energy.map((own, i) => own - 2 * stepSize * reward[i] + stepSize ** 2 * cost[i]);
  return controlledMean(losses, controlsOf(products, d));
}

/** The best step, E[reward]/E[cost], with the error of what their controlled difference leaves. */
function estimateStep(products: StepProducts, d: number): Estimate {
  const controls = controlsOf(products, d);
  const [reward, cost] = [products.reward, products.cost].map((values) => controlledMean(values, controls).value);
  const value = reward / cost;
  const residuals = products.reward.map((own, i) => own - value * products.cost[i]);
  const { standardError, count } = controlledMean(residuals, controls);
  return { value, standardError: standardError / cost, count };
}

function controlsOf({ energy, endlessReward, endlessCost, spread }: StepProducts, d: number): ControlVariate[] {
  const [m1, m2, m3] = exponentialSpectrum(1);
  return [
    { values: energy, mean: d * m1 },
    { values: endlessReward, mean: d * m2 },
    { values: endlessCost, mean: d * m3 },
    { values: spread, mean: d * m3 + d * (d - 1) * m1 * m2 },
  ];
}
