import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import type { ScalarStep } from "../optimum/best-step-size.ts";
import { requireIsotropic, type IsotropicSetting } from "../optimum/step-size.ts";
import { requireOrder } from "../target/energies.ts";
import {
  requireContextLength,
  requireFields,
  requireFiniteNumber,
  requireInRange,
  requireNonNegative,
} from "../require.ts";
import { cite } from "../sources.ts";
import { averageOverQueries } from "./query-averages.ts";

/** The three averages by which a pointwise attention h enters, for a target with kernel k. */
export interface PointwiseMoments {
  /** E[k(x, x_q) h(⟨x, x_q⟩)] */
  readonly alignment: number;
  /** E[(k(x, x) + σ²) h(⟨x, x_q⟩)²], at least the cross energy (Jensen) */
  readonly ownEnergy: number;
  /** E[k(x, x') h(⟨x, x_q⟩) h(⟨x', x_q⟩)] ≥ 0, at least alignment²/E y_q² (Cauchy–Schwarz) */
  readonly crossEnergy: number;
  /** E y_q², noise included */
  readonly responseSecondMoment: number;
}

/**
 * The best coefficient of attention with a pointwise nonlinearity, ŷ = η Σᵢ yᵢ h(⟨xᵢ, x_q⟩).
 *
 * $$ \eta = \frac{\mathbb{E}[k\,h]}{\mathbb{E}[(k+\sigma^2)h^2]+(n-1)\,\mathbb{E}[k\,h\,h']}, \qquad L = \mathbb{E}\,y_q^2 - n\,\eta\,\mathbb{E}[k\,h] $$
 *
 * A parabola in η; the law of the target enters through its covariance kernel k. h(s) = s gives Theorem 3. An h that
 * matches k learns targets on which linear attention is stuck at 0.
 *
 * @param contextLength n ≥ 1
 * @throws DomainError for n < 1, or averages that no target and no h have
 * @throws NumericalError if they overflow
 *
 * Source: Cheng et al. 2023, arXiv 2312.06528, one layer whose attention matches the kernel.
 *
 * @example
 * const linear = { alignment: 5, ownEnergy: 35, crossEnergy: 5, responseSecondMoment: 5 };
 * pointwiseAttention(20, linear).value.stepSize; // ≈ 0.0384615384615
 */
export function pointwiseAttention(contextLength: number, moments: PointwiseMoments): ClosedForm<ScalarStep> {
  requireContextLength("pointwiseAttention", contextLength);
  requireFields("pointwiseAttention", "averages", moments, [
    "alignment",
    "ownEnergy",
    "crossEnergy",
    "responseSecondMoment",
  ]);
  const { alignment, ownEnergy, crossEnergy, responseSecondMoment } = moments;
  requireFiniteNumber("pointwiseAttention", "alignment", alignment);
  requireNonNegative("pointwiseAttention", "own energy", ownEnergy);
  requireNonNegative("pointwiseAttention", "cross energy", crossEnergy);
  requireNonNegative("pointwiseAttention", "second moment of the response", responseSecondMoment);
  requireOrder("pointwiseAttention", "cross energy", crossEnergy, "own energy (Jensen's inequality)", ownEnergy);
  const reach = Math.sqrt(responseSecondMoment) * Math.sqrt(crossEnergy);
  requireOrder("pointwiseAttention", "|alignment|", Math.abs(alignment), "√(E y_q² · cross energy)", reach);
  const cost = ownEnergy + (contextLength - 1) * crossEnergy;
  requireInRange("pointwiseAttention", "multiple of the energies", [contextLength * cost]);
  const stepSize = cost > 0 ? alignment / cost : 0;
  return {
    // What the quadrature behind the averages leaves below 0 is 0.
    value: { stepSize, loss: Math.max(responseSecondMoment - contextLength * stepSize * alignment, 0) },
    formula: String.raw`\eta = \frac{\mathbb{E}[kh]}{\mathbb{E}[(k+\sigma^2)h^2]+(n-1)\mathbb{E}[khh']},\quad L = \mathbb{E}\,y_q^2-n\eta\,\mathbb{E}[kh]`,
    hypotheses: [
      hypotheses.independentRows,
      hypotheses.squaredError,
      "attention scores h(⟨x, x_q⟩), key-query matrix ∝ I",
    ],
    source: cite("cheng-2023", "one layer whose attention matches the kernel"),
  };
}

