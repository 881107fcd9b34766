import { dot, meanAccumulator, multiplyVector, type Estimate, type PromptMoments, type RandomKey } from "@onestep/core";
import {
  expectedSquaredError,
  integrateQueries,
  sampleContextStatistics,
  type IntegratedQueries,
  type PromptLaw,
} from "@onestep/data";
import { inducedWeights, type LinearTransformer } from "@onestep/model";
import { pretrainingLoss } from "@onestep/theory";
import { attempt } from "../attempt.ts";
import { gaussianLinearPopulation } from "../gaussian-linear-law.ts";
import { ratioOfMeans } from "./ratio-of-means.ts";
import { stepOfLayer } from "./step-of-layer.ts";
import { weighedContexts } from "./weighed-contexts.ts";

/** How many contexts are drawn at a time. */
const BLOCK = 10_000;

/** Which fresh contexts a loss is estimated on. */
export interface FreshContexts {
  /** Their address, away from that of the training prompts. */
  readonly key: RandomKey;
  readonly count: number;
}

/** A model whose loss is known: what it does on the fresh contexts is a control variate. */
export interface Reference {
  readonly transformer: LinearTransformer;
  readonly loss: number;
}

/**
 * Estimates the pre-training loss of a model on contexts that it never saw. What is known in closed form is not drawn:
 * the query, where the law allows it, and the odd part of a single layer where the even part decouples,
 *
 * $$ L = R(\Gamma) + \mathbb{E}[f_{\mathrm{even}}^2]. $$
 *
 * Deep models on Gaussian linear laws are met by wide contexts more often than the law has them (`weighedContexts`).
 *
 * @param known.moments of the law, where it declares them
 * @param known.reference a model like this one: only their difference is then drawn
 */
export function modelLoss(
  given: PromptLaw,
  transformer: LinearTransformer,
  fresh: FreshContexts,
  { moments, reference }: { readonly moments?: PromptMoments | undefined; readonly reference?: Reference | undefined },
): Estimate {
  // Queries that share a context are alike: the loss of one is the loss of all.
  const law = { ...given, queries: 1 };
  const step = stepOfLayer(transformer, law);
  if (step !== undefined && moments?.evenPartDecouples === "proved" && law.queryCovariates.perPrompt === undefined) {
    const even = mean(fresh, evenEnergiesOf(law, transformer));
    return { ...even, value: pretrainingLoss(moments, step).value + even.value };
  }
  const difference = isGaussian(law) ? weighedDifference : plainDifference;
  const drawn = difference(law, [transformer, reference?.transformer], fresh);
  return { ...drawn, value: drawn.value + (reference?.loss ?? 0) };
}

/** A model, and one that it is compared with. */
type Pair = readonly [LinearTransformer, LinearTransformer | undefined];

function isGaussian(law: PromptLaw): boolean {
  const setting = gaussianLinearPopulation(law);
  return setting?.taskMean.every((entry) => entry === 0) === true && setting.covariates.rank === law.dimension;
}

function weighedDifference(law: PromptLaw, [model, reference]: Pair, fresh: FreshContexts): Estimate {
  const { weights, errorsOf } = weighedContexts(gaussianLinearPopulation(law)!, fresh);
  const [errors, others] = [errorsOf(model), reference === undefined ? undefined : errorsOf(reference)];
  return ratioOfMeans(
    errors.map((error, i) => weights[i] * (error - (others?.[i] ?? 0))),
    weights,
  );
}

function plainDifference(law: PromptLaw, [model, reference]: Pair, fresh: FreshContexts): Estimate {
  const errors = errorsOf(law, model);
  if (reference === undefined) return mean(fresh, errors);
  const others = errorsOf(law, reference);
  return mean(fresh, (request) => {
    const own = others(request);
    return errors(request).map((error, i) => error - own[i]);
  });
}

/** Numbers of the contexts `from`, `from` + 1, … of a key. */
type Draw = (request: { readonly key: RandomKey; readonly count: number; readonly from: number }) => Float64Array;

function mean({ key, count }: FreshContexts, draw: Draw): Estimate {
  const accumulator = meanAccumulator();
  for (let from = 0; from < count; from += BLOCK) {
    for (const one of draw({ key, count: Math.min(BLOCK, count - from), from })) accumulator.push(one);
  }
  return accumulator.estimate();
}

/** E[f_even² | context], the query integrated out. */
function evenEnergiesOf(law: PromptLaw, transformer: LinearTransformer): Draw {
  const secondMoment = law.queryCovariates.covariance.matrix;
  return (request) => {
    const { even } = inducedWeights(transformer, sampleContextStatistics(law, request));
    return Float64Array.from({ length: request.count }, (_, i) => {
      const own = rowOf(even, i, law.dimension);
      return dot(own, multiplyVector(secondMoment, own));
    });
  };
}

/** E[(ŷ − y_q)² | context] where the query can be integrated out, and (ŷ − y_q)² otherwise. */
function errorsOf(law: PromptLaw, transformer: LinearTransformer): Draw {
  const oneQuery = { ...law, queries: 1 };
  return (request) => {
    const statistics = sampleContextStatistics(oneQuery, request);
    const { weights } = inducedWeights(transformer, statistics);
    const known: IntegratedQueries | undefined = attempt(() => integrateQueries(oneQuery, request));
    return Float64Array.from({ length: request.count }, (_, i) => {
      const own = rowOf(weights, i, law.dimension);
      if (known !== undefined) return expectedSquaredError(known, i, own);
      return (dot(own, rowOf(statistics.queryCovariates, i, law.dimension)) - statistics.queryResponses[i]) ** 2;
    });
  };
}

function rowOf(values: Float64Array, i: number, width: number): Float64Array {
  return values.subarray(i * width, (i + 1) * width);
}
