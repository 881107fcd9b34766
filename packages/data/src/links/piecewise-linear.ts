import type { LinkMoments } from "../define/define-link.ts";

/**
 * The moments of g(x) = x for x > 0 and αx for x < 0, which every piecewise linear link shares: each half-line
 * contributes half of E z² = 1 and of E z⁴ = 3.
 *
 * @param leftSlope α: 1 identity, 0 relu, −1 abs
 */
export function piecewiseLinearMoments(leftSlope: number): (scale: number) => LinkMoments {
  const meanSlope = (1 + leftSlope) / 2;
  const meanSquare = (1 + leftSlope * leftSlope) / 2;
  return (t) => ({ slope: meanSlope * t, energy: meanSquare * t * t, tiltedEnergy: 3 * meanSquare * t * t });
}
