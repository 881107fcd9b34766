import { DomainError, exp, log1p } from "@onestep/core";

/**
 * A loss ℓ(ŷ, y) of one prediction: what one convex loss needs to train attention. Those here throw DomainError for NaN;
 * engines do not ask for the loss of a prediction that overflowed.
 */
export interface PredictionLoss {
  readonly name: string;
  /** As a report records it. */
  readonly settings: Readonly<Record<string, number>>;
  /** ℓ(ŷ, y) */
  readonly value: (prediction: number, response: number) => number;
  /** ∂ℓ/∂ŷ; where ℓ has a kink, a subgradient */
  readonly derivative: (prediction: number, response: number) => number;
}

/**
 * (ŷ − y)², without ½.
 *
 * @example
 * squaredLoss().derivative(3, 1); // => 4
 */
export function squaredLoss(): PredictionLoss {
  return {
    name: "squared",
    settings: {},
    value: (prediction, response) => residualOf("squaredLoss", prediction, response) ** 2,
    derivative: (prediction, response) => 2 * residualOf("squaredLoss", prediction, response),
  };
}

/**
 * log(1 + e^{−yŷ}), ŷ the log-odds of a label y = ±1. Both functions throw DomainError for another label.
 *
 * @example
 * logisticLoss().value(0, -1); // ≈ 0.69314718056
 */
export function logisticLoss(): PredictionLoss {
  return {
    name: "logistic",
    settings: {},
    value: (prediction, label) => {
      requireLabel(prediction, label);
      return Math.max(-label * prediction, 0) + log1p(exp(-Math.abs(prediction)));
    },
    derivative: (prediction, label) => {
      requireLabel(prediction, label);
      return -label / (1 + exp(label * prediction));
    },
  };
}

/**
 * Quadratic near 0 and linear beyond: r² for |r| ≤ δ and 2δ|r| − δ² for larger residuals r = ŷ − y; without ½, so that
 * a large δ is the squared loss.
 *
 * @param delta δ, default 1
 * @throws DomainError unless δ is positive
 *
 * Source: Huber, Ann. Math. Statist. 35(1), 1964, equation 2.2, times two.
 *
 * @example
 * huberLoss({ delta: 2 }).value(5, 0); // => 16
 */
export function huberLoss({ delta = 1 }: { readonly delta?: number } = {}): PredictionLoss {
  if (!(delta > 0 && Number.isFinite(delta))) {
    throw outside("huberLoss.delta", "a positive finite residual", delta, "residuals beyond δ count linearly");
  }
  return {
    name: "huber",
    settings: { delta },
    value: (prediction, response) => {
      const size = Math.abs(residualOf("huberLoss", prediction, response));
      return size <= delta ? size * size : delta * (2 * size - delta);
    },
    derivative: (prediction, response) =>
      2 * Math.max(-delta, Math.min(delta, residualOf("huberLoss", prediction, response))),
  };
}

/**
 * The pinball loss max(p (y − ŷ), (1 − p)(ŷ − y)), whose minimiser is the p-quantile of y.
 *
 * @param probability p, default ½: half the absolute error, and the median
 * @throws DomainError unless 0 < p < 1
 *
 * Source: Koenker & Bassett, Econometrica 46(1), 1978.
 *
 * @example
 * quantileLoss({ probability: 0.75 }).value(1, 3); // => 1.5
 */
export function quantileLoss({ probability = 0.5 }: { readonly probability?: number } = {}): PredictionLoss {
  if (!(probability > 0 && probability < 1)) {
    throw outside("quantileLoss.probability", "a probability between 0 and 1", probability, "0.5 is the median");
  }
  return {
    name: "quantile",
    settings: { probability },
    value: (prediction, response) => {
      const residual = residualOf("quantileLoss", prediction, response);
      return Math.max(-probability * residual, (1 - probability) * residual);
    },
    derivative: (prediction, response) => {
      const residual = residualOf("quantileLoss", prediction, response);
      if (residual === 0) return 0;
      return residual < 0 ? -probability : 1 - probability;
    },
  };
}

/** ŷ − y */
function residualOf(where: string, prediction: number, response: number): number {
  const residual = prediction - response;
  if (!Number.isNaN(residual)) return residual;
  throw outside(where, "numbers that have a difference", residual, "a diverged layer has no prediction");
}

function requireLabel(prediction: number, label: number): void {
  if (label !== 1 && label !== -1) {
    throw outside("logisticLoss", "a label of 1 or −1", label, "labels 0 and 1 become −1 and 1 by 2y − 1");
  }
  residualOf("logisticLoss", prediction, label);
}

function outside(where: string, expected: string, value: number, hint: string): DomainError {
  return new DomainError({ where, expected, arrived: String(value), hint });
}