/**
 * The averages of `pointwiseAttention` for linear tasks on isotropic Gaussian covariates and any h.
 *
 * $$ \mathbb{E}[k\,h] = \omega^2\,\mathbb{E}[tz\,h(tz)], \qquad \mathbb{E}[(k+\sigma^2)h^2] = \mathbb{E}\big[(\omega^2(z^2+d-1)+\sigma^2)\,h(tz)^2\big], \qquad \mathbb{E}[k\,h\,h'] = \omega^2\,\mathbb{E}_t\,\mathbb{E}_z[z\,h(tz)]^2 $$
 *
 * Given t = ‖x_q‖ the score is s = tz, z ~ N(0, 1), and the d − 1 coordinates of x across x_q are independent of it.
 *
 * @param activation h, smooth but for the given kinks
 * @param kinks where h or a derivative of it jumps, besides 0
 * @throws DomainError for n < 1, d < 1, σ² < 0, ω² < 0, or an h that is not finite
 *
 * Source: own derivation, conditioning on ‖x_q‖.
 *
 * @example
 * const relu = (s) => Math.max(s, 0);
 * pointwiseAttention(10, pointwiseMoments(relu, { contextLength: 10, dimension: 5, noiseVariance: 0 })).value.stepSize; // ≈ 0.0869565217391
 */
export function pointwiseMoments(
  activation: (score: number) => number,
  setting: IsotropicSetting,
  kinks: readonly number[] = [],
): PointwiseMoments {
  const where = "pointwiseMoments";
  const { dimension: d, noiseVariance, taskVariance } = requireIsotropic(where, setting);
  const averages = averageOverQueries(where, activation, setting, kinks, (t, expect) => {
    const slope = expect((z, h) => z * h);
    return {
      alignment: taskVariance * t * slope,
      ownEnergy: expect((z, h) => (taskVariance * (z * z + d - 1) + noiseVariance) * h ** 2),
      crossEnergy: taskVariance * slope * slope,
    };
  });
  return { ...averages, responseSecondMoment: taskVariance * d + noiseVariance };
}

/**
 * ReLU attention on isotropic linear tasks, ŷ = η Σᵢ yᵢ max(⟨xᵢ, x_q⟩, 0).
 *
 * $$ \eta = \frac{1}{(n-1)/2 + d + 2 + \sigma^2/\omega^2}, \qquad L = \omega^2 d\,(1 - n\eta/2) + \sigma^2 $$
 *
 * The three averages of `pointwiseAttention` are ω²d/2, d(ω²(d+2) + σ²)/2 and ω²d/4. The paper states it for σ² = 0. The
 * loss is evaluated without the subtraction, 1 − nη/2 = (d + 3/2 + σ²/ω²)η, so that it keeps its digits for large n.
 *
 * @throws DomainError for n < 1, d < 1, σ² < 0 or ω² < 0
 * @throws NumericalError if the loss overflows
 *
 * Source: Ahn et al. 2023, arXiv 2306.00297, Theorem 5.
 *
 * @example
 * reluAttention({ contextLength: 10, dimension: 5, noiseVariance: 0 }).value.stepSize; // ≈ 0.0869565217391
 */
export function reluAttention(setting: IsotropicSetting): ClosedForm<ScalarStep> {
  const { contextLength: n, dimension: d, noiseVariance, taskVariance } = requireIsotropic("reluAttention", setting);
  const ratio = noiseVariance / taskVariance;
  const stepSize = taskVariance === 0 ? 0 : 1 / ((n - 1) / 2 + d + 2 + ratio);
  // At ω² = 0 there is nothing to learn; where σ²/ω² overflows, all of the signal is lost.
  const missed = stepSize === 0 ? 1 : (d + 1.5 + ratio) * stepSize;
  const loss = taskVariance * d * missed + noiseVariance;
  requireInRange("reluAttention", "loss", [loss]);
  return {
    value: { stepSize, loss },
    formula: String.raw`\eta = 1/((n-1)/2+d+2+\sigma^2/\omega^2),\quad L = \omega^2d(1-n\eta/2)+\sigma^2`,
    hypotheses: [
      hypotheses.isotropicCovariates,
      hypotheses.isotropicTasks,
      hypotheses.gaussianNoise,
      "attention scores max(⟨x, x_q⟩, 0), key-query matrix ∝ I",
    ],
    source: cite("ahn-2023", "Theorem 5"),
  };
}
