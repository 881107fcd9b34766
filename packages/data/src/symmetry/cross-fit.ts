import { DomainError, identity, meanAccumulator, scale, type Estimate, type Matrix } from "@onestep/core";
import { attentionFeatures, type AttentionFeatures } from "./attention-features.ts";
import type { PromptRows } from "./prompt-rows.ts";
import { fitQueries, predictQueries } from "./query-regression.ts";
import { bestStepAlong, everyPrompt, querySteps, whitening } from "./query-steps.ts";

/**
 * What a layer may do, from the narrowest to the widest: one step η x_qᵀXᵀy, a preconditioned step η x_qᵀΣ⁻¹Xᵀy, any
 * step x_qᵀ Γ Xᵀy, and linear attention with any number of heads.
 */
const layerForms = ["one-step", "preconditioned-step", "any-step", "any-heads"] as const;
export type LayerForm = (typeof layerForms)[number];

/** Queries and what the best layer of each form answers, fitted to other prompts. All arrays are `[prompts, queries]`. */
export interface CrossFit {
  readonly queries: number;
  readonly responses: Float64Array;
  readonly predictions: Readonly<Record<LayerForm, Float64Array>>;
}

/** How the prompts are divided, and what is known of them. */
export interface CrossFitOptions {
  /** K; prompt i is in fold i mod K */
  readonly folds: number;
  /** Terms even in the responses are known to be useless: then the best layer is a step. */
  readonly evenPartDecouples?: boolean;
  /** Hears before each fold how many are done. */
  readonly onFold?: ((done: number) => void) | undefined;
}

/**
 * Predicts every query by least-squares fits to the prompts of the other folds.
 *
 * @throws DomainError unless K is an integer, 2 ≤ K ≤ the number of prompts
 */
export function crossFit(
  prompts: PromptRows,
  { folds, evenPartDecouples = false, onFold }: CrossFitOptions,
  features: AttentionFeatures = attentionFeatures(prompts),
): CrossFit {
  requireFolds(folds, prompts.count);
  const { dimension } = prompts;
  const steps = querySteps(prompts, features);
  const heads = { ...steps, features: features.values, width: features.width };
  const { responses, queries } = steps;
  const along = (direction: Matrix, seen: readonly number[]): Matrix =>
    scale(direction, bestStepAlong(steps, direction, seen));

  const predictions = layerForms.map(() => new Float64Array(responses.length));
  const [one, preconditioned, any, wide] = predictions;
  const all = everyPrompt(prompts.count);
  for (let fold = 0; fold < folds; fold++) {
    onFold?.(fold);
    const seen = all.filter((i) => i % folds !== fold);
    const unseen = all.filter((i) => i % folds === fold);
    const answer = (into: Float64Array, regression: typeof steps, fitted: Matrix): void =>
      predictQueries(regression, fitted, unseen).forEach((prediction, at) => (into[at] += prediction));
    answer(one, steps, along(identity(dimension), seen));
    answer(preconditioned, steps, along(whitening(prompts, features, seen), seen));
    answer(any, steps, fitQueries(steps, responses, seen));
    if (!evenPartDecouples) answer(wide, heads, fitQueries(heads, responses, seen));
  }
  return {
    queries,
    responses,
    predictions: {
      "one-step": one,
      "preconditioned-step": preconditioned,
      "any-step": any,
      "any-heads": evenPartDecouples ? any : wide,
    },
  };
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
