import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireLoss } from "../moments/require-moments.ts";
import { cite } from "../sources.ts";
import { requireEnergies, type TargetEnergies, type TargetSetting } from "../target/energies.ts";
import type { ScalarStep } from "./best-step-size.ts";

/**
 * Theorem 3: the one step that a layer of linear attention learns on nonlinear, rotation-invariant targets.
 *
 * $$ \eta^* = \frac{\mathbb{E}\lVert\beta\rVert^2}{\mathbb{E}[f^2\lVert x\rVert^2]+\sigma^2 d+(n-1)\,\mathbb{E}\lVert\beta\rVert^2}, \qquad L^* = \mathbb{E}f^2+\sigma^2-n\,\eta^*\,\mathbb{E}\lVert\beta\rVert^2 $$
 *
 * The theorem's ratio E⟨ū, Xᵀy⟩ / E‖Xᵀy‖², ū = E[β | context], by the tower rule. Its assumption that −f is as likely
 * as f is not needed: rotation invariance alone removes every term even in y (`symmetryReduction`), so ReLU targets obey
 * too. Where β = 0 the model predicts 0.
 *
 * @param energies of the target, noise not included
 * @returns η*, unnormalised, and L*, noise included
 * @throws DomainError for energies that no target has, n < 1, d < 1 or σ² < 0
 * @throws NumericalError if the loss overflows
 *
 * Source: Mahankali et al. 2023, arXiv 2307.03576, Theorem 3.
 *
 * @example
 * const sign = singleIndexEnergies({ c1: Math.sqrt(2 / Math.PI), a: 1, b2: 1 }, { dimension: 10 });
 * rotationInvariantStep(sign, { contextLength: 20, dimension: 10, noiseVariance: 0 }).value.stepSize; // ≈ 0.0288118318059
 */
export function rotationInvariantStep(energies: TargetEnergies, setting: TargetSetting): ClosedForm<ScalarStep> {
  requireEnergies("rotationInvariantStep", energies, setting);
  const { contextLength: n, dimension: d, noiseVariance } = setting;
  const { signalEnergy, targetEnergy, targetSecondMoment } = energies;
  const stepSize = signalEnergy === 0 ? 0 : signalEnergy / (targetEnergy + noiseVariance * d + (n - 1) * signalEnergy);
  const responseSecondMoment = targetSecondMoment + noiseVariance;
  const loss = responseSecondMoment - n * stepSize * signalEnergy;
  return {
    value: { stepSize, loss: requireLoss("rotationInvariantStep", loss, responseSecondMoment) },
    formula: String.raw`\eta^* = \frac{\mathbb{E}\lVert\beta\rVert^2}{\mathbb{E}[f^2\lVert x\rVert^2]+\sigma^2d+(n-1)\mathbb{E}\lVert\beta\rVert^2},\quad L^* = \mathbb{E}f^2+\sigma^2-n\eta^*\mathbb{E}\lVert\beta\rVert^2`,
    hypotheses: [
      hypotheses.linearAttention,
      hypotheses.isotropicCovariates,
      "the law of the target f is invariant under rotations",
      hypotheses.gaussianNoise,
    ],
    source: cite("mahankali-2023", "Theorem 3"),
  };
}
