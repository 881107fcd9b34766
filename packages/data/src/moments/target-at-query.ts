import { cos, dot, exp, matrix, multiplyVector, sin, traceOfProduct, type Matrix } from "@onestep/core";
import type { CovariateLaw } from "../define/define-covariates.ts";
import type { Link } from "../define/define-link.ts";
import type { QueryMoments } from "../define/define-target.ts";
import { indexMoments } from "./single-index-moments.ts";

// The moments of one target over the covariates of a query, β = E[f(x) x | f] and E[f(x)² | f], for targets of more than
// one index. Where they have no closed form over these covariates, there are none.

/** Of f(x) = sφ(x_j), over Gaussian covariates or independent centred coordinates of one law. */
export function coordinateAtQuery(
  { link, sign, coordinate }: { readonly link: Link; readonly sign: number; readonly coordinate: number },
  { gaussian, covariance, coordinateExpectation, declares, dimension }: CovariateLaw,
): QueryMoments | undefined {
  const direction = new Float64Array(dimension);
  direction[coordinate] = 1;
  if (gaussian) return indexMoments(direction, covariance.matrix, { link, scale: 1, amplitude: sign });
  if (coordinateExpectation === undefined || !declares.centered) return undefined;
  direction[coordinate] = sign * coordinateExpectation((x) => x * link.value(x));
  return { cross: direction, energy: coordinateExpectation((x) => link.value(x) ** 2) };
}

/**
 * Of f(x) = xᵀAx over covariates that −x shares with x: β = 0 and E f² = tr(A E[x xᵀA x xᵀ]).
 *
 * @param form A, `[d, d]`, symmetric
 */
export function quadraticAtQuery(form: Matrix, { fourthMoment, declares }: CovariateLaw): QueryMoments | undefined {
  if (fourthMoment === undefined || declares.invariance === "none") return undefined;
  return { cross: new Float64Array(form.rows), energy: traceOfProduct(form, fourthMoment(form)) };
}

/** f(x) = Σ_j a_j cos(⟨ω_j, x⟩ + φ_j) */
export interface Waves {
  /** a, `[m]` */
  readonly amplitudes: Float64Array;
  /** Rows ω_j, `[m, d]` */
  readonly frequencies: Float64Array;
  /** φ, `[m]` */
  readonly phases: Float64Array;
}

/**
 * Of a sum of waves over x ~ N(0, Σ). With E cos(⟨ω, x⟩ + φ) = e^{−ωᵀΣω/2} cos φ, and its gradient in ω,
 *
 * $$ \beta = -\sum_j a_j \sin\varphi_j\, e^{-\omega_j^\top\Sigma\omega_j/2}\, \Sigma\omega_j, \qquad
 *    \mathbb{E} f^2 = \tfrac12 \sum_{jk} a_j a_k \sum_{\pm} \cos(\varphi_j \pm \varphi_k)\,
 *    e^{-(\omega_j\pm\omega_k)^\top\Sigma(\omega_j\pm\omega_k)/2} $$
 */
export function wavesAtQuery(
  { amplitudes, frequencies, phases }: Waves,
  { gaussian, covariance, dimension: d }: CovariateLaw,
): QueryMoments | undefined {
  if (!gaussian) return undefined;
  const count = amplitudes.length;
  const waves = Array.from({ length: count }, (_, j) => {
    const frequency = frequencies.subarray(j * d, (j + 1) * d);
    return { frequency, seen: multiplyVector(covariance.matrix, frequency) };
  });
  const product = Array.from(waves, ({ frequency }) => Float64Array.from(waves, ({ seen }) => dot(frequency, seen)));
  const cross = new Float64Array(d);
  let energy = 0;
  for (let j = 0; j < count; j++) {
    const weight = -amplitudes[j] * sin(phases[j]) * exp(-product[j][j] / 2);
    for (let i = 0; i < d; i++) cross[i] += weight * waves[j].seen[i];
    for (let k = 0; k < count; k++) {
      const own = (product[j][j] + product[k][k]) / 2;
      const pair = amplitudes[j] * amplitudes[k];
      energy += (pair / 2) * cos(phases[j] - phases[k]) * exp(product[j][k] - own);
      energy += (pair / 2) * cos(phases[j] + phases[k]) * exp(-product[j][k] - own);
    }
  }
  return { cross, energy };
}

/** A of xᵀAx = Σᵢ xᵢ(2 Σ_{j<i} z_ij x_j + √2 z_ii xᵢ), from its normals row by row. */
export function quadraticFormOf(normals: Float64Array, dimension: number): Matrix {
  const form = new Float64Array(dimension * dimension);
  for (let i = 0, at = 0; i < dimension; i++) {
    for (let j = 0; j < i; j++, at++) form[i * dimension + j] = form[j * dimension + i] = normals[at];
    form[i * dimension + i] = Math.SQRT2 * normals[at++];
  }
  return matrix(dimension, dimension, form);
}
