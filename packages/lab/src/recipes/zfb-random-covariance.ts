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
import type { Figure } from "../figure/figure.ts";
import { geometric } from "../figure/geometric.ts";
import { whiskers } from "../figure/whiskers.ts";
import { controlledMean, type ControlVariate } from "../measure/controlled-mean.ts";
import { inUnitsOf } from "../measure/in-units-of.ts";
import { estimates } from "./claims.ts";
import { defineRecipe, type Recipe, type RecipeContext } from "./recipe.ts";

/** How far an estimate may be from its target, as a part of it. */
const TOLERANCE = 0.05;

const CHUNK = 1000;

/** A length that stands for infinity: what is left of 1/n is below any error here. */
const ENDLESS = 1_000_000;

const law = { dimension: 20, lengths: [40, 70, 100], covariateScales: [1, 4, 9] };
const ci = { ...law, lengths: [40, 100], draws: 30_000 };

type Settings = typeof ci;
type Defect = "fixed-covariance" | "one-example-in-four";

/** Theorem 4.5 of 2306.09927: where every prompt has a covariance of its own, one layer keeps an error. */
export const zfbRandomCovariance: Recipe = defineRecipe({
  id: "zfb-random-covariance",
  title: "a covariance drawn with each prompt: one step keeps a third of the error",
  question: "Can one layer adapt to covariances that change from prompt to prompt, if contexts are long enough?",
  source: { key: "zhang-2023", locator: "Theorem 4.5" },
  settings: { ci, paper: { ...law, draws: 300_000 } },
  defects: {
    "fixed-covariance": "the prediction forgets that covariances change, and takes their mean: η = 1/(n + d + 1)",
    "one-example-in-four": "contexts have a quarter of the examples, and their sums are not rescaled",
  },
  async run(settings, context) {
    const { dimension, covariateScales } = settings;
    const theory = theoryOf(dimension, context.defect);
    const drawn = drawContexts(settings, context);
    const errors = covariateScales.flatMap((covariateScale) =>
      drawn.map(({ n, prompts }) => {
        const loss = estimateLoss(prompts, covariateScale * theory.stepSize(n).value, dimension);
        return { n, covariateScale, seen: inUnitsOf(dimension, loss) };
      }),
    );
    return {
      claims: [...claimsOnSteps(drawn, theory, settings), ...claimsOnErrors(errors, theory)],
      figure: figureOf(errors, theory, settings),
      notes: [
        "The law is invariant under signed permutations of the coordinates, so the best layer is η·x_qᵀXᵀy; η is fitted by least squares on drawn prompts, and no layer is trained step by step.",
        `n → ∞ is n = ${ENDLESS.toLocaleString("en")}; statistics of contexts are drawn without rows. All κ share their prompts: with x → √κ·x the step η acts as κη did.`,
        "Sixth moments of λ rule the spread of the errors: wᵀΛᵏw, k = 1, 2, 3, and tr(Λ²)·wᵀΛw, whose means are known, serve as control variates, their coefficients fitted.",
        "The GPT-2 curves of the paper's figure, and their spike beyond the length of training, are not made here. Least squares on the context has no error for n ≥ d, whatever the covariance.",
      ],
    };
  },
});

/** What theory knows: steps and errors at context length n. */
interface Theory {
  /** η* = Γ*₁₁: the law is invariant under signed permutations, so that Γ* = η*I. */
  readonly stepSize: (n: number) => ClosedForm<number>;
  /** The part of the truth that is predicted from endless contexts, lim nη*. */
  readonly endless: number;
  /** E(ŷ − y)² / E y² of the best step at n, where all covariances are κ times as large. */
  readonly error: (n: number, covariateScale: number) => ClosedForm<number>;
}

