import { dot, type SymmetricEigen } from "@onestep/core";
import { euclideanNorm } from "./euclidean-norm.ts";

/** A step, and how much the quadratic model falls along it. */
export interface ModelStep {
  readonly step: Float64Array;
  /** −⟨g, p⟩ − ½ pᵀHp ≥ 0 */
  readonly promised: number;
}

/** Below this share of the largest curvature, a second derivative is one of rounding. */
const NEGLIGIBLE = 2 ** -26;

/** Above this share of the gradient, a slope along a direction without curvature is not one of rounding. */
const STEEP = 2 ** -10;

/**
 * The least of the quadratic model ⟨g, p⟩ + ½ pᵀHp over steps of length Δ at most:
 *
 * $$ p = -(H + \lambda I)^{-1} g, \qquad \lambda \ge \max(0, -h_{\min}), \quad \lambda\,(\Delta - \lVert p\rVert) = 0, $$
 *
 * and where g says nothing of the direction that curves down most, as on a saddle, along that too. Directions in which
 * the loss is flat, as rescaling (u, M) to (cu, M/c) is, are left alone.
 *
 * @param hessian H by its eigenvalues and eigenvectors
 * @param radius Δ
 *
 * Source: Nocedal & Wright, Numerical Optimization, 2nd ed., Section 4.3, with the hard case.
 */
export function trustRegionStep(
  { values, vectors }: SymmetricEigen,
  gradient: Float64Array,
  radius: number,
): ModelStep {
  const size = values.length;
  const columns = Array.from({ length: size }, (_, k) =>
    Float64Array.from({ length: size }, (__, i) => vectors.values[i * size + k]),
  );
  const slopes = columns.map((column) => dot(column, gradient));
  const largest = Math.max(...values.map(Math.abs));
  const curvatures = values.map((value) => (Math.abs(value) <= NEGLIGIBLE * largest ? 0 : value));
  const sharesOver = (denominators: Float64Array): Float64Array =>
    denominators.map((denominator, k) => (denominator === 0 ? 0 : -slopes[k] / denominator));
  const steep = slopes.some((slope, k) => curvatures[k] === 0 && Math.abs(slope) > STEEP * euclideanNorm(gradient));
  let shares = sharesOver(curvatures);
  if (curvatures[0] < 0 || steep || euclideanNorm(shares) > radius) {
    // From the least λ on: the first of these is exactly 0 where the loss curves down.
    const lifted = curvatures.map((curvature) => curvature + Math.max(0, -curvatures[0]));
    shares = shortened(radius, (more) => sharesOver(lifted.map((one) => one + more)), euclideanNorm(gradient) / radius);
    const missing = radius ** 2 - dot(shares, shares);
    // The hard case: no λ makes the step long enough, because the slope has no share in the first direction.
    if (curvatures[0] < 0 && missing > 0) shares[0] = (slopes[0] > 0 ? -1 : 1) * Math.sqrt(shares[0] ** 2 + missing);
  }
  const step = new Float64Array(size);
  columns.forEach((column, k) => column.forEach((entry, i) => (step[i] += shares[k] * entry)));
  return { step, promised: shares.reduce((sum, p, k) => sum - p * (slopes[k] + (curvatures[k] * p) / 2), 0) };
}

/** The longest of steps no longer than the radius, which shrink as λ grows to `enough`, by bisection. */
function shortened(radius: number, stepAt: (more: number) => Float64Array, enough: number): Float64Array {
  let [low, high] = [0, enough];
  while (high - low > 2 ** -40 * high) {
    const middle = (low + high) / 2;
    if (euclideanNorm(stepAt(middle)) > radius) low = middle;
    else high = middle;
  }
  return stepAt(high);
}
