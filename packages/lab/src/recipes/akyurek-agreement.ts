import { childKey, dot, type ContextStatistics } from "@onestep/core";
import {
  gaussianCovariates,
  gaussianNoise,
  gaussianTasks,
  linearTarget,
  promptLaw,
  sampleContextStatistics,
  type PromptLaw,
} from "@onestep/data";
import { gdPlusPlusTransformer, inducedWeights } from "@onestep/model";
import { expectedTrace, optimalStepSize, wishartSpectrum } from "@onestep/theory";
import type { Claim } from "../claim.ts";
import type { FigurePoint, FigureSeries } from "../figure/figure.ts";
import { meanOf } from "../measure/mean-of.ts";
import { ratioOfMeans } from "../measure/ratio-of-means.ts";
import { ridgeWeights } from "./measure/ridge-weights.ts";
import { defineRecipe, type Recipe } from "./recipe.ts";
import { trainOnStatistics } from "./training/train-on-statistics.ts";

const sizes = { dimension: 8, contextLength: 24, noiseVariances: [0.5, 1], multiples: [0, 0.25, 0.5, 1, 2, 4, 8] };

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
    ci: { ...sizes, stepsPerLayer: 500, minibatches: 120, contexts: 10_000 },
    paper: { ...sizes, noiseVariances: [0.25, 0.5, 1, 2], stepsPerLayer: 3000, minibatches: 400, contexts: 60_000 },
  },
  defects: {
    "noiseless-training": "transformers are trained without noise and judged as if it had been there",
    "doubled-step": "the step that the layer is held against is twice as long as the theorem's",
  },
  async run(settings, context) {
    const { dimension: d, contextLength: n, noiseVariances, multiples, contexts } = settings;
    const { key, defect, progress } = context;
    const found = [];
    for (const [at, noiseVariance] of noiseVariances.entries()) {
      const label = `σ²/τ² = ${noiseVariance}`;
      const report = (part: number): void => progress((at + part) / noiseVariances.length, label);
      const address = childKey(key, "noise", at);
      const families = [1, DEEP].map((layers) => gdPlusPlusTransformer({ dimension: d, layers }));
      const seen = lawOf(d, n, defect === "noiseless-training" ? 0 : noiseVariance);
      const training = { ...settings, key: childKey(address, "train") };
      const trained = await trainOnStatistics(families, seen, training, context, (part) => report(0.7 * part));
      report(0.7);
      const fresh = { key: childKey(address, "fresh"), count: contexts };
      const statistics = sampleContextStatistics(lawOf(d, n, noiseVariance), fresh);
      // The same contexts, since the key is the same.
      const asked = sampleContextStatistics(lawOf(d, n, noiseVariance, QUERIES), fresh);
      const [one, deep] = trained.map((transformer) => inducedWeights(transformer, statistics).weights);
      const stepSize = optimalStepSize({ contextLength: n, dimension: d, noiseVariance }).value;
      const step = statistics.crossProduct.map((entry) => (defect === "doubled-step" ? 2 : 1) * stepSize * entry);
      const ridges = multiples.map((multiple) => ridgeWeights(statistics, multiple * noiseVariance));
      const leastSquares = ridges[multiples.indexOf(0)];
      report(0.9);
      found.push({
        label,
        noiseVariance,
        stepSize,
        toStep: { one: distances(one, step, d), deep: distances(deep, step, d) },
        toRidge: ridges.map((ridge) => ({ one: distances(one, ridge, d), deep: distances(deep, ridge, d) })),
        predictionsOverWeights: ratioOfMeans(
          predictionDistances(one, leastSquares, asked),
          distances(one, leastSquares, d),
        ),
      });
    }
    const spectrum = wishartSpectrum({ contextLength: n, dimension: d });
    /** E‖p(S)b − q(S)b‖² */
    const between = (noiseVariance: number, p: (s: number) => number, q: (s: number) => number): number =>
      expectedTrace(spectrum, (s) => (p(s) - q(s)) ** 2 * (s * s + noiseVariance * s));
    const ridgeOf =
      (penalty: number) =>
      (s: number): number =>
        1 / (s + penalty);
    const claims = found.flatMap(
      ({ label, noiseVariance, stepSize, toStep, toRidge, predictionsOverWeights }): Claim[] => {
        const toTheorem = (penalty: number): number => between(noiseVariance, () => stepSize, ridgeOf(penalty));
        const [leastSquares, bayes] = [multiples.indexOf(0), multiples.indexOf(1)];
        return [
          {
            name: `${label}: distance of one layer from one step, as a part of that from least squares`,
            relation: "within",
            predicted: 0,
            observed: meanOf(toStep.one).value / toTheorem(0),
            standardError: meanOf(toStep.one).standardError / toTheorem(0),
            tolerance: 0.02,
            source,
          },
          ...multiples.map((multiple, i) =>
            nearer(`${label}: one layer, one step nearer than ridge ${multiple}·σ²/τ²`, toStep.one, toRidge[i].one),
          ),
          estimates(`${label}: distance of one layer from least squares`, toTheorem(0), toRidge[leastSquares].one),
          estimates(`${label}: distance of one layer from ridge σ²/τ²`, toTheorem(noiseVariance), toRidge[bayes].one),
          {
            name: `${label}: squared difference of predictions over that of weights, one layer and least squares`,
            relation: "estimates",
            predicted: 1,
            observed: predictionsOverWeights.value,
            standardError: predictionsOverWeights.standardError,
            tolerance: 0.05,
            source,
          },
          nearer(`${label}: ${DEEP} layers, ridge σ²/τ² nearer than one step`, toRidge[bayes].deep, toStep.deep),
          ...multiples.flatMap((multiple, i) =>
            i === bayes
              ? []
              : [
                  nearer(
                    `${label}: ${DEEP} layers, ridge σ²/τ² nearer than ridge ${multiple}·σ²/τ²`,
                    toRidge[bayes].deep,
                    toRidge[i].deep,
                  ),
                ],
          ),
        ];
      },
    );
    const shown = found[found.length - 1];
    const positive = multiples.flatMap((multiple, i) => (multiple > 0 ? [{ x: multiple, i }] : []));
    // A ridge regression has no distance from itself, which a logarithmic axis could show.
    const others = positive.filter(({ x }) => x !== 1);
    const theory = (name: string, about: string, p: (s: number) => number): FigureSeries => ({
      name,
      kind: "points",
      theory: true,
      about,
      points: others.map(({ x }) => ({ x, y: between(shown.noiseVariance, p, ridgeOf(x * shown.noiseVariance)) })),
    });
    const points = (name: string, about: string, of: (i: number) => Float64Array): FigureSeries => ({
      name,
      kind: "points",
      about,
      points: positive.map(({ x, i }) => whiskers(x, of(i))),
    });
    return {
      claims,
      figure: {
        title: "The ridge regression that transformers agree with",
        subtitle: `x, w ~ N(0, I), d = ${d}, n = ${n}, ${shown.label}; ${contexts} contexts, whiskers: 95 %`,
        x: { label: "penalty λ of ridge regression, in units of σ²/τ²", scale: "log" },
        y: { label: "distance E‖ŵ − ŵ_ridge‖²", scale: "log" },
        series: [
          theory("theory: one step η*", "one", () => shown.stepSize),
          points("trained: 1 layer", "one", (i) => shown.toRidge[i].one),
          theory("theory: ridge σ²/τ²", "deep", ridgeOf(shown.noiseVariance)),
          points(`trained: ${DEEP} layers`, "deep", (i) => shown.toRidge[i].deep),
        ],
      },
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

function estimates(name: string, predicted: number, values: Float64Array): Claim {
  const { value: observed, standardError } = meanOf(values);
  return {
    name,
    relation: "estimates",
    predicted,
    observed,
    standardError,
    tolerance: 0.08 * predicted,
    source: spectral,
  };
}

/** The mean difference of two distances on the same contexts. */
function nearer(name: string, near: Float64Array, far: Float64Array): Claim {
  const { value: observed, standardError } = meanOf(far.map((distance, i) => distance - near[i]));
  return { name, relation: "above", predicted: 0, observed, standardError, tolerance: 0, source };
}

function whiskers(x: number, values: Float64Array): FigurePoint {
  const { value: y, standardError } = meanOf(values);
  return { x, y, low: y - 1.96 * standardError, high: y + 1.96 * standardError };
}