function theoryOf(d: number, defect: Defect | undefined): Theory {
  const settingOf = (contextLength: number, covariateScale: number): RandomSpectrumSetting => ({
    contextLength,
    spectrumMoments: exponentialSpectrum(1 / covariateScale),
    tasks: isotropic(d),
    noiseVariance: 0,
  });
  const isFixed = defect === "fixed-covariance";
  const stepSize = (n: number): ClosedForm<number> =>
    isFixed
      ? optimalStepSize({ contextLength: n, dimension: d, noiseVariance: 0 })
      : mapClosedForm(randomSpectrumStep(settingOf(n, 1)), ({ preconditioner }) => preconditioner.values[0]);
  const [, m2, m3] = exponentialSpectrum(1);
  return {
    stepSize,
    endless: isFixed ? 1 : m2 / m3,
    error: (n, covariateScale) => {
      const loss = randomSpectrumLoss(settingOf(n, covariateScale), scale(identity(d), stepSize(n).value));
      return mapClosedForm(loss, (value) => value / (d * covariateScale));
    },
  };
}

/** Prompts of one context length. */
interface Drawn {
  readonly n: number;
  readonly prompts: StepProducts;
}

function drawContexts(settings: Settings, { key, defect, progress }: RecipeContext<Defect>): Drawn[] {
  const { dimension, draws } = settings;
  const lengths = [...settings.lengths, ENDLESS];
  return lengths.map((n, at) => {
    const law = promptLaw({
      contextLength: defect === "one-example-in-four" ? Math.ceil(n / 4) : n,
      covariates: gaussianRandomSpectrumCovariates({ dimension }),
      target: linearTarget({ tasks: gaussianTasks({ dimension }) }),
      noise: gaussianNoise({ variance: 0 }),
    });
    const tick = (): void => progress(at / lengths.length, `contexts of ${n} examples`);
    return { n, prompts: drawProducts(law, { key: childKey(key, "contexts", at), count: draws, tick }) };
  });
}

function claimsOnSteps(drawn: readonly Drawn[], theory: Theory, { dimension }: Settings): Claim[] {
  return drawn.map(({ n, prompts }) => {
    const { value, standardError } = estimateStep(prompts, dimension);
    const seen = { value: n * value, standardError: n * standardError };
    if (n === ENDLESS) {
      const target = { value: theory.endless, source: { key: "zhang-2023", locator: "Theorem 4.5" } };
      const name = "n → ∞: the part of the truth that is predicted, n·η → E λ²/E λ³";
      return estimates(name, target, seen, TOLERANCE);
    }
    const target = mapClosedForm(theory.stepSize(n), (eta) => n * eta);
    return estimates(`n = ${n}: best step, n·η`, target, seen, TOLERANCE);
  });
}

/** The normalised error of the best step at n, where all covariances are κ times as large. */
interface ErrorSeen {
  readonly n: number;
  readonly covariateScale: number;
  readonly seen: Estimate;
}

function claimsOnErrors(errors: readonly ErrorSeen[], theory: Theory): Claim[] {
  return errors.map(({ n, covariateScale, seen }) =>
    estimates(
      `${n === ENDLESS ? "n → ∞" : `n = ${n}`}, covariances ${covariateScale}·Λ: normalised error`,
      theory.error(n, covariateScale),
      seen,
      TOLERANCE,
    ),
  );
}

function figureOf(
  errors: readonly ErrorSeen[],
  theory: Theory,
  { dimension, lengths, covariateScales }: Settings,
): Figure {
  const curve = geometric(Math.min(...lengths), 100 * Math.max(...lengths), 60).map(Math.round);
  return {
    title: "One layer cannot adapt to covariances that change",
    subtitle: `x ~ N(0, κΛ), Λ = diag(λ), λᵢ ~ Exp(1) in every prompt, trained at κ = 1, d = ${dimension}, no noise; whiskers: 95 %`,
    x: { label: "context length n, in training and test", scale: "log" },
    y: { label: "normalised error E(ŷ − y)² / E y²", scale: "log" },
    series: covariateScales.flatMap((covariateScale) => [
      {
        name: `theory, κ = ${covariateScale}`,
        kind: "line" as const,
        theory: true,
        about: `κ = ${covariateScale}`,
        points: curve.map((x) => ({ x, y: theory.error(x, covariateScale).value })),
      },
      {
        name: `drawn prompts, κ = ${covariateScale}`,
        kind: "points" as const,
        about: `κ = ${covariateScale}`,
        points: errors
          .filter((error) => error.covariateScale === covariateScale && error.n !== ENDLESS)
          .map(({ n, seen }) => whiskers(n, seen)),
      },
    ]),
  };
}

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
