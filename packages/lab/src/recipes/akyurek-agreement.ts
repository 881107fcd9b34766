import { childKey, dot, type ContextStatistics, type Estimate } from "@onestep/core";
import {
  gaussianCovariates,
  gaussianNoise,
  gaussianTasks,
  linearTarget,
  promptLaw,
  sampleContextStatistics,
  type PromptLaw,
} from "@onestep/data";
import { gdPlusPlusTransformer, inducedWeights, type LinearTransformer } from "@onestep/model";
import { expectedTrace, optimalStepSize, wishartSpectrum } from "@onestep/theory";
import type { Claim } from "../claim.ts";
import type { Figure, FigureSeries } from "../figure/figure.ts";
import { whiskers } from "../figure/whiskers.ts";
import { inUnitsOf } from "../measure/in-units-of.ts";
import { meanOf } from "../measure/mean-of.ts";
import { ratioOfMeans } from "../measure/ratio-of-means.ts";
import { above, estimates, within, type Target } from "./claims.ts";
import { ridgeWeights } from "./measure/ridge-weights.ts";
import { defineRecipe, type Recipe, type RecipeContext } from "./recipe.ts";
import { trainOnStatistics } from "./training/train-on-statistics.ts";

const sizes = { dimension: 8, contextLength: 24, noiseVariances: [0.5, 1], multiples: [0, 0.25, 0.5, 1, 2, 4, 8] };
const ci = { ...sizes, stepsPerLayer: 500, minibatches: 120, contexts: 10_000 };

type Settings = typeof ci;
type Defect = "noiseless-training" | "doubled-step";

/** Queries of each context on which predictions are compared. */
const QUERIES = 10;

/** The layers of the deep transformer. */
const DEEP = 3;

const source = { key: "akyurek-2022", locator: "implicit linear weight difference" };

/** Distances between spectral estimators ŵ = p(XᵀX) Xᵀy have this closed form. */
const spectral = { key: "onestep", locator: "expectedTrace" };

/** 2211.15661: which known algorithm is a trained transformer closest to? */
export const akyurekAgreement: Recipe = defineRecipe({
  id: "akyurek-agreement",
  title: "which algorithm is nearest: one step for one layer, ridge regression for three",
  question:
    "Of one step of gradient descent, ridge regression and least squares, which does a trained layer agree with, and which do three?",
  source,
  settings: {
    ci,
    paper: { ...sizes, noiseVariances: [0.25, 0.5, 1, 2], stepsPerLayer: 3000, minibatches: 400, contexts: 60_000 },
  },
  defects: {
    "noiseless-training": "transformers are trained without noise and judged as if it had been there",
    "doubled-step": "the step that the layer is held against is twice as long as the theorem's",
  },
  async run(settings, { key, defect, progress, signal }) {
    const found: Agreement[] = [];
    for (const [at, noiseVariance] of settings.noiseVariances.entries()) {
      const label = `σ²/τ² = ${noiseVariance}`;
      const report = (part: number): void => progress((at + part) / settings.noiseVariances.length, label);
      const level: Level = { label, noiseVariance, key: childKey(key, "noise", at), defect, signal, report };
      found.push(agreementOf(await trainAt(level, settings), level, settings));
    }
    const between = distancesInTheory(settings);
    return {
      claims: found.flatMap((one) => [...claimsOnOne(one, settings, between), ...claimsOnDeep(one, settings)]),
      figure: figureOf(found[found.length - 1], settings, between),
      notes: [
        "The paper trains 16 layers of softmax attention with MLPs for 500,000 steps at d = 8, which is not made here; linear attention of one and of three layers is. That its models pass from descent to ridge regression to least squares as they get deeper is not graded.",
        "Linear attention is linear in the query: its implicit weights need no regression, and for x_q ~ N(0, I) the paper's two metrics, differences of predictions and of weights, have one expectation.",
      ],
    };
  },
});

function lawOf(dimension: number, contextLength: number, variance: number, queries = 1): PromptLaw {
  return promptLaw({
    contextLength,
    queries,
    covariates: gaussianCovariates({ dimension }),
    target: linearTarget({ tasks: gaussianTasks({ dimension }) }),
    noise: gaussianNoise({ variance }),
  });
}

