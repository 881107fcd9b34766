import { identity, jackknifeError, type Estimate } from "@onestep/core";
import { attentionFeatures, type AttentionFeatures } from "./attention-features.ts";
import type { PromptRows } from "./prompt-rows.ts";
import { bestStepAlong, everyPrompt, querySteps, whitening } from "./query-steps.ts";
import type { StepForm } from "./symmetry-report.ts";

/** Blocks of prompts that the jackknife leaves out in turn. */
const BLOCKS = 20;

/**
 * η of the best step of each form, in the units of the prompts: the least-squares answer
 *
 * $$ \hat\eta = \frac{\overline{y_q\,x_q^\top W b}}{\overline{(x_q^\top W b)^2}}, \qquad W = I \ \text{or}\ \hat\Sigma^{-1} $$
 *
 * whose error is the jackknife's over blocks of prompts, so that it contains the error of Σ̂.
 */
export function estimateStepSizes(
  prompts: PromptRows,
  features: AttentionFeatures = attentionFeatures(prompts),
): Record<StepForm, Estimate> {
  const { count, dimension, covariateUnit } = prompts;
  const steps = querySteps(prompts, features);
  const blocks = Math.min(BLOCKS, count);
  const all = everyPrompt(count);
  const estimate = (stepSize: (chosen: readonly number[]) => number): Estimate => {
    const leftOut = Array.from({ length: blocks }, (_, block) => stepSize(all.filter((i) => i % blocks !== block)));
    return { value: stepSize(all), standardError: jackknifeError(leftOut), count };
  };
  return {
    "one-step": estimate((chosen) => bestStepAlong(steps, identity(dimension), chosen) / covariateUnit / covariateUnit),
    "preconditioned-step": estimate((chosen) => bestStepAlong(steps, whitening(prompts, features, chosen), chosen)),
  };
}
