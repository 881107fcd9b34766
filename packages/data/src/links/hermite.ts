import { integerPower } from "@onestep/core";
import { defineLink, type Link, type LinkMoments } from "../define/define-link.ts";
import type { Factory } from "../define/definition.ts";
import { numberList } from "../define/parameter.ts";

/** g(x) = Σₖ hₖ Heₖ(x)/√k!, an orthonormal expansion under N(0, 1) */
export const hermiteLink: Factory<{ readonly coefficients: readonly number[] }, Link> = defineLink({
  name: "hermite",
  summary: "g(x) = Σ h_k He_k(x)/√k!: any polynomial, by its Hermite coefficients.",
  parameters: { coefficients: numberList({ description: "h_0, h_1, …" }) },
  examples: [{ coefficients: [0, 1, 0, 0.5] }, { coefficients: [0.3, -1, 0.7, 0.2, -0.4, 0.1] }],
  parity: ({ coefficients }) => parityOf(coefficients),
  growth: ({ coefficients }) =>
    Math.max(
      0,
      coefficients.findLastIndex((h) => h !== 0),
    ),
  value:
    ({ coefficients }) =>
    (x) =>
      hermiteSum(coefficients, x),
  moments:
    ({ coefficients }) =>
    (t) =>
      hermiteMoments(rescaledCoefficients(coefficients, t)),
});

/** Upwards by the recurrence pₖ₊₁ = (x pₖ − √k pₖ₋₁)/√(k+1) of pₖ = Heₖ/√k!. */
function hermiteSum(coefficients: readonly number[], x: number): number {
  let [before, current, sum] = [0, 1, 0];
  for (let k = 0; k < coefficients.length; k++) {
    sum += coefficients[k] * current;
    [before, current] = [current, (x * current - Math.sqrt(k) * before) / Math.sqrt(k + 1)];
  }
  return Number.isNaN(sum) ? overflow(coefficients, x) : sum;
}

/** So far out that terms are infinite: the one of highest degree decides. */
function overflow(coefficients: readonly number[], x: number): number {
  const degree = coefficients.findLastIndex((h) => h !== 0);
  return Math.sign(coefficients[degree]) * (x < 0 && degree % 2 === 1 ? -1 : 1) * Infinity;
}

/**
 * The coefficients of z ↦ g(tz). Comparing powers of y in exp(tzy − y²/2) = exp(z·ty − (ty)²/2)·exp((t²−1)y²/2),
 *
 * $$ h_m(t) = t^m \sum_j \frac{1}{j!} \sqrt{\frac{(m+2j)!}{m!}} \Big(\frac{t^2-1}{2}\Big)^j h_{m+2j} $$
 */
function rescaledCoefficients(coefficients: readonly number[], t: number): number[] {
  const spread = (t * t - 1) / 2;
  return coefficients.map((_, m) => {
    let [sum, weight] = [0, 1];
    for (let j = 0; m + 2 * j < coefficients.length; j++) {
      sum += weight * coefficients[m + 2 * j];
      weight *= (spread / (j + 1)) * Math.sqrt((m + 2 * j + 1) * (m + 2 * j + 2));
    }
    return integerPower(t, m) * sum;
  });
}

/** c₁ = h₁, a = Σ hₖ², b₂ = Σ (2k+1) hₖ² + 2√((k+1)(k+2)) hₖ hₖ₊₂. */
function hermiteMoments(h: readonly number[]): LinkMoments {
  let [energy, tiltedEnergy] = [0, 0];
  for (let k = 0; k < h.length; k++) {
    energy += h[k] ** 2;
    tiltedEnergy += (2 * k + 1) * h[k] ** 2 + 2 * Math.sqrt((k + 1) * (k + 2)) * h[k] * (h[k + 2] ?? 0);
  }
  return { slope: h[1] ?? 0, energy, tiltedEnergy };
}

function parityOf(coefficients: readonly number[]): Link["parity"] {
  const vanish = (remainder: number): boolean => coefficients.every((h, k) => k % 2 !== remainder || h === 0);
  return vanish(0) ? "odd" : vanish(1) ? "even" : "neither";
}
