import { childKey, openStream, randomKey, type ContextStatistics } from "@onestep/core";
import { drawContext, drawQueries, openPrompt, type OpenPrompt, type RowArrays } from "../prompt/open-prompt.ts";
import { requireFiniteNumbers } from "../define/require-finite-numbers.ts";
import { requireRoom } from "../define/room.ts";
import type { PromptLaw } from "../prompt/prompt-law.ts";
import { readRequest, type SampleRequest } from "../prompt/sample-request.ts";
import { contextFactor, writeSums, type ContextSums } from "./context-factor.ts";
import { linearContexts } from "./linear-context.ts";
import { projectedContexts, projectedSteps } from "./projected-context.ts";
import { routeOf, type Asked, type StatisticsRoute } from "./route.ts";
import { sumRows } from "./row-sums.ts";

/** Which statistics to draw. */
export interface StatisticsRequest extends SampleRequest {
  /** Whether S is wanted; without it some laws need fewer draws, and `covariateGram` is empty. Omitted means true. */
  readonly gram?: boolean | undefined;
  /** Whether rows are avoided even where drawing them is cheaper. Omitted means false. */
  readonly withoutRows?: boolean | undefined;
}

/**
 * Draws S = XᵀX, b = Xᵀy, c = yᵀy and the queries of prompts `from`, `from` + 1, … of a key, exactly in distribution,
 * without drawing rows where the law allows it (see `statisticsRoute`).
 *
 * Prompt i has the task, length, latents and queries that `samplePrompts` draws at the same key; its context has an
 * address of its own, `key/prompt:i/context`, except where rows are drawn: then they are the rows of `samplePrompts`.
 *
 * @returns sums over the context, not divided by n
 * @throws DomainError unless `count` ≥ 1 and `from` ≥ 0 are integers, and for more than fits in memory
 * @throws NumericalError where a sum overflows
 *
 * @example
 * const law = parsePromptLaw({
 *   contextLength: 1_000_000, dimension: 5,
 *   covariates: { law: "gaussian" },
 *   target: { law: "linear", tasks: { law: "gaussian" } },
 *   noise: { law: "gaussian", variance: 0.25 },
 * });
 * sampleContextStatistics(law, { key: randomKey(0), count: 10 }).crossProduct.length; // => 50
 */
export function sampleContextStatistics(law: PromptLaw, request: StatisticsRequest): ContextStatistics {
  const statistics = drawContextStatistics(law, request);
  requireFiniteNumbers("sampleContextStatistics", {
    "sums of x xᵀ": statistics.covariateGram,
    "sums of y x": statistics.crossProduct,
    "sums of y²": statistics.responseEnergy,
    "responses of the queries": statistics.queryResponses,
  });
  return statistics;
}

/** The same, whatever the sums are: what is wrong with a law can be asked of its statistics. */
export function drawContextStatistics(law: PromptLaw, request: StatisticsRequest): ContextStatistics {
  const { key, count, from } = readRequest("sampleContextStatistics", request);
  const { gram = true, withoutRows = false } = request;
  const { contextLength, dimension: d, leastContextLength, queries } = law;
  requireRoom("sampleContextStatistics", {
    what: `the sums of ${count} contexts in ${d} dimensions`,
    numbers: count * ((gram ? (d * (d + 1)) / 2 : 0) + (d + 1) * (1 + queries)),
    hint: "draw fewer prompts at a time, from `from` on",
  });
  const statistics = {
    count,
    contextLength,
    dimension: d,
    covariateGram: new Float64Array(gram ? (count * d * (d + 1)) / 2 : 0),
    crossProduct: new Float64Array(count * d),
    responseEnergy: new Float64Array(count),
    queryCovariates: new Float64Array(count * queries * d),
    queryResponses: new Float64Array(count * queries),
    ...(queries === 1 ? {} : { queries }),
    ...(leastContextLength === undefined ? {} : { lengths: new Int32Array(count) }),
  };
  const drawSums = contextSampler(law, { gram, withoutRows });
  for (let i = 0; i < count; i++) {
    const prompt = openPrompt(law, childKey(key, "prompt", from + i));
    if (statistics.lengths !== undefined) statistics.lengths[i] = prompt.length;
    drawQueries(law, prompt, statistics, i);
    drawSums(prompt, statistics, i);
  }
  return statistics;
}

/**
 * How `sampleContextStatistics` draws the contexts of a law.
 *
 * @example
 * const law = parsePromptLaw({
 *   contextLength: 200, dimension: 5,
 *   covariates: { law: "gaussian" },
 *   target: { law: "single-index", link: "tanh" },
 *   noise: { law: "none" },
 * });
 * statisticsRoute(law); // => "projections"
 */
export function statisticsRoute(
  law: PromptLaw,
  { gram = true, withoutRows = false }: { readonly gram?: boolean; readonly withoutRows?: boolean } = {},
): StatisticsRoute {
  // What decides is the same for all prompts of a law: any prompt tells.
  return routeOf(openPrompt(law, childKey(randomKey(0), "prompt", 0)), law, { gram, withoutRows });
}

/** Prepares to write the sums of one prompt after another; arrays are shared by all of them. */
function contextSampler(law: PromptLaw, asked: Asked): (prompt: OpenPrompt, into: ContextSums, i: number) => void {
  const { dimension, noise } = law;
  const factor = contextFactor(dimension);
  const drawLinear = linearContexts(dimension);
  const drawProjections = projectedContexts(dimension);
  const drawStep = projectedSteps(dimension);
  let rows: RowArrays | undefined;
  return (prompt, into, i) => {
    const route = routeOf(prompt, law, asked);
    if (route === "rows") {
      rows ??= rowArrays(law.contextLength, dimension);
      drawContext(prompt, rows, 0, dimension);
      sumRows(rows, prompt.length, dimension, into, i);
      return;
    }
    const stream = openStream(childKey(prompt.key, "context"));
    const indices = prompt.target.indices!;
    if (route === "bartlett") {
      const deviation = noise.drawDeviation!(openStream(childKey(prompt.key, "noise")));
      const context = { length: prompt.length, covariance: prompt.rows.covariance, deviation };
      drawLinear(stream, { ...context, taskVector: indices.directions }, factor);
    } else {
      (route === "projections" ? drawProjections : drawStep)(stream, { ...prompt, indices }, factor);
    }
    writeSums(factor, dimension, into, i);
  };
}

/** Room for the rows of one prompt. */
function rowArrays(length: number, dimension: number): RowArrays {
  requireRoom("sampleContextStatistics", {
    what: `a context of ${length} rows in ${dimension} dimensions, which this law needs drawn`,
    numbers: length * (dimension + 1),
    hint: "choose a shorter context",
  });
  return { covariates: new Float64Array(length * dimension), responses: new Float64Array(length) };
}
