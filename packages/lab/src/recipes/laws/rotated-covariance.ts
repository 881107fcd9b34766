import {
  covarianceFromSpectrum,
  drawOrthogonal,
  openStream,
  type Covariance,
  type Matrix,
  type RandomKey,
} from "@onestep/core";

/** A covariance Σ = U diag(λ) Uᵀ with the axes it was made of. */
export interface RotatedCovariance {
  readonly covariance: Covariance;
  /** λ, in the order it was given in. */
  readonly spectrum: readonly number[];
  /** U, `[d, d]`; column i belongs to λᵢ. */
  readonly axes: Matrix;
}

/** A covariance of a given spectrum with axes that are uniform among all, drawn at a key. */
export function rotatedCovariance(spectrum: readonly number[], key: RandomKey): RotatedCovariance {
  const axes = drawOrthogonal(openStream(key), spectrum.length);
  return { covariance: covarianceFromSpectrum(spectrum, axes), spectrum, axes };
}

/** uᵢᵀ Γ uᵢ for each axis: how far a preconditioned step goes along it. */
export function stepsAlong({ axes }: RotatedCovariance, preconditioner: readonly (readonly number[])[]): number[] {
  const { rows: d, values } = axes;
  const entry = (row: number, axis: number): number => values[row * d + axis];
  return Array.from({ length: d }, (_, axis) =>
    preconditioner.reduce(
      (sum, row, i) => sum + entry(i, axis) * row.reduce((inner, gamma, j) => inner + gamma * entry(j, axis), 0),
      0,
    ),
  );
}
