import { type Covariance, integerPower, matrix, type Matrix, traceOfProduct, zeros } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { solveOnSupport } from "../numerics/solve-on-support.ts";
import { requireLoss } from "../moments/require-moments.ts";
import {
  requireContextLength,
  requireCovariance,
  requireFields,
  requireInRange,
  requireList,
  requireNonNegative,
  requirePositive,
  requireSize,
  requireVariance,
} from "../require.ts";
import { cite } from "../sources.ts";
import type { OptimalStep } from "./step.ts";

/** Gaussian linear prompts whose covariance is drawn afresh for every prompt, Λ = diag(λ₁, …, λ_d) with i.i.d. λᵢ ≥ 0. */
export interface RandomSpectrumSetting {
  /** n ≥ 1 */
  readonly contextLength: number;
  /** E λ, E λ², E λ³ */
  readonly spectrumMoments: readonly [number, number, number];
  /** Ω, `[d, d]` */
  readonly tasks: Covariance;
  /** σ² ≥ 0 */
  readonly noiseVariance: number;
}

/**
 * E λ, E λ², E λ³ of exponential eigenvalues.
 *
 * $$ \mathbb{E}\,\lambda^k = \frac{k!}{\mathrm{rate}^k} $$
 *
 * @param rate the inverse of the mean eigenvalue, above 0
 * @throws DomainError for a rate that is not positive and finite
 * @throws NumericalError if a moment overflows
 *
 * Source: own derivation, the moments of the exponential law.
 *
 * @example
 * exponentialSpectrum(2); // => [0.5, 0.5, 0.75]
 */
export function exponentialSpectrum(rate: number): readonly [number, number, number] {
  requirePositive("exponentialSpectrum", "rate", rate);
  const moments = [1 / rate, 2 / rate ** 2, 6 / integerPower(rate, 3)] as const;
  requireInRange("exponentialSpectrum", "moment of the eigenvalues", moments);
  return moments;
}

/**
 * The best step on prompts with a random spectrum: a continuum of strata, solved row by row.
 *
 * $$ \mathbb{E}[\Lambda\,\Gamma^*B_\Lambda] = n\,\mathbb{E}[\Lambda\Omega\Lambda], \qquad B_\Lambda = n(n+1)\Lambda\Omega\Lambda+n\big(\mathrm{tr}(\Lambda\Omega)+\sigma^2\big)\Lambda $$
 *
 * Λ is diagonal, so row i of Γ* solves a system of its own, with entries
 * n(n+1) Ω_lj E[λᵢλ_lλ_j] + n δ_lj (Σ_k Ω_kk E[λᵢλ_jλ_k] + σ² E[λᵢλ_j]): three moments of λ are all that enters.
 *
 * @returns Γ* `[d, d]`, unnormalised, and L*, noise included
 * @throws DomainError for n < 1, σ² < 0, or numbers that are not the moments of a law of λ ≥ 0
 * @throws NumericalError if Γ* or L* overflows
 *
 * Source: Zhang et al. 2023, arXiv 2306.09927, random covariance per prompt.
 *
 * @example
 * const fixed = { contextLength: 20, spectrumMoments: [1, 1, 1], tasks: isotropic(5), noiseVariance: 0 };
 * randomSpectrumStep(fixed).value.loss; // ≈ 1.15384615385
 */
export function randomSpectrumStep(setting: RandomSpectrumSetting): ClosedForm<OptimalStep> {
  const { signal, rowSystem, responseVariance } = averagesOf("randomSpectrumStep", setting);
  const d = signal.rows;
  const preconditioner = zeros(d, d);
  for (let i = 0; i < d; i++) {
    const rewards = matrix(d, 1, signal.values.slice(i * d, (i + 1) * d));
    preconditioner.values.set(solveOnSupport(rowSystem(i), rewards).values, i * d);
  }
  requireInRange("randomSpectrumStep", "preconditioner", preconditioner.values);
  const loss = responseVariance - traceOfProduct(preconditioner, signal);
  return passport({ preconditioner, loss: requireLoss("randomSpectrumStep", loss, responseVariance) });
}

/**
 * The risk of any step on prompts with a random spectrum.
 *
 * $$ \mathbb{E}\,y_q^2-2n\,\mathrm{tr}(\Gamma\,\mathbb{E}[\Lambda\Omega\Lambda])+\mathbb{E}\,\mathrm{tr}(\Lambda\Gamma B_\Lambda\Gamma^\top) $$
 *
 * @param preconditioner Γ, `[d, d]`, unnormalised
 * @returns R(Γ), noise of the query's response included
 * @throws DomainError for n < 1, σ² < 0, or numbers that are not the moments of a law of λ ≥ 0
 * @throws ShapeError for a step of another size
 * @throws NumericalError if the loss overflows
 *
 * Source: Zhang et al. 2023, arXiv 2306.09927, random covariance per prompt.
 *
 * @example
 * const fixed = { contextLength: 20, spectrumMoments: [1, 1, 1], tasks: isotropic(5), noiseVariance: 1 };
 * randomSpectrumLoss(fixed, zeros(5, 5)).value; // => 6
 */
