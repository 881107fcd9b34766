import { DomainError, inverseCovariance, scale } from "@onestep/core";
import { promptLaw, promptMoments, type PromptLaw } from "@onestep/data";
import { mapClosedForm, optimalStep, randomLengthStep, type ClosedForm, type OptimalStep } from "@onestep/theory";
import { isotropicSetting, restate } from "../law-settings.ts";
import { firstThatApplies } from "./first-that-applies.ts";
import { numberOption } from "./option.ts";
import { stepSizesOf } from "./optimum.ts";
import { defineQuantity, type Quantity } from "./quantity.ts";

/** The best step where the context length is uniform on a range; the law's own length does not enter. */
export const randomLength: Quantity = defineQuantity({
  name: "random-length",
  summary: "the best step where the context length is random, and its loss",
  options: {
    from: numberOption("n", "the least context length"),
    to: numberOption("n", "the largest; every length between is as likely"),
  },
  reads: (law: PromptLaw) => law,
  formula(law, { from, to }) {
    const lengths = lengthsBetween(from, to);
    const step = firstThatApplies(
      () => isotropicStep(law, lengths),
      () => optimalStep(promptMoments(promptLaw({ ...law, contextLength: { from, to } }))),
    );
    return mapClosedForm(step, ({ preconditioner, loss }) => ({
      ...stepSizesOf(preconditioner, law.covariates.covariance),
      preconditioner,
      loss,
    }));
  },
});

/** Γ = ηΣ⁻¹ with the step size of whitened prompts; for Σ = sI this is η/s times I. */
function isotropicStep(law: PromptLaw, lengths: readonly number[]): ClosedForm<OptimalStep> {
  const setting = isotropicSetting(law);
  const uniform = lengths.map((contextLength) => ({ contextLength, probability: 1 / lengths.length }));
  const inverse = inverseCovariance(law.covariates.covariance).matrix;
  return restate(randomLengthStep(uniform, setting), setting, ({ stepSize, loss }) => ({
    preconditioner: scale(inverse, stepSize),
    loss,
  }));
}

function lengthsBetween(from: number, to: number): readonly number[] {
  if (Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 1 && to >= from) {
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  }
  throw new DomainError({
    where: "random-length",
    expected: "whole context lengths with 1 ≤ from ≤ to",
    arrived: `from ${from} to ${to}`,
    hint: "--from 1 --to 20",
  });
}