/** What one level of noise is measured with: its address, and its part of the progress. */
interface Level extends Pick<RecipeContext<Defect>, "key" | "defect" | "signal"> {
  readonly label: string;
  /** σ²/τ² */
  readonly noiseVariance: number;
  readonly report: (part: number) => void;
}

/** Transformers of one layer and of several. */
function trainAt(level: Level, settings: Settings): Promise<LinearTransformer[]> {
  const { dimension, contextLength } = settings;
  const families = [1, DEEP].map((layers) => gdPlusPlusTransformer({ dimension, layers }));
  const seen = lawOf(dimension, contextLength, level.defect === "noiseless-training" ? 0 : level.noiseVariance);
  const training = { ...settings, key: childKey(level.key, "train") };
  return trainOnStatistics(families, seen, training, level, (part) => level.report(0.7 * part));
}

/** The distances ‖ŵ − ŵ'‖² of one layer and of several from an algorithm, context by context. */
interface Distances {
  readonly one: Float64Array;
  readonly deep: Float64Array;
}

/** What transformers agree with, at one level of noise. */
interface Agreement {
  readonly label: string;
  readonly noiseVariance: number;
  readonly toStep: Distances;
  /** For each of the multiples of σ²/τ² as a penalty. */
  readonly toRidge: readonly Distances[];
  /** Of one layer and least squares: the squared difference of predictions over that of weights. */
  readonly predictionsOverWeights: Estimate;
}

function agreementOf(
  trained: readonly LinearTransformer[],
  { label, noiseVariance, key, defect, report }: Level,
  { dimension: d, contextLength, multiples, contexts }: Settings,
): Agreement {
  report(0.7);
  const fresh = { key: childKey(key, "fresh"), count: contexts };
  const statistics = sampleContextStatistics(lawOf(d, contextLength, noiseVariance), fresh);
  // The same contexts, since the key is the same.
  const asked = sampleContextStatistics(lawOf(d, contextLength, noiseVariance, QUERIES), fresh);
  const [one, deep] = trained.map((transformer) => inducedWeights(transformer, statistics).weights);
  const from = (algorithm: Float64Array): Distances => ({
    one: distances(one, algorithm, d),
    deep: distances(deep, algorithm, d),
  });
  const stepSize = stepSizeOf(noiseVariance, { dimension: d, contextLength });
  const step = statistics.crossProduct.map((entry) => (defect === "doubled-step" ? 2 : 1) * stepSize * entry);
  const ridges = multiples.map((multiple) => ridgeWeights(statistics, multiple * noiseVariance));
  const leastSquares = ridges[multiples.indexOf(0)];
  report(0.9);
  return {
    label,
    noiseVariance,
    toStep: from(step),
    toRidge: ridges.map(from),
    predictionsOverWeights: ratioOfMeans(
      predictionDistances(one, leastSquares, asked),
      distances(one, leastSquares, d),
    ),
  };
}

function stepSizeOf(noiseVariance: number, sizes: Pick<Settings, "dimension" | "contextLength">): number {
  const { dimension, contextLength } = sizes;
  return optimalStepSize({ contextLength, dimension, noiseVariance }).value;
}

/** ‖ŵ − ŵ'‖² of each context */
function distances(one: Float64Array, other: Float64Array, d: number): Float64Array {
  const result = new Float64Array(one.length / d);
  one.forEach((entry, at) => (result[Math.floor(at / d)] += (entry - other[at]) ** 2));
  return result;
}

/** The mean of (ŷ − ŷ')² over the queries of each context */
function predictionDistances(
  one: Float64Array,
  other: Float64Array,
  { count, dimension: d, queryCovariates }: ContextStatistics,
): Float64Array {
  const difference = one.map((entry, at) => entry - other[at]);
  const means = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const own = difference.subarray(i * d, (i + 1) * d);
    for (let q = i * QUERIES; q < (i + 1) * QUERIES; q++) {
      means[i] += dot(own, queryCovariates.subarray(q * d, (q + 1) * d)) ** 2 / QUERIES;
    }
  }
  return means;
}

/** p of a spectral estimator ŵ = p(XᵀX) Xᵀy. */
type Filter = (s: number) => number;

/** E‖p(S)b − q(S)b‖² */
type TheoreticalDistance = (noiseVariance: number, p: Filter, q: Filter) => number;

function distancesInTheory({ contextLength, dimension }: Settings): TheoreticalDistance {
  const spectrum = wishartSpectrum({ contextLength, dimension });
  return (noiseVariance, p, q) => expectedTrace(spectrum, (s) => (p(s) - q(s)) ** 2 * (s * s + noiseVariance * s));
}

