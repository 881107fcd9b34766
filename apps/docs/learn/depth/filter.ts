import type { GdPlusPlusParameters } from "@onestep/theory";

// What is left of the error along an eigenvector of XᵀX/n, as a function of its eigenvalue u. No filter changes u = 0.

/** $$ q(u) = \prod_l (1 - a_l u) $$ */
export function stepsFilter(stepSizes: readonly number[], u: number): number {
  return stepSizes.reduce((left, step) => left * (1 - step * u), 1);
}

/** $$ q_{l+1} = q_l(1 - a_l u r_l^2), \quad r_{l+1} = r_l(1 - a_l b_l u r_l^2) $$ */
export function gdPlusPlusFilter({ a, b }: GdPlusPlusParameters, u: number): number {
  let [left, scale] = [1, 1];
  a.forEach((step, l) => {
    const eigenvalue = u * scale * scale;
    left *= 1 - step * eigenvalue;
    scale *= 1 - step * (b[l] ?? 0) * eigenvalue;
  });
  return left;
}

/** Ridge regression at its best penalty, λ = σ²/n in these units: $$ q(u) = \frac{\lambda}{u + \lambda} $$ */
export function ridgeFilter(ridge: number, u: number): number {
  // Without noise and without data nothing is learned: the limit that all other filters have there.
  return u === 0 ? 1 : ridge / (u + ridge);
}

const POINTS = 120;

/** A filter's curve from u = 0. */
export function filterCurve(filter: (u: number) => number, largest: number): (readonly [number, number])[] {
  return Array.from({ length: POINTS + 1 }, (_, k) => {
    const u = (k / POINTS) * largest;
    return [u, filter(u)] as const;
  });
}