export function randomSpectrumLoss(setting: RandomSpectrumSetting, preconditioner: Matrix): ClosedForm<number> {
  const { signal, rowSystem, responseVariance } = averagesOf("randomSpectrumLoss", setting);
  const d = signal.rows;
  requireSize("randomSpectrumLoss", "preconditioner", preconditioner, d, d);
  let energy = 0;
  for (let i = 0; i < d; i++) {
    const row = matrix(1, d, preconditioner.values.slice(i * d, (i + 1) * d));
    const system = rowSystem(i);
    for (let l = 0; l < d; l++)
      for (let j = 0; j < d; j++) energy += row.values[l] * system.values[l * d + j] * row.values[j];
  }
  const reward = 2 * traceOfProduct(preconditioner, signal);
  const loss = responseVariance - reward + energy;
  return passport(requireLoss("randomSpectrumLoss", loss, responseVariance + Math.abs(reward) + Math.abs(energy)));
}

function passport<V>(value: V): ClosedForm<V> {
  return {
    value,
    formula: String.raw`\mathbb{E}[\Lambda\Gamma^*B_\Lambda] = n\,\mathbb{E}[\Lambda\Omega\Lambda]`,
    hypotheses: [
      hypotheses.linearAttention,
      "given the prompt's Λ, covariates x ~ N(0, Λ), query included",
      hypotheses.gaussianTasks,
      hypotheses.gaussianNoise,
      hypotheses.evenPartDecouples,
    ],
    source: cite("zhang-2023", "random covariance per prompt"),
  };
}

interface SpectrumAverages {
  /** n E[ΛΩΛ], `[d, d]`, symmetric */
  readonly signal: Matrix;
  /** E[λᵢ B_Λ], `[d, d]` */
  readonly rowSystem: (i: number) => Matrix;
  /** τ = m₁ tr Ω + σ² */
  readonly responseVariance: number;
}

function averagesOf(where: string, setting: RandomSpectrumSetting): SpectrumAverages {
  requireFields(where, "a setting", setting, ["contextLength", "spectrumMoments", "tasks", "noiseVariance"]);
  const { contextLength: n, spectrumMoments, tasks, noiseVariance } = setting;
  requireCovariance(where, "tasks", tasks);
  requireContextLength(where, n);
  requireVariance(where, "noise variance", noiseVariance);
  requireList(where, "three moments of λ", spectrumMoments);
  spectrumMoments.forEach((moment, k) => requireNonNegative(where, `moment E λ^${k + 1}`, moment));
  const [m1, m2, m3] = spectrumMoments;
  requireNonNegative(where, "variance of the eigenvalues, E λ² − (E λ)²,", m2 - m1 * m1 * (1 - 2 ** -40));
  requireNonNegative(
    where,
    "variance under the law tilted by λ, E λ E λ³ − (E λ²)²,",
    m1 * m3 - m2 * m2 * (1 - 2 ** -40),
  );
  const d = tasks.dimension;
  const omega = tasks.matrix.values;
  const pair = (i: number, j: number): number => (i === j ? m2 : m1 * m1);
  const triple = (i: number, j: number, k: number): number => {
    if (i === j && j === k) return m3;
    return i === j || j === k || i === k ? m2 * m1 : m1 * m1 * m1;
  };
  const signal = zeros(d, d);
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) signal.values[i * d + j] = n * omega[i * d + j] * pair(i, j);
  let total = 0;
  for (let k = 0; k < d; k++) total += omega[k * (d + 1)];
  const rowSystem = (i: number): Matrix => {
    const system = zeros(d, d);
    for (let j = 0; j < d; j++) {
      for (let l = 0; l < d; l++) system.values[l * d + j] = n * (n + 1) * omega[l * d + j] * triple(i, l, j);
      // Σ_k Ω_kk E[λᵢλ_jλ_k]: the terms k = i, j apart from all others.
      let energy = noiseVariance * pair(i, j);
      for (const k of i === j ? [i] : [i, j]) energy += omega[k * (d + 1)] * triple(i, j, k);
      const others = total - omega[i * (d + 1)] - (i === j ? 0 : omega[j * (d + 1)]);
      energy += others * pair(i, j) * m1;
      system.values[j * (d + 1)] += n * energy;
    }
    return system;
  };
  return { signal, rowSystem, responseVariance: m1 * total + noiseVariance };
}