function ridgeOf(penalty: number): Filter {
  return (s) => 1 / (s + penalty);
}

/** One layer is the step, nearer to it than to any ridge regression, and as far from these as the step is. */
function claimsOnOne(agreement: Agreement, settings: Settings, between: TheoreticalDistance): Claim[] {
  const { label, noiseVariance, toStep, toRidge, predictionsOverWeights } = agreement;
  const { multiples } = settings;
  const stepSize = stepSizeOf(noiseVariance, settings);
  const ofStep = (penalty: number): Target => ({
    value: between(noiseVariance, () => stepSize, ridgeOf(penalty)),
    source: spectral,
  });
  const fromRidge = (multiple: number): Estimate => meanOf(toRidge[multiples.indexOf(multiple)].one);
  return [
    within(
      `${label}: distance of one layer from one step, as a part of that from least squares`,
      { value: 0, source },
      inUnitsOf(ofStep(0).value, meanOf(toStep.one)),
      0.02,
    ),
    ...multiples.map((multiple, i) =>
      nearer(`${label}: one layer, one step nearer than ridge ${multiple}·σ²/τ²`, toStep.one, toRidge[i].one),
    ),
    estimates(`${label}: distance of one layer from least squares`, ofStep(0), fromRidge(0), 0.08),
    estimates(`${label}: distance of one layer from ridge σ²/τ²`, ofStep(noiseVariance), fromRidge(1), 0.08),
    estimates(
      `${label}: squared difference of predictions over that of weights, one layer and least squares`,
      { value: 1, source },
      predictionsOverWeights,
      0.05,
    ),
  ];
}

/** Several layers are nearer to the ridge regression of Bayes than to all else. */
function claimsOnDeep({ label, toStep, toRidge }: Agreement, { multiples }: Settings): Claim[] {
  const bayes = multiples.indexOf(1);
  const name = (other: string): string => `${label}: ${DEEP} layers, ridge σ²/τ² nearer than ${other}`;
  return [
    nearer(name("one step"), toRidge[bayes].deep, toStep.deep),
    ...multiples.flatMap((multiple, i) =>
      i === bayes ? [] : [nearer(name(`ridge ${multiple}·σ²/τ²`), toRidge[bayes].deep, toRidge[i].deep)],
    ),
  ];
}

/** The mean difference of two distances on the same contexts. */
function nearer(name: string, near: Float64Array, far: Float64Array): Claim {
  return above(name, { value: 0, source }, meanOf(far.map((distance, i) => distance - near[i])));
}

function figureOf(
  { label, noiseVariance, toRidge }: Agreement,
  settings: Settings,
  between: TheoreticalDistance,
): Figure {
  const { dimension, contextLength, multiples, contexts } = settings;
  const stepSize = stepSizeOf(noiseVariance, settings);
  const positive = multiples.flatMap((multiple, i) => (multiple > 0 ? [{ x: multiple, i }] : []));
  // A ridge regression has no distance from itself, which a logarithmic axis could show.
  const others = positive.filter(({ x }) => x !== 1);
  const theory = (name: string, about: string, p: Filter): FigureSeries => ({
    name,
    kind: "points",
    theory: true,
    about,
    points: others.map(({ x }) => ({ x, y: between(noiseVariance, p, ridgeOf(x * noiseVariance)) })),
  });
  const points = (name: string, about: keyof Distances): FigureSeries => ({
    name,
    kind: "points",
    about,
    points: positive.map(({ x, i }) => whiskers(x, meanOf(toRidge[i][about]))),
  });
  return {
    title: "The ridge regression that transformers agree with",
    subtitle: `x, w ~ N(0, I), d = ${dimension}, n = ${contextLength}, ${label}; ${contexts} contexts, whiskers: 95 %`,
    x: { label: "penalty λ of ridge regression, in units of σ²/τ²", scale: "log" },
    y: { label: "distance E‖ŵ − ŵ_ridge‖²", scale: "log" },
    series: [
      theory("theory: one step η*", "one", () => stepSize),
      points("trained: 1 layer", "one"),
      theory("theory: ridge σ²/τ²", "deep", ridgeOf(noiseVariance)),
      points(`trained: ${DEEP} layers`, "deep"),
    ],
  };
}
