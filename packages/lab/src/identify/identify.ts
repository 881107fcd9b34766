import {
  childKey,
  DomainError,
  meanAccumulator,
  randomKey,
  ShapeError,
  type Estimate,
  type PromptBatch,
} from "@onestep/core";
import { samplePrompts, type PromptLaw } from "@onestep/data";
import { ratioOfMeans } from "../measure/ratio-of-means.ts";
import { candidatesOf, poolWeights, zeroCandidate, type Known } from "./candidates.ts";
import { exactRows, type ExactRow } from "./exact-steps.ts";
import { nameOf, type AlgorithmId } from "./families.ts";
import type { Identification, IdentifiedAlgorithm, IdentifiedParameter } from "./identification.ts";
import { requirePositive } from "../require-positive.ts";
import { hasWeights, type IdentifiedModel } from "./identified-model.ts";
import { observe, observePredictions, squaredNorm, type Observations } from "./observe.ts";

/** How a model is identified. */
export interface IdentifyOptions {
  /** Default 0. */
  readonly seed?: number;
  /** Prompts: half of them to fit parameters, half to measure residuals. Default 4000. */
  readonly draws?: number;
  /** Iterative algorithms of up to so many steps; default 3, or the layers of a model of 4 to 6. */
  readonly mostSteps?: number;
  /** A residual that counts as none, and a difference between two that does; default 0.01. */
  readonly tolerance?: number;
}

/** Draws, where none are asked for. */
export const IDENTIFY_DRAWS = 4000;

/** A difference that chance makes in one case of a thousand. */
const BEYOND_CHANCE = 3.1;

/** Fewer prompts tell nothing of an algorithm. */
const LEAST_DRAWS = 100;

/** Steps that are tried where nothing says how many a model has, and at most where its depth does. */
const USUAL_STEPS = 3;
const DEEPEST = 6;

/**
 * Which algorithm is this? Finds in each family of algorithms the one of least mean squared difference from a model,
 *
 * $$ \min_\theta \; \mathbb{E}\,(\hat y - \hat y_\theta)^2, \qquad
 *    \text{residual} = \sqrt{\mathbb{E}(\hat y - \hat y_\theta)^2 / \mathbb{E}\hat y^2}, $$
 *
 * and names the simplest that is not farther from the model than the nearest one: fewest numbers to choose, then the
 * least residual. Parameters are fitted on one half of the prompts and residuals measured on the other, all families
 * on the same ones; of a linear transformer the query is integrated out, and one layer on a Gaussian linear law is held
 * against steps without drawing anything.
 *
 * @throws ShapeError where the model does not fit the law; DomainError for fewer than 100 prompts, more than 6
 * steps, or a tolerance that is not positive
 *
 * Source: own derivation; comparing a trained layer with gradient descent by its predictions is von Oswald et al., arXiv
 * 2212.07677, Section 3.
 *
 * @example
 * const [covariates, tasks] = [gaussianCovariates({ dimension: 2 }), gaussianTasks({ dimension: 2 })];
 * const law = promptLaw({ contextLength: 8, covariates, target: linearTarget({ tasks }), noise: noNoise() });
 * const model = construct.gradientDescent({ dimension: 2, stepSizes: [0.5] });
 * (await identify(model, law, { draws: 100 })).nearest; // => "one step of gradient descent"
 */
export async function identify(
  model: IdentifiedModel,
  law: PromptLaw,
  options: IdentifyOptions = {},
): Promise<Identification> {
  const { seed = 0, draws = IDENTIFY_DRAWS } = options;
  requireEnough("identify: draws", draws);
  const prompts = samplePrompts({ ...law, queries: 1 }, { key: childKey(randomKey(seed), "identify"), count: draws });
  const isSame = law.queryCovariates.perPrompt === undefined;
  const observations = await observe(model, prompts, isSame ? law.queryCovariates.covariance : undefined);
  const covariates = law.covariates.perPrompt === undefined ? law.covariates.covariance : undefined;
  const exact = hasWeights(model) ? exactRows(model, law) : [];
  const known = { covariates, pool: await poolWeights(law, prompts) };
  const mostSteps = hasWeights(model) ? Math.min(DEEPEST, Math.max(USUAL_STEPS, model.layers.length)) : USUAL_STEPS;
  return conclude(observations, prompts, known, { exact, mostSteps, ...options });
}

/**
 * `identify` of a model that is known by its predictions alone, one a prompt.
 *
 * @param law where it is known: white coordinates and pools of tasks need it
 * @throws ShapeError unless there is one prediction a prompt; DomainError for fewer than 100 prompts
 */
export async function identifyPredictions(
  prompts: PromptBatch,
  predictions: Float64Array,
  law: PromptLaw | undefined,
  options: IdentifyOptions = {},
): Promise<Identification> {
  requireEnough("identifyPredictions", prompts.count);
  requirePredictions(prompts, predictions);
  const covariates = law?.covariates.perPrompt === undefined ? law?.covariates.covariance : undefined;
  const pool = law === undefined ? undefined : await poolWeights(law, prompts);
  return conclude(observePredictions(prompts, predictions), prompts, { covariates, pool }, options);
}

