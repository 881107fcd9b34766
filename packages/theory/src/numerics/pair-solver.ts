import { add, multiply, symmetricEigen, symmetricPart, transpose, type Matrix } from "@onestep/core";
import { choleskyOrNull, lowerSolve, lowerTransposeSolve } from "./solve-on-support.ts";
import { leastPivot } from "./solve-two-sided.ts";

/** One term S Γ B of the stationarity equation, its probability inside B. */
export interface Term {
  readonly left: Matrix;
  readonly right: Matrix;
}

/**
 * The map R ↦ Γ with S₁ΓB₁ + S₂ΓB₂ = R, or null for any other number of terms, or where S₁ + S₂ or B₁ + B₂ is not
 * safely positive definite.
 *
 * Two symmetric matrices are diagonalised together: Pᵀ(S₁ + S₂)P = I and PᵀS₁P = diag(θ), likewise Q and φ for B. In these
 * coordinates Γ = PZQᵀ the system is diagonal, [θᵢφⱼ + (1 − θᵢ)(1 − φⱼ)] Zᵢⱼ = (PᵀRQ)ᵢⱼ, so that d² unknowns cost d³.
 */
export function pairSolver(terms: readonly Term[]): ((rhs: Matrix) => Matrix) | null {
  const [first, second] = terms;
  if (terms.length !== 2) return null;
  const left = commonBasis(first.left, second.left);
  const right = left === null ? null : commonBasis(first.right, second.right);
  if (left === null || right === null) return null;
  const width = right.shares.length;
  const weight = (at: number): number => {
    const [theta, phi] = [left.shares[Math.floor(at / width)], right.shares[at % width]];
    return theta * phi + (1 - theta) * (1 - phi);
  };
  for (let at = 0; at < left.shares.length * width; at++) if (weight(at) < 2 ** -12) return null;
  return (rhs) => {
    const coordinates = multiply(transpose(left.basis), rhs, right.basis);
    const solved = { ...coordinates, values: coordinates.values.map((value, at) => value / weight(at)) };
    return multiply(left.basis, solved, transpose(right.basis));
  };
}

/** P with Pᵀ(a + b)P = I and PᵀaP = diag(shares), or null. */
function commonBasis(a: Matrix, b: Matrix): { readonly basis: Matrix; readonly shares: Float64Array } | null {
  const sum = add(a, b);
  const factor = choleskyOrNull(sum);
  if (factor === null || leastPivot(sum, factor) < 2 ** -20) return null;
  const whitened = lowerSolve(factor, transpose(lowerSolve(factor, symmetricPart(a))));
  const { values, vectors } = symmetricEigen(symmetricPart(whitened));
  return { basis: lowerTransposeSolve(factor, vectors), shares: values };
}
