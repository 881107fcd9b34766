import { exp } from "../elementary/exponential.ts";
import { log, log1p, logarithmDefect } from "../elementary/logarithm.ts";
import { NumericalError } from "../errors.ts";
import { stirlingCorrection } from "./gamma.ts";

/** A number of [0, 1] with its distance from 1, so that neither end loses its digits. */
export interface Portion {
  readonly part: number;
  readonly rest: number;
}

/** A portion with its logarithms, which outlive it where it underflows. */
export interface LoggedPortion extends Portion {
  readonly logPart: number;
  readonly logRest: number;
}

export function portionAt(x: number): LoggedPortion {
  return { part: x, rest: 1 - x, logPart: log(x), logRest: log1p(-x) };
}

/** The x with ln(x/(1 − x)) = z. */
export function portionAtLogit(z: number): LoggedPortion {
  const logLarger = -log1p(exp(-Math.abs(z)));
  const logSmaller = logLarger - Math.abs(z);
  const [part, rest] = [1 / (1 + exp(-z)), 1 / (1 + exp(z))];
  return z < 0
    ? { part, rest, logPart: logSmaller, logRest: logLarger }
    : { part, rest, logPart: logLarger, logRest: logSmaller };
}

/**
 * The regularised incomplete beta function and its complement,
 *
 * $$ I_x(a, b) = \frac{1}{B(a,b)} \int_0^x t^{a-1} (1-t)^{b-1}\,dt = P(\mathrm{Beta}(a, b) \le x) $$
 */
export function incompleteBeta(x: LoggedPortion, a: number, b: number): Portion {
  if (x.logPart === -Infinity) return { part: 0, rest: 1 };
  if (x.logRest === -Infinity) return { part: 1, rest: 0 };
  const weight = exp(logWeight(x, a, b));
  if (isLowerTail(x, a, b)) {
    const below = weight * tailOverWeight(x, a, b);
    return { part: below, rest: 1 - below };
  }
  const above = weight * tailOverWeight(mirror(x), b, a);
  return { part: 1 - above, rest: above };
}

const MOST_STEPS = 100;
/** |ln I − ln p| from which one more step, whose error is its square, is exact to rounding. */
const NEAR = 1e-7;

/**
 * The logit z of the x with I_x(a, b) = p; ∓∞ at p = 0 and 1.
 *
 * In z the density of the law is xᵃ(1 − x)ᵇ/B(a, b). It is log-concave, and so is its integral I: Newton's iteration on
 * ln I(z) = ln p, wherever it starts, is below the root from its first step on and climbs to it. It starts at the mode.
 */
export function incompleteBetaLogit(p: Portion, a: number, b: number): number {
  if (p.part > p.rest) return -incompleteBetaLogit({ part: p.rest, rest: p.part }, b, a);
  if (p.part === 0) return -Infinity;
  const target = log(p.part);
  let z = log(a) - log(b);
  for (let step = 0; step < MOST_STEPS; step++) {
    const { logarithm, overWeight } = lowerTail(portionAtLogit(z), a, b);
    const excess = logarithm - target;
    z -= excess * overWeight; // d ln I/dz = weight/I
    if (Math.abs(excess) <= NEAR) return z;
  }
  throw unsettled(a, b);
}

/** ln I, and I over the weight xᵃ(1 − x)ᵇ/B(a, b), also where I itself underflows. */
function lowerTail(x: LoggedPortion, a: number, b: number): { logarithm: number; overWeight: number } {
  const logarithm = logWeight(x, a, b);
  if (isLowerTail(x, a, b)) {
    const overWeight = tailOverWeight(x, a, b);
    return { logarithm: logarithm + log(overWeight), overWeight };
  }
  const weight = exp(logarithm);
  const above = weight * tailOverWeight(mirror(x), b, a);
  return { logarithm: log1p(-above), overWeight: (1 - above) / weight };
}

