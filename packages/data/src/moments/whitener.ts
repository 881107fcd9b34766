import { zeros, type Covariance, type Matrix } from "@onestep/core";

/**
 * T = L^{−ᵀ}, upper triangular, for Σ = LLᵀ: whitens a direction, TᵀΣT = I. Where v is uniform on the sphere, Tv has
 * the law of Σ^{−½}v, since L^{−ᵀ} = Σ^{−½}Q for some orthogonal Q; unlike the symmetric root it needs only + − × ÷,
 * and so every engine draws the same bytes.
 */
export function whitener({ dimension: d, factor }: Covariance): Matrix {
  const [lower, whitening] = [factor.values, zeros(d, d)];
  for (let column = 0; column < d; column++) {
    // Forward substitution of L y = e_column: the column y of L⁻¹ is a row of T.
    for (let i = column; i < d; i++) {
      let sum = i === column ? 1 : 0;
      for (let j = column; j < i; j++) sum -= lower[i * d + j] * whitening.values[column * d + j];
      whitening.values[column * d + i] = sum / lower[i * d + i];
    }
  }
  return whitening;
}
