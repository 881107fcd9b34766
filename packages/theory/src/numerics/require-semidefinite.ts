import {
  add,
  identity,
  maxAbs,
  NumericalError,
  scale,
  subtract,
  symmetricEigen,
  transpose,
  type Matrix,
} from "@onestep/core";
import { choleskyOrNull } from "./solve-on-support.ts";
import { roundingOfProducts, symmetrised } from "./symmetrised.ts";

/**
 * The gate for second moments that were formed by products: symmetric and positive semidefinite, up to the rounding
 * that `symmetrised` allows them. One Cholesky factorization; eigenvalues are sought only to explain a refusal.
 */
export function requireSemidefinite(where: string, what: string, moment: Matrix): void {
  const largest = maxAbs(moment);
  const shift = roundingOfProducts * largest;
  if (largest === 0 || choleskyOrNull(add(moment, scale(identity(moment.rows), shift))) !== null) return;
  throw new NumericalError({
    where,
    expected: `${what} to be symmetric and positive semidefinite`,
    arrived: describeDefect(moment, shift),
    hint: "it is a second moment, E[v vᵀ]: check the signs and sizes of its entries, and that both of its factors are the same v",
  });
}

function describeDefect(moment: Matrix, shift: number): string {
  const asymmetry = maxAbs(subtract(moment, transpose(moment)));
  if (asymmetry > shift) return `a matrix that differs from its transpose by ${asymmetry}`;
  return `one with the eigenvalue ${symmetricEigen(symmetrised(moment)).values[0]}`;
}
