import {
  multiply,
  symmetricPart,
  transpose,
  zeros,
  type Covariance,
  type GaussianLinearSetting,
  type Matrix,
} from "@onestep/core";

/**
 * FᵀΣF = KᵀK with Ω = FFᵀ, Σ = LLᵀ and K = LᵀF: symmetric and positive semidefinite to the last bit, and as accurate
 * for Ω = Σ⁻¹ at any condition number as the factors are.
 */
export function seenSignal({ covariates, tasks }: GaussianLinearSetting): Matrix {
  const bridge = multiply(transpose(covariates.factor), tasks.factor);
  return multiply(transpose(bridge), bridge);
}

/** LᵀΩL, symmetric to the last bit, for any symmetric Ω; its trace is tr(ΣΩ). */
export function whitenedTasks({ factor }: Covariance, tasks: Matrix): Matrix {
  return symmetricPart(multiply(transpose(factor), tasks, factor));
}

/** ΣΩΣ = L(LᵀΩL)Lᵀ: the middle is symmetrised before L gives every direction its own scale. */
export function sandwich({ factor }: Covariance, whitened: Matrix): Matrix {
  return symmetricPart(multiply(factor, whitened, transpose(factor)));
}

/** ΣΩΣ = (LK)(LK)ᵀ, with the same factors. */
export function signalSandwich({ covariates, tasks }: GaussianLinearSetting): Matrix {
  const half = multiply(covariates.factor, transpose(covariates.factor), tasks.factor);
  return multiply(half, transpose(half));
}

/** The columns that are not all zero; one zero column for the zero matrix. */
export function nonZeroColumns(matrix: Matrix): Matrix {
  const { rows, columns, values } = matrix;
  const kept = Array.from({ length: columns }, (_, j) => j).filter((j) =>
    values.some((value, at) => at % columns === j && value !== 0),
  );
  const result = zeros(rows, Math.max(kept.length, 1));
  kept.forEach((j, to) => {
    for (let i = 0; i < rows; i++) result.values[i * result.columns + to] = values[i * columns + j];
  });
  return result;
}
