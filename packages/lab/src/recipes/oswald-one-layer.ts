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
  type RandomKey,
} from "@onestep/core";
import {
  integrateQueries,
  promptMoments,
  sampleContextStatistics,
  type IntegratedQueries,
  type PromptLaw,
} from "@onestep/data";
import { inducedStep, inducedWeights, logSpaced, lsaHeads } from "@onestep/model";
import { bestStepSize, gaussianLinearMoments, optimalStep, stepSizeOf, zeroRisk } from "@onestep/theory";
import type { Claim } from "../claim.ts";
import type { Figure } from "../figure/figure.ts";
import { meanOf } from "../measure/mean-of.ts";
import { ratioOfMeans } from "../measure/ratio-of-means.ts";
import { estimates, near, within } from "./claims.ts";
import { errorsOf, gaugedStep, oswaldLaw, trainOswaldLayer } from "./training/oswald-layer.ts";
import { defineRecipe, type Recipe, type RecipeContext } from "./recipe.ts";

/** Of the published code; the paper's text has (−1, 1), which is the same law in other units. */
const published = { dimension: 10, contextLength: 10, range: 0.5 };
const ci = { ...published, steps: 1500, contextsPerStep: 256, queries: 8, contexts: 40_000 };

type Settings = typeof ci;
type Defect = "one-example-fewer" | "gaussian-kurtosis" | "range-of-the-text";

/** Contexts on which a layer is looked at while it is trained. */
const SKETCH = 2000;

/** The figure shows nothing of the first steps, in which nothing happens. */
const FIRST_DRAWN = 10;

/** Figure 2 of 2212.07677: one trained layer of linear self-attention against one tuned step of gradient descent. */
export const oswaldOneLayer: Recipe = defineRecipe({
  id: "oswald-one-layer",
  title: "one trained layer against one tuned step of gradient descent",
  question: "Does a trained layer predict what one step of gradient descent predicts, prompt by prompt?",
  source: { key: "von-oswald-2022", locator: "Figure 2" },
  settings: {
    ci,
    paper: { ...published, steps: 5000, contextsPerStep: 2048, queries: 1, contexts: 100_000 },
  },
  defects: {
    "one-example-fewer": "the layer is trained on n − 1 examples and judged as if it were n",
    "gaussian-kurtosis": "the step is that of Gaussian covariates of the same covariance",
    "range-of-the-text": "the layer is trained on covariates twice as wide, and judged as it is",
  },
  async run(settings, context) {
    const { dimension, contextLength, range, contexts } = settings;
    const law = oswaldLaw({ contextLength, dimension, range });
    const optimum = optimalStep(promptMoments(law));
    const zero = zeroRisk(promptMoments(law)).value;
    const stepSize =
      context.defect === "gaussian-kurtosis" ? gaussianStep(settings) : stepSizeOf(optimum.value.preconditioner)!;
    const test = { key: childKey(context.key, "test"), count: contexts };
    const fresh = drawContexts(law, test);
    const sketch = drawContexts(law, { ...test, count: Math.min(contexts, SKETCH) });
    const { layer, curve } = await train(settings, context, (state) => againstStep(state, stepSize, sketch));
    return {
      claims: claimsOn(layer, againstStep(layer, stepSize, fresh), stepSize, optimum),
      figure: figureOf(curve, { zero, step: optimum.value.loss }, settings),
      notes: [
        `The paper's loss has a factor ½: its values are ${(optimum.value.loss / 2).toPrecision(5)} for the step and ${(zero / 2).toPrecision(5)} for predicting 0. Its code divides by n, so that its rate is ${(contextLength * stepSize).toPrecision(4)}.`,
        "The text of the paper has covariates on (−1, 1), its code on (−½, ½): a step of η there is one of 4η here, and a loss of L there is one of L/4 here.",
        "The paper trains with Adam at a constant rate of 0.001 with clipped gradients; here three starts race, Adam cools, and the last part of the run is averaged, so that the layer is known to within its tolerances.",
        "Queries are integrated out of the losses, and all learners meet the same contexts. Weights are averaged after u has been scaled alike, since (cu, M/c) is the same layer.",
      ],
    };
  },
});

