import { maxAbs, subtract, symmetricPart, transpose, type Matrix } from "@onestep/core";

/**
 * Beyond this part of the largest entry of a second moment, neither an asymmetry nor a negative eigenvalue is rounding.
 */
export const roundingOfProducts: number = 2 ** -20;

/**
 * The symmetric part of a second moment that was formed by products. Its rounding is that of the factors' sizes, which
 * for Ω = Σ⁻¹ at condition 10⁶ is far above that of the result's; only Γ is never symmetrised. A matrix whose asymmetry
 * is no rounding is returned as it is, to be refused.
 */
export function symmetrised(a: Matrix): Matrix {
  if (a.rows !== a.columns) return a;
  const isRounding = maxAbs(subtract(a, transpose(a))) <= roundingOfProducts * maxAbs(a);
  return isRounding ? symmetricPart(a) : a;
}
