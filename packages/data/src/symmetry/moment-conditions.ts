import { attentionFeatures, type AttentionFeatures } from "./attention-features.ts";
import { meanIsZero } from "./mean-is-zero.ts";
import { identityIsOptimal, precisionIsOptimal } from "./optimal-multiple.ts";
import type { PromptRows } from "./prompt-rows.ts";
import { querySteps } from "./query-steps.ts";

/** A moment condition, held against prompts. */
export interface MomentCondition {
  /** As it is written: `"Aᵀ ∝ SB"`. */
  readonly name: string;
  /** The form of the optimum that needs it; `"any-step"`: all of them, since it keeps the even part out. */
  readonly neededFor: "one-step" | "preconditioned-step" | "any-step";
  readonly pValue: number;
}

/**
 * The moments that decide the form of the optimum, each tested directly. With b = Xᵀy, A = E[b (y_q x_q)ᵀ],
 * S = E[x_q x_qᵀ] and B = E[b bᵀ],
 *
 * $$ \Gamma^* = S^{-1} A^\top B^{-1} $$
 *
 * so that Γ* = ηI exactly where Aᵀ is a multiple of SB, and Γ* = ηΣ⁻¹ exactly where it is one of SΣ⁻¹B. Neither asks
 * that Σ, E₂ = E[y² x xᵀ] or C = E ββᵀ be multiples of I, with β = E[y x | task]: their anisotropies may cancel. Terms
 * that are even in the responses are useless where E[βc], E[βS], E[bc] and E[b⊗S] vanish. A law may meet these
 * conditions without any of the symmetries that imply them.
 */
export function testMomentConditions(
  prompts: PromptRows,
  features: AttentionFeatures = attentionFeatures(prompts),
): MomentCondition[] {
  const steps = querySteps(prompts, features);
  return [
    { name: "Aᵀ ∝ SB", neededFor: "one-step", pValue: identityIsOptimal(steps) },
    { name: "Aᵀ ∝ SΣ⁻¹B", neededFor: "preconditioned-step", pValue: precisionIsOptimal(steps, prompts, features) },
    ...evenPartConditions(prompts, features),
  ];
}

function evenPartConditions(prompts: PromptRows, { width, values }: AttentionFeatures): MomentCondition[] {
  const { count, dimension: d, rows, contextRows, covariates, responses } = prompts;
  const [energyAt, gramAt, gramWidth] = [d, d + 1, width - d - 1]; // F = (b, c, S)
  const beta = (prompt: number, j: number): number => {
    let sum = 0;
    for (let row = prompt * rows + contextRows; row < (prompt + 1) * rows; row++) {
      sum += responses[row] * covariates[row * d + j];
    }
    return sum; // y_q x_q: given the task, its mean is β times the number of queries
  };
  const b = (prompt: number, j: number): number => values[prompt * width + j];
  const product = (vector: typeof beta, from: number, size: number): number =>
    meanIsZero(
      (prompt, into) => {
        for (let j = 0; j < d; j++) {
          const entry = vector(prompt, j);
          for (let k = 0; k < size; k++) into[j * size + k] = entry * values[prompt * width + from + k];
        }
      },
      { count, width: d * size },
    );
  return [
    { name: "E[βc] = 0", neededFor: "any-step", pValue: product(beta, energyAt, 1) },
    { name: "E[βS] = 0", neededFor: "any-step", pValue: product(beta, gramAt, gramWidth) },
    { name: "E[bc] = 0", neededFor: "any-step", pValue: product(b, energyAt, 1) },
    { name: "E[b⊗S] = 0", neededFor: "any-step", pValue: product(b, gramAt, gramWidth) },
  ];
}