/** The step for Gaussian covariates of the same covariance. */
function gaussianStep({ contextLength, dimension, range }: Settings): number {
  const moments = gaussianLinearMoments({
    contextLength,
    covariates: isotropic(dimension, range ** 2 / 3),
    tasks: isotropic(dimension),
    noiseVariance: 0,
  });
  return bestStepSize(moments).value.stepSize;
}

interface Contexts {
  readonly statistics: ContextStatistics;
  readonly queries: IntegratedQueries;
}

function drawContexts(law: PromptLaw, request: { readonly key: RandomKey; readonly count: number }): Contexts {
  return { statistics: sampleContextStatistics(law, request), queries: integrateQueries(law, request) };
}

/** A layer during training, in units of the loss of the step. */
interface Look {
  readonly step: number;
  readonly trained: number;
  readonly mixed: number;
}

async function train(
  { contextLength, dimension, range, steps, contextsPerStep, queries }: Settings,
  { key, defect, progress, signal }: RecipeContext<Defect>,
  compare: (layer: LsaParameters<Matrix>) => Comparison,
): Promise<{ readonly layer: LsaParameters<Matrix>; readonly curve: readonly Look[] }> {
  const law = oswaldLaw({
    contextLength: defect === "one-example-fewer" ? contextLength - 1 : contextLength,
    dimension,
    range: defect === "range-of-the-text" ? 2 * range : range,
    queries,
  });
  const isDrawn = logSpaced({ perDecade: 10 });
  const curve: Look[] = [];
  let layer: LsaParameters<Matrix> | undefined;
  for await (const { step, parameters } of trainOswaldLayer(law, { key, steps, contextsPerStep }, { signal })) {
    layer = parameters;
    progress(step / steps, `step ${step} of ${steps}`);
    if (step !== steps && (step < FIRST_DRAWN || !isDrawn(step))) continue;
    const { trained, mixed } = compare(layer);
    curve.push({ step, trained: trained.value, mixed: mixed.value });
  }
  return { layer: layer!, curve };
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

function lessOne(estimate: Estimate): Estimate {
  return { ...estimate, value: estimate.value - 1 };
}

function claimsOn(
  layer: LsaParameters<Matrix>,
  found: Comparison,
  stepSize: number,
  { value: optimum, source }: ReturnType<typeof optimalStep>,
): Claim[] {
  const { preconditioner } = inducedStep(layer);
  const [none, one] = [0, 1].map((value) => ({ value, source }));
  return [
    near("step size η", { value: stepSize, source }, trace(preconditioner) / preconditioner.rows, 0.02),
    estimates("loss of one step of gradient descent", { value: optimum.loss, source }, found.loss, 0.03),
    within("loss of the layer over that of the step, less 1", none, lessOne(found.trained), 0.005),
    within("cosine between ∂ŷ/∂x_q of layer and step, mean", one, found.cosine, 0.001),
    within("distance between ∂ŷ/∂x_q of layer and step, in units of its length", none, found.slopes, 0.02),
    within("distance between ŷ of layer and step, in units of its size", none, found.predictions, 0.02),
    within("loss of the mean of their weights over that of the step, less 1", none, lessOne(found.mixed), 0.01),
  ];
}

function figureOf(
  curve: readonly Look[],
  losses: { readonly zero: number; readonly step: number },
  { dimension, contextLength, range, contexts }: Settings,
): Figure {
  return {
    title: "Training finds one step of gradient descent",
    subtitle: `x uniform on (−${range}, ${range})^d, w ~ N(0, I), d = ${dimension}, n = ${contextLength}, no noise; ${Math.min(contexts, SKETCH)} contexts a point`,
    x: { label: "training step", scale: "log" },
    y: { label: "loss (mean squared error)", scale: "linear" },
    series: [
      {
        name: "theory: predicting 0",
        kind: "line",
        theory: true,
        points: curve.map(({ step }) => ({ x: step, y: losses.zero })),
      },
      {
        name: "theory: one tuned step",
        kind: "line",
        theory: true,
        about: "step",
        points: curve.map(({ step }) => ({ x: step, y: losses.step })),
      },
      {
        name: "trained layer",
        kind: "points",
        about: "step",
        points: curve.map(({ step, trained }) => ({ x: step, y: losses.step * trained })),
      },
      {
        name: "halfway between layer and step",
        kind: "line",
        points: curve.map(({ step, mixed }) => ({ x: step, y: losses.step * mixed })),
      },
    ],
  };
}
