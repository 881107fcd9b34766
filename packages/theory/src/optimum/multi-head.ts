import { multiply, multiplyVector, scale, add, identity, trace, traceOfProduct, transpose, zeros } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { solveOnSupport } from "../numerics/solve-on-support.ts";
import { cite } from "../sources.ts";
import { aboutZero, whitenPrior, type GaussianPriorSetting, type WhitenedPrior } from "./gaussian-prior.ts";
import { optimalPreconditionerLoss } from "./preconditioner-loss.ts";

/** What heads can reach on a law with a prior mean. */
export interface MultiHeadOptimum {
  /** The least loss of linear attention with any number of heads; d + 1 always suffice */
  readonly unconstrained: number;
  /** The least loss of a step Γ alone */
  readonly preconditionerOnly: number;
}

/**
 * The optimum of one layer with any number of heads, for task vectors with a mean.
 *
 * $$ \mathbb{E}\,y^2 - \mathrm{tr}\big(\Sigma^{-1}R_F^\top K^{-1}R_F\big), \qquad F = (b, c, \mathrm{vech}\,S), \quad K = \mathbb{E}FF^\top, \quad R_F = \mathbb{E}F\beta^\top $$
 *
 * d + 1 heads realise every linear map from the context Gram matrix G to R^d, so the optimum is the linear regression of
 * β on the entries of G. S is regressed out in closed form: in whitened coordinates the best use of S turns b into
 * Xᵀ(y − Xμ) and leaves d + 1 unknowns. With μ = 0 the even part decouples and both losses agree.
 *
 * @param setting `tasks` is the covariance about `taskMean`
 * @throws DomainError for n < 1, σ² < 0 or a mean that is not finite
 * @throws ShapeError for dimensions that differ
 * @throws NumericalError if the moments overflow
 *
 * Source: own derivation, least squares of β on the entries of G.
 *
 * @example
 * const law = { contextLength: 5, covariates: isotropic(3), tasks: isotropic(3), taskMean: [1, 0, 0], noiseVariance: 0.3 };
 * multiHeadOptimum(law).value.unconstrained; // ≈ 1.80463613706
 */
export function multiHeadOptimum(setting: GaussianPriorSetting): ClosedForm<MultiHeadOptimum> {
  const law = whitenPrior("multiHeadOptimum", setting);
  return {
    value: {
      unconstrained: unconstrainedLoss(law),
      preconditionerOnly: optimalPreconditionerLoss(aboutZero(setting)).value,
    },
    formula: String.raw`\mathbb{E}\,y^2 - \mathrm{tr}(\Sigma^{-1}R_F^\top K^{-1}R_F),\quad F = (b, c, \mathrm{vech}\,S)`,
    hypotheses: [
      hypotheses.gaussianCovariates,
      "task vectors w ~ N(μ, Ω), y = ⟨w, x⟩ + noise",
      "Gaussian noise",
      hypotheses.squaredError,
      "one layer of linear attention with d + 1 heads or more",
    ],
    source: cite("onestep", "multiHeadOptimum"),
  };
}

/**
 * E[S_ij S_kl] inverts in closed form on symmetric matrices: n² tr(T) I + 2n T = V has T = (V − n² t I)/(2n),
 * t = tr T = tr V/(2n + n²d). Below, every moment of b, c, β is freed of its regression on S this way.
 */
function unconstrainedLoss(law: WhitenedPrior): number {
  const { contextLength: n, dimension: d, mean, tasks, responseVariance, energyGram } = law;
  const squaredMean = mean.reduce((sum, value) => sum + value * value, 0);
  const unit = identity(d);

  // E[b_j S] = n²μ_j I + n(e_jμᵀ + μe_jᵀ) regresses to Sμ: what is left of b is Xᵀ(y − Xμ).
  const step = add(scale(tasks, n * (n + 1)), scale(unit, n * (responseVariance - squaredMean)));
  const share = trace(energyGram) / (2 * n + n * n * d);
  const regressed = scale(add(energyGram, scale(unit, -n * n * share)), 1 / (2 * n));
  const turned = multiplyVector(regressed, mean);
  const energyStep = law.energyStep.map((value, j) => value - n * n * mean[j] * trace(regressed) - 2 * n * turned[j]);
  const energySquare = law.energySquare - traceOfProduct(energyGram, regressed);
  // E[β_k S] = nμ_k I regresses to μ_k tr S/(nd + 2).
  const signal = scale(tasks, n);
  const energySignal = law.energySignal.map((value, j) => value - (trace(energyGram) * mean[j]) / (n * d + 2));

  const moments = zeros(d + 1, d + 1);
  const rewards = zeros(d + 1, d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      moments.values[i * (d + 1) + j] = step.values[i * d + j]!;
      rewards.values[i * d + j] = signal.values[i * d + j]!;
    }
    moments.values[i * (d + 1) + d] = energyStep[i]!;
    moments.values[d * (d + 1) + i] = energyStep[i]!;
    rewards.values[d * d + i] = energySignal[i]!;
  }
  moments.values[(d + 1) * (d + 1) - 1] = energySquare;
  const explained = trace(multiply(transpose(rewards), solveOnSupport(moments, rewards)));
  return responseVariance - (n * d * squaredMean) / (n * d + 2) - explained;
}
