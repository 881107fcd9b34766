import { randomKey, type ContextStatistics } from "@onestep/core";
import { deepProgram, type DeepForm } from "../src/deep/deep-program.ts";
import { openDeepOnStatistics } from "../src/deep/open-deep-on-statistics.ts";
import { promptDrawer } from "../src/deep/prompt-drawer.ts";
import type { DeepWeights } from "../src/deep/sums.ts";
import { laneNormals, openPrompt } from "../src/lanes/twin.ts";
import { checkLaw } from "../src/one-layer/law.ts";
import type { DeepCase } from "./any-deep-case.ts";

/** Loss and gradient in one array: the loss, then each P, then each Q. */
export type Evaluated = Float64Array;

/** Runs something that fills a gradient, and lists what it gives. */
export function evaluateInto(weights: DeepWeights, lossAndGradient: (gradient: DeepWeights) => number): Evaluated {
  const blank = (list: readonly Float64Array[]): Float64Array[] => list.map((one) => one.map(() => NaN));
  const gradient = { valueProjections: blank(weights.valueProjections), keyQueries: blank(weights.keyQueries) };
  const loss = lossAndGradient(gradient);
  return Float64Array.of(loss, ...[...gradient.valueProjections, ...gradient.keyQueries].flatMap((one) => [...one]));
}

/**
 * Bounds of the sums of absolute values that loss and gradient are made of: the same polynomials of absolute values of
 * weights, G, x_q and y_q. With −y_q in the place of y_q residuals add up too.
 */
export function scaleOnStatistics(
  weights: DeepWeights,
  statistics: ContextStatistics,
  dividesByLength: boolean,
): Evaluated {
  const absolute = (values: Float64Array): Float64Array => values.map(Math.abs);
  // In −ŷ = q_m + pᵀHQq all terms are positive then, and so they are in −ŷ + y_q.
  const bounds = {
    valueProjections: weights.valueProjections.map(absolute),
    keyQueries: weights.keyQueries.map(absolute),
  };
  const { dimension, covariateGram, crossProduct, queryCovariates, queryResponses } = statistics;
  const shape = { dimension, layers: weights.keyQueries.length, dividesByLength };
  const deep = openDeepOnStatistics(shape, { engine: "twin" });
  return evaluateInto(bounds, (gradient) =>
    deep.lossAndGradient(
      bounds,
      {
        ...statistics,
        covariateGram: absolute(covariateGram),
        crossProduct: absolute(crossProduct),
        queryCovariates: absolute(queryCovariates),
        queryResponses: absolute(queryResponses),
      },
      gradient,
    ),
  );
}

/** The same for drawn prompts: with a bound of |F||F|ᵀ for G = FFᵀ, whose last row is Σ wᵢ Lᵢ + σ L_m. */
export function scaleOnDraws({ law, weights, seed, first, count }: DeepCase): Evaluated {
  const { dimension: d, noiseDeviation } = law;
  const width = d + 1;
  const { diagonal, matrix, mean } = checkLaw("scaleOnDraws", law);
  const draw = promptDrawer(law);
  const statistics = {
    count,
    contextLength: law.contextLength,
    dimension: d,
    covariateGram: new Float64Array((count * d * (d + 1)) / 2),
    crossProduct: new Float64Array(count * d),
    responseEnergy: new Float64Array(count),
    queryCovariates: new Float64Array(count * d),
    queryResponses: new Float64Array(count),
  };
  const gram = new Float64Array(width * width);
  const query = new Float64Array(width);
  const head = new Float64Array(2 * d + 2);
  for (let prompt = 0; prompt < count; prompt++) {
    draw(openPrompt(randomKey(seed), first + prompt), gram, query);
    laneNormals(openPrompt(randomKey(seed), first + prompt), head, 0, 2 * d + 2, 1);
    const task = mean.map((entry, i) => {
      let size = Math.abs(entry);
      for (let j = 0; j < d; j++) {
        const factor = matrix === undefined ? (i === j ? diagonal[i] : 0) : matrix.values[i * d + j];
        size += Math.abs(factor * head[j]);
      }
      return size;
    });
    // |F| row by row: its last row is at most twice Σ |wᵢ||Lᵢ| more than what it adds up to.
    const lengths = Float64Array.from({ length: width }, (_, i) => Math.sqrt(gram[i * (width + 1)]));
    let response = noiseDeviation * Math.abs(head[2 * d]);
    for (let i = 0; i < d; i++) {
      lengths[d] += 2 * task[i] * lengths[i];
      response += task[i] * Math.abs(query[i]);
    }
    let packed = (prompt * d * (d + 1)) / 2;
    for (let i = 0; i < d; i++) {
      for (let j = 0; j <= i; j++) statistics.covariateGram[packed++] = lengths[i] * lengths[j];
      statistics.crossProduct[prompt * d + i] = lengths[i] * lengths[d];
    }
    statistics.responseEnergy[prompt] = lengths[d] ** 2;
    statistics.queryCovariates.set(query.subarray(0, d), prompt * d);
    statistics.queryResponses[prompt] = response;
  }
  return scaleOnStatistics(weights, statistics, false);
}

/**
 * Roundings on the longest path from a draw or a weight to a derivative, relative to the scales above: no path passes an
 * instruction twice, and each is a sum of at most m + 1 terms; before, a draw has 16 in lanes, and sums of m terms make w
 * of it, F of w, G of F, and y; behind, prompts are summed up. Squares pass an error on twice.
 */
export function roundings(width: number, layers: number, count: number, form: DeepForm = "cheapest"): number {
  const { instructions } = deepProgram(layers, width, form);
  return 2 * ((instructions.length + 4) * (width + 2) + 16 + count);
}