function conclude(
  { prompts, parts }: Observations,
  batch: PromptBatch,
  known: Known,
  {
    tolerance = 0.01,
    mostSteps = USUAL_STEPS,
    exact: exactly = [],
  }: IdentifyOptions & { readonly exact?: readonly ExactRow[] },
): Identification {
  requirePositive("identify: tolerance", tolerance);
  requireSteps(mostSteps);
  const half = Math.floor(prompts.length / 2);
  const [fitted, measured] = [prompts.slice(0, half), prompts.slice(half)];
  const energies = Float64Array.from(measured, ({ output }) => squaredNorm(output));
  const energy = meanOfArray(energies);
  const size = Math.sqrt(energy / (meanOfArray(batch.queryResponses.map((y) => y * y)) || 1));
  const common = { leakage: leakageOf(parts), size, tolerance, prompts: prompts.length };
  const candidates =
    size === 0 ? [zeroCandidate(energies)] : candidatesOf({ fitted, measured, energies, half }, known, mostSteps);
  const means = candidates.map(({ misses }) => meanOfArray(misses));
  const nearest = candidates[means.indexOf(Math.min(...means))];
  const algorithms = candidates.map(({ misses, ...candidate }): IdentifiedAlgorithm => {
    const exact = exactly.find((row) => isSameAlgorithm(row, candidate));
    return {
      ...candidate,
      name: nameOf(candidate),
      residual:
        exact === undefined ? rootOf(ratioOrZero(misses, energies)) : { value: exact.residual, standardError: 0 },
      ...(exact === undefined ? {} : { parameters: exact.parameters.map(withoutError) }),
      isFarther: isFarther(misses, nearest.misses, energies, tolerance),
    };
  });
  const simplest = size <= tolerance ? algorithms[0] : simplestOf(algorithms);
  const reach = simplest.residual.value - BEYOND_CHANCE * simplest.residual.standardError;
  return {
    algorithms,
    nearest: simplest.name,
    isWithinTolerance: size <= tolerance || reach <= tolerance,
    ...common,
  };
}

/**
 * Whether one algorithm misses a model by more than another does: its excess exceeds the tolerance beyond chance, in the
 * mean or on prompts of bounded weight. An excess is cut from above, which only makes it less: neither can a few prompts
 * of huge predictions hide it in their variance.
 */
function isFarther(misses: Float64Array, least: Float64Array, energies: Float64Array, tolerance: number): boolean {
  const typical = energies.slice().sort()[Math.floor(energies.length / 2)];
  const mean = meanOfArray(energies);
  const weighings = [energies.map(() => mean), energies.map((energy) => energy + typical)];
  return weighings.some((units) => {
    const excess = ratioOrZero(
      misses.map((miss, i) => (units[i] > 0 ? Math.min((miss - least[i]) / units[i], 1) : 0)),
      energies.map((energy, i) => (units[i] > 0 ? energy / units[i] : 0)),
    );
    return excess.value - BEYOND_CHANCE * excess.standardError > tolerance ** 2;
  });
}

/** Null where there is no odd part to compare with. */
function leakageOf(parts: Observations["parts"]): Identification["leakage"] {
  if (parts === undefined) return null;
  const { odd, even } = parts;
  return odd.every((one) => one === 0) && even.some((one) => one !== 0) ? null : rootOf(ratioOrZero(even, odd));
}

/** Of those that are not farther than the nearest: the fewest numbers to choose, then the least residual. */
function simplestOf(algorithms: readonly IdentifiedAlgorithm[]): IdentifiedAlgorithm {
  const near = algorithms.filter(({ isFarther }) => !isFarther);
  const fewest = near.filter(({ numbers }) => numbers === near[0].numbers);
  return fewest.reduce((best, one) => (one.residual.value < best.residual.value ? one : best));
}

function requireEnough(where: string, count: number): void {
  if (Number.isSafeInteger(count) && count >= LEAST_DRAWS) return;
  throw new DomainError({
    where,
    expected: `a whole number of prompts, at least ${LEAST_DRAWS}`,
    arrived: String(count),
    hint: "some thousands tell most algorithms apart",
  });
}

function requireSteps(steps: number): void {
  if (Number.isSafeInteger(steps) && steps >= 1 && steps <= DEEPEST) return;
  throw new DomainError({
    where: "identify: mostSteps",
    expected: `a whole number of steps from 1 to ${DEEPEST}`,
    arrived: String(steps),
    hint: "algorithms of more steps are hardly told apart",
  });
}

function requirePredictions({ count, queries = 1 }: PromptBatch, predictions: Float64Array): void {
  if (queries === 1 && predictions.length === count && predictions.every(Number.isFinite)) return;
  throw new ShapeError({
    where: "identifyPredictions",
    expected: "one query a prompt, and a finite prediction for each",
    arrived: `${count} prompts of ${queries} queries, and ${predictions.filter(Number.isFinite).length} predictions`,
    hint: "give a prompt once for each of its queries",
  });
}

function isSameAlgorithm(one: AlgorithmId, other: AlgorithmId): boolean {
  return one.algorithm === other.algorithm && one.steps === other.steps && one.coordinates === other.coordinates;
}

function withoutError({ name, value }: ExactRow["parameters"][number]): IdentifiedParameter {
  return { name, value, standardError: 0, lower: value, upper: value };
}

function meanOfArray(values: Float64Array): number {
  const mean = meanAccumulator();
  for (const value of values) mean.push(value);
  return mean.mean;
}

/** E a / E b; 0 where there is nothing of either. */
function ratioOrZero(a: Float64Array, b: Float64Array): Estimate {
  return b.some((one) => one !== 0) ? ratioOfMeans(a, b) : { value: 0, standardError: 0, count: a.length };
}

/** √ of a ratio, its error by the delta method. */
function rootOf({ value, standardError }: Estimate): { value: number; standardError: number } {
  const root = Math.sqrt(Math.max(0, value));
  return { value: root, standardError: root === 0 ? 0 : standardError / (2 * root) };
}
