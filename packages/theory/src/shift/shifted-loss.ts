import { scale, type Matrix, type PromptMoments } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireFields, requireInRange, requirePositive, requireSquare } from "../require.ts";
import { lossOfStep } from "../risk/pretraining-loss.ts";
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
 * @param test moments of the test law, matrices `[d, d]`
 * @returns R'(Γ), noise of the query's response included
 * @throws ShapeError, DomainError for a step of another size, or entries that are not finite
 * @throws ShapeError, DomainError, NumericalError for moments that are not those of a law, as `optimalStep`
 * @throws NumericalError for a loss that overflows, or is negative
 *
 * Source: own derivation, R(Γ) with the moments of another law.
 *
 * @example
 * const test = gaussianLinearMoments({ contextLength: 40, covariates: isotropic(4), tasks: isotropic(4), noiseVariance: 0.2 });
 * shiftedLoss(diagonal([1, 1, 1, 1].map(() => 0.65789473684210525 / 40)), test).value; // ≈ 0.893213296399
 */
export function shiftedLoss(preconditioner: Matrix, test: PromptMoments): ClosedForm<number> {
  return {
    value: lossOfStep("shiftedLoss", test, preconditioner),
    formula: String.raw`R'(\Gamma) = \mathbb{E}'y_q^2 - 2\,\mathrm{tr}(\Gamma A') + \sum_k p'_k\,\mathrm{tr}(S'_k\Gamma B'_k\Gamma^\top)`,
    hypotheses: [hypotheses.squaredError, "the step is fixed", "second moments of Xᵀy are finite under the test law"],
    source: cite("onestep", "shiftedLoss"),
  };
}

/**
 * The unnormalised step of a model that divides its sums by n, at another context length.
 *
 * $$ \Gamma' = \frac{n_{\mathrm{train}}}{n_{\mathrm{test}}}\,\Gamma $$
 *
 * @param preconditioner Γ, `[d, d]`, unnormalised, at the length trained on
 * @param lengths n_train > 0 and n_test > 0; a mean length need not be whole
 * @throws ShapeError, DomainError for a matrix that is not square or not finite, or lengths that are not positive
 * @throws NumericalError if the step overflows
 *
 * Source: own derivation, the normalised step n·Γ is what the model keeps.
 *
 * @example
 * rescaledForLength(matrixFromRows([[1]]), { trainedOn: 10, testedOn: 40 }).values; // => [0.25]
 */
export function rescaledForLength(
  preconditioner: Matrix,
  lengths: { readonly trainedOn: number; readonly testedOn: number },
): Matrix {
  requireSquare("rescaledForLength", "preconditioner", preconditioner);
  requireFields("rescaledForLength", "lengths", lengths, ["trainedOn", "testedOn"]);
  requirePositive("rescaledForLength", "length trained on", lengths.trainedOn);
  requirePositive("rescaledForLength", "length tested on", lengths.testedOn);
  const rescaled = scale(preconditioner, lengths.trainedOn / lengths.testedOn);
  requireInRange("rescaledForLength", "step", rescaled.values);
  return rescaled;
}
