import { childKey, DomainError, drawInteger, openStream, type RandomKey } from "@onestep/core";
import type { CrossFit, LayerForm } from "./cross-fit.ts";

/** (R − R*)/R*: how much larger the loss R of a form is than the least loss R* of linear attention with any heads. */
export interface ExcessRiskRatio {
  readonly estimate: number;
  /** One-sided lower confidence limit, 95 %. */
  readonly lower95: number;
  /** One-sided upper confidence limit, 95 %. */
  readonly upper95: number;
}

/** How the limits are drawn. */
export interface BootstrapOptions {
  readonly key: RandomKey;
  /** Resamplings of the prompts. */
  readonly bootstraps: number;
}

/** A form narrower than linear attention with any number of heads. */
export type NarrowForm = Exclude<LayerForm, "any-heads">;

const narrowForms: readonly NarrowForm[] = ["one-step", "preconditioned-step", "any-step"];

/** A loss below this share of the responses' mean square is rounding. */
const ROUNDING = 1e-12;

/**
 * What the best layer of each form costs, against the best with any number of heads.
 *
 * $$ R - R^* = \mathbb{E}\,(y_q - \hat y)(\hat y^* - \hat y) $$
 *
 * for ŷ* the best predictor of a linear space that contains ŷ. With ŷ* estimated on other prompts the right side is
 * free of bias to first order: errors of ŷ* that are independent of this prompt average out, while they would make the
 * plain difference of losses too small by their own variance, and let a form pass that should not. The spread around
 * the estimate is that of the plain difference over bootstrap samples of prompts. A ratio cannot be negative, so an
 * estimate that is becomes 0.
 *
 * @throws DomainError for less than 20 resamplings, which have no 95 % quantile
 *
 * Source: own derivation (Pythagoras); the bootstrap, Efron & Tibshirani, An Introduction to the Bootstrap, 1993,
 * chapter 13.
 */
export function excessRiskRatios(
  fit: CrossFit,
  { key, bootstraps }: BootstrapOptions,
): Record<NarrowForm, ExcessRiskRatio> {
  requireBootstraps(bootstraps);
  const { predictions } = fit;
  const best = predictions["any-heads"];
  const least = perPrompt(fit, (y, at) => (y - best[at]) * (y - best[at]));
  const floor = ROUNDING * total(perPrompt(fit, (y) => y * y)) || 1;

  const forms = narrowForms.map((form) => {
    const own = predictions[form];
    const loss = perPrompt(fit, (y, at) => (y - own[at]) * (y - own[at]));
    const gained = perPrompt(fit, (y, at) => (y - own[at]) * (best[at] - own[at]));
    /** A difference of losses as a share of R*. */
    const ratio = (difference: number, times?: Uint32Array): number =>
      difference / Math.max(total(loss, times) - total(gained, times), floor);
    const plainRatio = (times?: Uint32Array): number => ratio(total(loss, times) - total(least, times), times);
    return { form, estimate: ratio(total(gained)), plainRatio, spread: new Float64Array(bootstraps) };
  });
  for (let b = 0; b < bootstraps; b++) {
    const times = resample(childKey(key, "bootstrap", b), least.length);
    for (const { plainRatio, spread } of forms) spread[b] = plainRatio(times) - plainRatio();
  }
  const limits = forms.map(({ form, estimate, spread }) => {
    const tail = Math.ceil(0.05 * bootstraps);
    const [low, high] = [spread.sort()[tail - 1], spread[bootstraps - tail]];
    const limit = (from: number): number => Math.max(0, from);
    return [
      form,
      {
        estimate: limit(estimate),
        lower95: limit(estimate + Math.min(0, low)),
        upper95: limit(estimate) + Math.max(0, high),
      },
    ] as const;
  });
  return Object.fromEntries(limits) as Record<NarrowForm, ExcessRiskRatio>;
}

/** A number of each query, summed over the queries of a prompt. */
function perPrompt({ queries, responses }: CrossFit, of: (response: number, at: number) => number): Float64Array {
  const sums = new Float64Array(responses.length / queries);
  responses.forEach((y, at) => (sums[Math.floor(at / queries)] += of(y, at)));
  return sums;
}

/** How often each prompt is drawn when as many as there are are drawn with replacement. */
function resample(key: RandomKey, count: number): Uint32Array {
  const stream = openStream(key);
  const times = new Uint32Array(count);
  for (let draw = 0; draw < count; draw++) times[drawInteger(stream, count)] += 1;
  return times;
}

function total(values: Float64Array, times?: Uint32Array): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += times === undefined ? values[at] : times[at] * values[at];
  return sum;
}

function requireBootstraps(bootstraps: number): void {
  if (Number.isSafeInteger(bootstraps) && bootstraps >= 20) return;
  throw new DomainError({
    where: "certifySymmetry.bootstraps",
    expected: "an integer, at least 20",
    arrived: String(bootstraps),
    hint: "400 makes a steady 95 % limit",
  });
}
