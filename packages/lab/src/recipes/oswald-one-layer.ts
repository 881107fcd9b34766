import {
  add,
  childKey,
  dot,
  isotropic,
  meanAccumulator,
  scale,
  trace,
  type ContextStatistics,
  type Estimate,
  type LsaParameters,
  type Matrix,
} from "@onestep/core";
import { integrateQueries, promptMoments, sampleContextStatistics, type IntegratedQueries } from "@onestep/data";
import { inducedStep, inducedWeights, logSpaced, lsaHeads } from "@onestep/model";
import { bestStepSize, gaussianLinearMoments, optimalStep, stepSizeOf, zeroRisk } from "@onestep/theory";
import type { Claim } from "../claim.ts";
import { meanOf } from "../measure/mean-of.ts";
import { ratioOfMeans } from "../measure/ratio-of-means.ts";
import { errorsOf, gaugedStep, oswaldLaw, trainOswaldLayer } from "./training/oswald-layer.ts";
import { defineRecipe, type Recipe } from "./recipe.ts";

/** Of the published code; the paper's text has (−1, 1), which is the same law in other units. */
const published = { dimension: 10, contextLength: 10, range: 0.5 };

/** The figure shows nothing of the first steps, in which nothing happens. */
const FIRST_DRAWN = 10;

/** Figure 2 of 2212.07677: one trained layer of linear self-attention against one tuned step of gradient descent. */
export const oswaldOneLayer: Recipe = defineRecipe({
  id: "oswald-one-layer",
  title: "one trained layer against one tuned step of gradient descent",
  question: "Does a trained layer predict what one step of gradient descent predicts, prompt by prompt?",
  source: { key: "von-oswald-2022", locator: "Figure 2" },
  settings: {
    ci: { ...published, steps: 1500, contextsPerStep: 256, queries: 8, contexts: 40_000 },
    paper: { ...published, steps: 5000, contextsPerStep: 2048, queries: 1, contexts: 100_000 },
  },
  defects: {
    "one-example-fewer": "the layer is trained on n − 1 examples and judged as if it were n",
    "gaussian-kurtosis": "the step is that of Gaussian covariates of the same covariance",
    "range-of-the-text": "the layer is trained on covariates twice as wide, and judged as it is",
  },
  async run(settings, { key, defect, progress, signal }) {
    const { dimension, contextLength, range, steps, contextsPerStep, queries, contexts } = settings;
    const law = oswaldLaw({ contextLength, dimension, range });
    const moments = promptMoments(law);
    const gaussian = gaussianLinearMoments({
      contextLength,
      covariates: isotropic(dimension, range ** 2 / 3),
      tasks: isotropic(dimension),
      noiseVariance: 0,
    });
    const optimum = optimalStep(moments);
    const stepSize =
      defect === "gaussian-kurtosis"
        ? bestStepSize(gaussian).value.stepSize
        : stepSizeOf(optimum.value.preconditioner)!;

    const test = { key: childKey(key, "test"), count: contexts };
    const fresh = { statistics: sampleContextStatistics(law, test), queries: integrateQueries(law, test) };
    const few = { ...test, count: Math.min(contexts, 2000) };
    const sketch = { statistics: sampleContextStatistics(law, few), queries: integrateQueries(law, few) };

    const seen = oswaldLaw({
      contextLength: defect === "one-example-fewer" ? contextLength - 1 : contextLength,
      dimension,
      range: defect === "range-of-the-text" ? 2 * range : range,
      queries,
    });
    const isDrawn = logSpaced({ perDecade: 10 });
    const curve: { step: number; trained: number; mixed: number }[] = [];
    let layer: LsaParameters<Matrix> | undefined;
    for await (const state of trainOswaldLayer(seen, { key, steps, contextsPerStep }, { signal })) {
      layer = state.parameters;
      progress(state.step / steps, `step ${state.step} of ${steps}`);
      if (state.step !== steps && (state.step < FIRST_DRAWN || !isDrawn(state.step))) continue;
      const { trained, mixed } = againstStep(layer, stepSize, sketch);
      curve.push({ step: state.step, trained: trained.value, mixed: mixed.value });
    }
    const found = againstStep(layer!, stepSize, fresh);
    const learned = trace(inducedStep(layer!).preconditioner) / dimension;
    const { source } = optimum;
    const bound = (name: string, predicted: number, { value, standardError }: Estimate, tolerance: number): Claim => {
      return { name, relation: "within", predicted, observed: value, standardError, tolerance, source };
    };
    return {
      claims: [
        bound("step size η", stepSize, exactly(learned), 0.02 * stepSize),
        {
          name: "loss of one step of gradient descent",
          relation: "estimates",
          predicted: optimum.value.loss,
          observed: found.loss.value,
          standardError: found.loss.standardError,
          tolerance: 0.03 * optimum.value.loss,
          source,
        },
        bound("loss of the layer over that of the step, less 1", 0, lessOne(found.trained), 0.005),
        bound("cosine between ∂ŷ/∂x_q of layer and step, mean", 1, found.cosine, 0.001),
        bound("distance between ∂ŷ/∂x_q of layer and step, in units of its length", 0, found.slopes, 0.02),
        bound("distance between ŷ of layer and step, in units of its size", 0, found.predictions, 0.02),
        bound("loss of the mean of their weights over that of the step, less 1", 0, lessOne(found.mixed), 0.01),
      ],
      figure: {
        title: "Training finds one step of gradient descent",
        subtitle: `x uniform on (−${range}, ${range})^d, w ~ N(0, I), d = ${dimension}, n = ${contextLength}, no noise; ${few.count} contexts a point`,
        x: { label: "training step", scale: "log" },
        y: { label: "loss (mean squared error)", scale: "linear" },
        series: [
          {
            name: "theory: predicting 0",
            kind: "line",
            theory: true,
            points: curve.map(({ step }) => ({ x: step, y: zeroRisk(moments).value })),
          },
          {
            name: "theory: one tuned step",
            kind: "line",
            theory: true,
            about: "step",
            points: curve.map(({ step }) => ({ x: step, y: optimum.value.loss })),
          },
          {
            name: "trained layer",
            kind: "points",
            about: "step",
            points: curve.map(({ step, trained }) => ({ x: step, y: optimum.value.loss * trained })),
          },
          {
            name: "halfway between layer and step",
            kind: "line",
            points: curve.map(({ step, mixed }) => ({ x: step, y: optimum.value.loss * mixed })),
          },
        ],
      },
      notes: [
        `The paper's loss has a factor ½: its values are ${(optimum.value.loss / 2).toPrecision(5)} for the step and ${(zeroRisk(moments).value / 2).toPrecision(5)} for predicting 0. Its code divides by n, so that its rate is ${(contextLength * stepSize).toPrecision(4)}.`,
        "The text of the paper has covariates on (−1, 1), its code on (−½, ½): a step of η there is one of 4η here, and a loss of L there is one of L/4 here.",
        "The paper trains with Adam at a constant rate of 0.001 with clipped gradients; here three starts race, Adam cools, and the last part of the run is averaged, so that the layer is known to within its tolerances.",
        "Queries are integrated out of the losses, and all learners meet the same contexts. Weights are averaged after u has been scaled alike, since (cu, M/c) is the same layer.",
      ],
    };
  },
});

