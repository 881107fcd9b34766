import type { OrthonormalPolynomials } from "../numerics/gauss-rule.ts";
import type { FilterProblem } from "./filter-problem.ts";

/** A complex number x + iy. */
export interface Complex {
  readonly re: number;
  readonly im: number;
}

/**
 * The residual polynomial of least loss among all of degree L with q(0) = 1.
 *
 * $$ q(u) = \frac{\lambda + u\,\tilde q(u)}{u+\lambda}, \qquad \tilde q = \pi_L/\pi_L(-\lambda) $$
 *
 * with π_L orthonormal under u ρ(u) du: the loss is a constant plus E u q̃²/(u + λ), and among the polynomials with
 * q̃(−λ) = 1 the kernel polynomial is least.
 *
 * @returns q(u) at a real point
 */
export function bestResidual(problem: FilterProblem, degree: number): (u: number) => number {
  const { ridge, polynomials } = problem;
  const anchor = evaluate(polynomials, degree, { re: -ridge, im: 0 }).value.re;
  return (u) => {
    const tilde = evaluate(polynomials, degree, { re: u, im: 0 }).value.re / anchor;
    return (ridge + u * tilde) / (u + ridge);
  };
}

/**
 * The L roots of that polynomial, real or in conjugate pairs.
 *
 * Aberth's simultaneous iteration on λ + u q̃(u), whose root −λ is known and kept out; values and derivatives come from
 * the three-term recurrence, never from coefficients. Without noise the roots are the zeros of π_L.
 */
export function bestResidualRoots(problem: FilterProblem, degree: number, start: Float64Array): readonly Complex[] {
  const { ridge, polynomials } = problem;
  if (ridge === 0) return Array.from(start, (re) => ({ re, im: 0 }));
  const anchor = evaluate(polynomials, degree, { re: -ridge, im: 0 }).value.re;
  const known: Complex = { re: -ridge, im: 0 };
  let roots: Complex[] = Array.from(start, (re, k) => ({ re, im: 0.3 * re * (k % 2 === 0 ? 1 : -1) }));
  for (let round = 0; round < 500; round++) {
    let largestChange = 0;
    roots = roots.map((root, k) => {
      const { value, slope } = evaluate(polynomials, degree, root);
      const f = plus({ re: ridge * anchor, im: 0 }, times(root, value));
      const df = plus(value, times(root, slope));
      const newton = over(f, df);
      const others = roots.filter((_, at) => at !== k);
      const repulsion = [known, ...others].reduce(
        (sum, other) => plus(sum, over({ re: 1, im: 0 }, minus(root, other))),
        { re: 0, im: 0 },
      );
      const change = over(newton, minus({ re: 1, im: 0 }, times(newton, repulsion)));
      if (!Number.isFinite(change.re) || !Number.isFinite(change.im)) return root;
      largestChange = Math.max(largestChange, modulus(change) / modulus(root));
      return minus(root, change);
    });
    if (largestChange <= 2 ** -50) break;
  }
  return roots;
}

/** π_degree and its derivative at a complex point. */
export function evaluate(
  polynomials: OrthonormalPolynomials,
  degree: number,
  z: Complex,
): { value: Complex; slope: Complex } {
  const { centres, links } = polynomials;
  const zero: Complex = { re: 0, im: 0 };
  let [previous, value]: [Complex, Complex] = [zero, { re: 1, im: 0 }];
  let [previousSlope, slope]: [Complex, Complex] = [zero, zero];
  for (let k = 0; k < degree; k++) {
    const shifted = { re: z.re - centres[k], im: z.im };
    // The last link only sets the scale of π_L, which cancels: 1 where the measure has no further point.
    const link = links[k + 1] ?? 1;
    const next = scaled(minus(times(shifted, value), scaled(previous, links[k])), 1 / link);
    const nextSlope = scaled(minus(plus(value, times(shifted, slope)), scaled(previousSlope, links[k])), 1 / link);
    [previous, value, previousSlope, slope] = [value, next, slope, nextSlope];
  }
  return { value, slope };
}

const plus = (a: Complex, b: Complex): Complex => ({ re: a.re + b.re, im: a.im + b.im });
const minus = (a: Complex, b: Complex): Complex => ({ re: a.re - b.re, im: a.im - b.im });
const times = (a: Complex, b: Complex): Complex => ({ re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re });
const scaled = (a: Complex, factor: number): Complex => ({ re: a.re * factor, im: a.im * factor });
const modulus = (a: Complex): number => Math.hypot(a.re, a.im);
const over = (a: Complex, b: Complex): Complex =>
  scaled(times(a, { re: b.re, im: -b.im }), 1 / (b.re * b.re + b.im * b.im));
