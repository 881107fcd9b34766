import { stepSizeOf, whitenedStepSize } from "@onestep/theory";
import type { Covariance, Matrix } from "@onestep/core";
import type { PromptLaw } from "@onestep/data";
import { optimumOfLaw } from "../optimum-of-law.ts";
import { defineQuantity, type Quantity } from "./quantity.ts";

/** The best step on a law; it unfolds into `stepSize`, `attains`, `preconditioner`, `loss`. */
export const optimum: Quantity = defineQuantity({
  name: "optimum",
  summary: "the best step of one layer, and its loss",
  reads: (law: PromptLaw) => law,
  formula(law) {
    const { preconditioner, loss, attains } = optimumOfLaw(law);
    const step = preconditioner.value;
    return {
      ...preconditioner,
      value: { ...stepSizesOf(step, law.covariates.covariance), attains, preconditioner: step, loss },
    };
  },
  unfolds: true,
});

/** `stepSize` is a number exactly when Γ = ηI; `whitenedStepSize` is there exactly when Γ = ηΣ⁻¹. */
export function stepSizesOf(
  preconditioner: Matrix,
  covariates: Covariance,
): { readonly stepSize: number | null; readonly whitenedStepSize?: number } {
  const whitened = whitenedStepSize(preconditioner, covariates);
  return { stepSize: stepSizeOf(preconditioner), ...(whitened === null ? {} : { whitenedStepSize: whitened }) };
}