interface Contexts {
  readonly statistics: ContextStatistics;
  readonly queries: IntegratedQueries;
}

/** A layer against the step ηXᵀy, on the same contexts. */
interface Comparison {
  /** The loss of the step. */
  readonly loss: Estimate;
  /** The layer's loss over that of the step. */
  readonly trained: Estimate;
  /** The same for the mean of their weights. */
  readonly mixed: Estimate;
  readonly cosine: Estimate;
  /** E‖ŵ − ŵ'‖ over E‖ŵ'‖, where ŵ = ∂ŷ/∂x_q and ŵ' is that of the step. */
  readonly slopes: Estimate;
  /** E|ŷ − ŷ'| over E|ŷ'|. */
  readonly predictions: Estimate;
}

function againstStep(layer: LsaParameters<Matrix>, stepSize: number, { statistics, queries }: Contexts): Comparison {
  const { count, dimension: d, queryCovariates, crossProduct } = statistics;
  const step = crossProduct.map((value) => stepSize * value);
  const { weights } = inducedWeights(lsaHeads([layer]), statistics);
  const between = meanWeights(layer, gaugedStep(stepSize, layer));
  const errors = errorsOf(queries, step);
  const cosine = meanAccumulator();
  const [gaps, lengths, misses, sizes] = Array.from({ length: 4 }, () => new Float64Array(count));
  for (let i = 0; i < count; i++) {
    const of = (values: Float64Array): Float64Array => values.subarray(i * d, (i + 1) * d);
    const [mine, its, query] = [of(weights), of(step), of(queryCovariates)];
    const gap = mine.map((value, k) => value - its[k]);
    lengths[i] = Math.sqrt(dot(its, its));
    gaps[i] = Math.sqrt(dot(gap, gap));
    misses[i] = Math.abs(dot(gap, query));
    sizes[i] = Math.abs(dot(its, query));
    cosine.push(dot(mine, its) / (lengths[i] * Math.sqrt(dot(mine, mine))));
  }
  return {
    loss: meanOf(errors),
    trained: ratioOfMeans(errorsOf(queries, weights), errors),
    mixed: ratioOfMeans(errorsOf(queries, inducedWeights(lsaHeads([between]), statistics).weights), errors),
    cosine: cosine.estimate(),
    slopes: ratioOfMeans(gaps, lengths),
    predictions: ratioOfMeans(misses, sizes),
  };
}

function meanWeights(one: LsaParameters<Matrix>, other: LsaParameters<Matrix>): LsaParameters<Matrix> {
  return {
    keyQuery: scale(add(one.keyQuery, other.keyQuery), 0.5),
    valueProjection: scale(add(one.valueProjection, other.valueProjection), 0.5),
  };
}

function exactly(value: number): Estimate {
  return { value, standardError: 0, count: 1 };
}

function lessOne(estimate: Estimate): Estimate {
  return { ...estimate, value: estimate.value - 1 };
}
