import { DomainError, type GaussianLinearSetting, type Matrix } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireSetting } from "../moments/gaussian-linear.ts";
import { optimalPreconditionerLoss } from "../optimum/preconditioner-loss.ts";
import { optimalPreconditioner } from "../optimum/preconditioner.ts";
import { cite } from "../sources.ts";

/** What two softmax heads of opposite sign can reach as their scores become small. */
export interface SoftmaxHeads {
  /** The limit of their loss: that of linear attention with one context pair less */
  readonly loss: number;
  /** The loss of linear attention with all n pairs */
  readonly linearLoss: number;
  /** γ/n·Γ of the effective step on centred data, `[d, d]` */
  readonly preconditioner: Matrix;
}

/**
 * Two softmax heads with scores ±c·x_iᵀMx_q and outputs ±v, as c → 0: linear attention on centred data.
 *
 * $$ \hat y \to x_q^\top\,\Gamma\sum_i (x_i-\bar x)(y_i-\bar y), \qquad \min L = L^*(n-1) $$
 *
 * To first order in c, softmax averages y with weights (1 ± c(s_i − s̄))/n; the difference of the heads keeps
 * c(b/n − ȳ x̄). Centring Gaussian data costs exactly one degree of freedom: Σ(x_i − x̄)(y_i − ȳ) has the law of Xᵀy for
 * n − 1 pairs. A single head cannot cancel its ȳ term and stays well above.
 *
 * @throws DomainError for n < 2 (one centred pair is 0) or σ² < 0
 * @throws ShapeError for dimensions that differ
 * @throws NumericalError as `optimalPreconditioner`
 *
 * Source: own derivation, first order of the two heads in c.
 *
 * @example
 * const setting = { contextLength: 16, covariates: isotropic(4), tasks: isotropic(4), noiseVariance: 0.2 };
 * softmaxHeads(setting).value.loss; // ≈ 1.2297029703
 */
export function softmaxHeads(setting: GaussianLinearSetting): ClosedForm<SoftmaxHeads> {
  requireSetting("softmaxHeads", setting);
  if (setting.contextLength < 2) {
    throw new DomainError({
      where: "softmaxHeads",
      expected: "a context of at least 2 pairs",
      arrived: "1",
      hint: "softmax over one pair returns its response whatever the scores",
    });
  }
  const centred = { ...setting, contextLength: setting.contextLength - 1 };
  return {
    value: {
      loss: optimalPreconditionerLoss(centred).value,
      linearLoss: optimalPreconditionerLoss(setting).value,
      preconditioner: optimalPreconditioner(centred).value,
    },
    formula: String.raw`\min L = L^*(n-1)`,
    hypotheses: [
      hypotheses.gaussianCovariates,
      hypotheses.gaussianTasks,
      "Gaussian noise",
      hypotheses.squaredError,
      "two heads with opposite small scores and outputs, temperature → ∞",
    ],
    source: cite("onestep", "softmaxHeads"),
  };
}
