import { multiply, transpose, type GaussianLinearSetting, type Matrix } from "@onestep/core";

/**
 * FᵀΣF = KᵀK with Ω = FFᵀ, Σ = LLᵀ and K = LᵀF: symmetric and positive semidefinite to the last bit, and as accurate
 * for Ω = Σ⁻¹ at any condition number as the factors are.
 */
export function seenSignal({ covariates, tasks }: GaussianLinearSetting): Matrix {
  const bridge = multiply(transpose(covariates.factor), tasks.factor);
  return multiply(transpose(bridge), bridge);
}

/** ΣΩΣ = (LK)(LK)ᵀ, with the same factors. */
export function signalSandwich({ covariates, tasks }: GaussianLinearSetting): Matrix {
  const half = multiply(covariates.factor, transpose(covariates.factor), tasks.factor);
  return multiply(half, transpose(half));
}