function mirror({ part, rest, logPart, logRest }: LoggedPortion): LoggedPortion {
  return { part: rest, rest: part, logPart: logRest, logRest: logPart };
}

/** Whether the continued fraction is fast for I rather than for its complement. */
function isLowerTail(x: Portion, a: number, b: number): boolean {
  return x.part * (a + b + 2) < a + 1;
}

/** x − a/(a + b), from the ends that are nearer */
function offsetFromMean(x: Portion, a: number, b: number): number {
  const sum = a + b;
  return a < b ? x.part - a / sum : b / sum - x.rest;
}

/**
 * ln of the weight xᵃ(1 − x)ᵇ/B(a, b). With p = a/(a + b), its peak, q = 1 − p, and Stirling's corrections δ it is
 *
 * $$ \tfrac12 \ln\tfrac{aq}{2\pi} - \delta(a) - \delta(b) + \delta(a+b) + a\,\psi\bigl(\tfrac{x}{p}\bigr) + b\,\psi\bigl(\tfrac{1-x}{q}\bigr), \qquad \psi(r) = \ln r - (r-1) $$
 *
 * where the large terms of ln B have cancelled on paper, as have the parts r − 1 of ψ.
 */
function logWeight(x: LoggedPortion, a: number, b: number): number {
  const [p, q] = [a / (a + b), b / (a + b)];
  const offset = offsetFromMean(x, a, b);
  const peak = 0.5 * log((a * q) / (2 * Math.PI)) - stirlingCorrection(a) - stirlingCorrection(b);
  const fall = a * logExcess(offset / p, x.logPart - log(p)) + b * logExcess(-offset / q, x.logRest - log(q));
  return peak + stirlingCorrection(a + b) + fall;
}

/** ln(1 + t) − t, which near 0 is better known than the difference of the two. */
function logExcess(t: number, logarithm: number): number {
  return Math.abs(t) < 0.25 ? logarithmDefect(t) : logarithm - t;
}

const MOST_TERMS = 1_000_000;

/**
 * I_x(a, b) over the weight xᵃ(1 − x)ᵇ/B(a, b): a continued fraction whose partial denominators hold what is left of
 * λ = a − (a + b)x after its cancellation, evaluated from the front by Lentz's algorithm.
 *
 * $$ \cfrac{1}{\beta_0 + \cfrac{\alpha_1}{\beta_1 + \cdots}}, \qquad \alpha_m = \frac{(m-1+a)(m-1+a+b)\,m(b-m)x^2}{(a+2m-1)^2}, \quad \beta_m = m + \frac{m(b-m)x}{a+2m-1} + \frac{(a+m)(\lambda+1+m(2-x))}{a+2m+1} $$
 *
 * Source: DLMF 8.17.22, contracted to every second convergent; Didonato & Morris, ACM TOMS 18(3), 1992, section 2.
 */
function tailOverWeight(x: Portion, a: number, b: number): number {
  const lambda = -offsetFromMean(x, a, b) * (a + b);
  let head = (a * (lambda + 1)) / (a + 1);
  let tail = 0;
  let value = 1 / head;
  for (let m = 1; m <= MOST_TERMS; m++) {
    const ratio = (m * (b - m) * x.part) / (a + 2 * m - 1);
    const alpha = (ratio * (m - 1 + a) * (m - 1 + a + b) * x.part) / (a + 2 * m - 1);
    const beta = m + ratio + ((a + m) * (lambda + 1 + m * (1 + x.rest))) / (a + 2 * m + 1);
    tail = 1 / (beta + alpha * tail);
    head = beta + alpha / head;
    const factor = head * tail;
    value /= factor;
    if (Math.abs(factor - 1) <= Number.EPSILON) return value;
  }
  throw unsettled(a, b);
}

function unsettled(a: number, b: number): NumericalError {
  return new NumericalError({
    where: "incomplete beta function",
    expected: "an iteration that settles",
    arrived: `none for the exponents ${a} and ${b}`,
    hint: "stay with exponents from 1e-9 to 1e9",
  });
}
