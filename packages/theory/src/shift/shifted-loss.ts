import { scale, type Matrix, type PromptMoments } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requirePositive } from "../require.ts";
import { pretrainingLoss } from "../risk/pretraining-loss.ts";
import { cite } from "../sources.ts";

/**
 * The risk of a fixed step under another law: shifted covariates, tasks, noise, length, query or target.
 *
 * $$ R'(\Gamma) = \mathbb{E}'y_q^2 - 2\,\mathrm{tr}(\Gamma A') + \sum_k p'_k\,\mathrm{tr}(S'_k\Gamma B'_k\Gamma^\top) $$
 *
 * Nothing of the law that Γ was trained on enters. Covariate shift hurts through B', quadratically in scale; a common
 * scale of responses and noise leaves the optimum alone. See `rescaledForLength` for attention that divides by n.
 *
 * @param preconditioner Γ, `[d, d]`, unnormalised
 * @param test moments of the test law
 * @throws ShapeError, DomainError for a step of another dimension or invalid moments
 *
 * @example
 * const test = gaussianLinearMoments({ contextLength: 40, covariates: isotropic(4), tasks: isotropic(4), noiseVariance: 0.2 });
 * shiftedLoss(diagonal([1, 1, 1, 1].map(() => 0.65789473684210525 / 40)), test).value; // ≈ 0.893213296399
 */
export function shiftedLoss(preconditioner: Matrix, test: PromptMoments): ClosedForm<number> {
  return {
    value: pretrainingLoss(test, preconditioner).value,
    formula: String.raw`R'(\Gamma) = \mathbb{E}'y_q^2 - 2\,\mathrm{tr}(\Gamma A') + \sum_k p'_k\,\mathrm{tr}(S'_k\Gamma B'_k\Gamma^\top)`,
    hypotheses: [hypotheses.squaredError, "the step is fixed", "second moments of Xᵀy are finite under the test law"],
    source: cite("onestep", "shiftedLoss"),
  };
}

/**
 * The unnormalised step of a model that divides its sums by n, at another context length: (n_train/n_test)·Γ.
 *
 * @throws DomainError for lengths that are not positive
 *
 * @example
 * rescaledForLength(matrixFromRows([[1]]), { trainedOn: 10, testedOn: 40 }).values; // => [0.25]
 */
export function rescaledForLength(
  preconditioner: Matrix,
  lengths: { readonly trainedOn: number; readonly testedOn: number },
): Matrix {
  requirePositive("rescaledForLength", "length trained on", lengths.trainedOn);
  requirePositive("rescaledForLength", "length tested on", lengths.testedOn);
  return scale(preconditioner, lengths.trainedOn / lengths.testedOn);
}
