import { DomainError, identity, meanAccumulator, scale, zeros, type Estimate, type Matrix } from "@onestep/core";
import { attentionFeatures } from "./attention-features.ts";
import type { PromptRows } from "./prompt-rows.ts";
import { fitQueries, inverseOnSupport, predictQueries, type QueryRegression } from "./query-regression.ts";

/**
 * What a layer may do, from the narrowest to the widest: one step η x_qᵀXᵀy, a preconditioned step η x_qᵀΣ⁻¹Xᵀy, any
 * step x_qᵀ Γ Xᵀy, and linear attention with any number of heads.
 */
export const layerForms = ["one-step", "preconditioned-step", "any-step", "any-heads"] as const;
export type LayerForm = (typeof layerForms)[number];

/** Queries and what the best layer of each form answers, fitted to other prompts. All arrays are `[prompts, queries]`. */
export interface CrossFit {
  readonly queries: number;
  readonly responses: Float64Array;
  readonly predictions: Readonly<Record<LayerForm, Float64Array>>;
}

/**
 * Predicts every query by least-squares fits to the prompts of the other folds.
 *
 * @param folds K; prompt i is in fold i mod K
 * @throws DomainError unless K is an integer, 2 ≤ K ≤ the number of prompts
 */
export function crossFit(prompts: PromptRows, folds: number): CrossFit {
  requireFolds(folds, prompts.count);
  const { dimension, rows, contextRows } = prompts;
  const responses = queriesOf(prompts, prompts.responses, 1);
  const { width, values: features } = attentionFeatures(prompts);
  const queryCovariates = queriesOf(prompts, prompts.covariates, dimension);
  const heads: QueryRegression = { queries: rows - contextRows, queryCovariates, dimension, features, width };
  const steps: QueryRegression = { ...heads, features: firstColumns(features, width, dimension), width: dimension };

  const fits: Record<LayerForm, (seen: readonly number[]) => Matrix> = {
    "one-step": (seen) => fitStepSize(steps, identity(dimension), responses, seen),
    "preconditioned-step": (seen) =>
      fitStepSize(steps, inverseOnSupport(contextCovariance(prompts, seen)), responses, seen),
    "any-step": (seen) => fitQueries(steps, responses, seen),
    "any-heads": (seen) => fitQueries(heads, responses, seen),
  };
  const everyPrompt = Array.from({ length: prompts.count }, (_, i) => i);
  const predict = (form: LayerForm): Float64Array => {
    const regression = form === "any-heads" ? heads : steps;
    const predictions = new Float64Array(responses.length);
    for (let fold = 0; fold < folds; fold++) {
      const fitted = fits[form](everyPrompt.filter((i) => i % folds !== fold));
      const unseen = everyPrompt.filter((i) => i % folds === fold);
      predictQueries(regression, fitted, unseen).forEach((prediction, at) => (predictions[at] += prediction));
    }
    return predictions;
  };
  const entries = layerForms.map((form) => [form, predict(form)] as const);
  return { queries: heads.queries, responses, predictions: Object.fromEntries(entries) as CrossFit["predictions"] };
}

/** The loss of a form's fits on the prompts that they have not seen, in units of the responses' mean square. */
export function heldOutLoss({ queries, responses, predictions }: CrossFit, form: LayerForm): Estimate {
  const losses = meanAccumulator();
  for (let from = 0; from < responses.length; from += queries) {
    let sum = 0;
    for (let at = from; at < from + queries; at++) {
      sum += (responses[at] - predictions[form][at]) * (responses[at] - predictions[form][at]);
    }
    losses.push(sum / queries);
  }
  return losses.estimate();
}

function requireFolds(folds: number, count: number): void {
  if (!Number.isSafeInteger(folds) || folds < 2) {
    throw new DomainError({
      where: "certifySymmetry.folds",
      expected: "an integer, at least 2",
      arrived: String(folds),
      hint: "5 is a good choice",
    });
  }
  if (count >= folds) return;
  throw new DomainError({
    where: "prompts.count",
    expected: `at least ${folds} prompts, one for each fold`,
    arrived: String(count),
    hint: "what a law does is seen only across prompts: draw some hundreds, or thousands",
  });
}

/** η times a direction, η by least squares; 0 where the direction answers 0 to everything. */
function fitStepSize(
  steps: QueryRegression,
  direction: Matrix,
  responses: Float64Array,
  seen: readonly number[],
): Matrix {
  const predictions = predictQueries(steps, direction, seen);
  let [along, square] = [0, 0];
  predictions.forEach((prediction, at) => {
    along += prediction * responses[at];
    square += prediction * prediction;
  });
  return scale(direction, square === 0 ? 0 : along / square);
}

/** Σ x xᵀ over the contexts of the chosen prompts; its scale is η's business. */
function contextCovariance(prompts: PromptRows, chosen: readonly number[]): Matrix {
  const { dimension: d, rows, contextRows, covariates } = prompts;
  const sum = zeros(d, d);
  for (const prompt of chosen) {
    for (let row = prompt * rows; row < prompt * rows + contextRows; row++) {
      for (let j = 0; j < d; j++) {
        for (let k = 0; k < d; k++) sum.values[j * d + k] += covariates[row * d + j] * covariates[row * d + k];
      }
    }
  }
  return sum;
}

/** Of rows with `size` numbers each, those of the queries. */
function queriesOf({ count, rows, contextRows }: PromptRows, values: Float64Array, size: number): Float64Array {
  const chosen = new Float64Array(count * (rows - contextRows) * size);
  for (let i = 0; i < count; i++) {
    const own = values.subarray((i * rows + contextRows) * size, (i + 1) * rows * size);
    chosen.set(own, i * own.length);
  }
  return chosen;
}

function firstColumns(values: Float64Array, width: number, kept: number): Float64Array {
  const count = values.length / width;
  const chosen = new Float64Array(count * kept);
  for (let i = 0; i < count; i++) chosen.set(values.subarray(i * width, i * width + kept), i * kept);
  return chosen;
}
