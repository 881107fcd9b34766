import { exp } from "../elementary/exponential.ts";
import { log, log1p } from "../elementary/logarithm.ts";
import { DomainError } from "../errors.ts";

/** 1 − γ, with Euler's γ */
const ONE_MINUS_EULER = 0.42278433509846713;

/** ζ(k) − 1 for k = 2, 3, … */
const zetaMinusOne: readonly number[] = [
  0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993, 0.01734306198444914,
  0.008349277381922827, 0.00407735619794434, 0.0020083928260822143, 0.0009945751278180853, 0.0004941886041194645,
  0.0002460865533080483, 0.00012271334757848915, 6.124813505870483e-5, 3.058823630702049e-5, 1.528225940865187e-5,
  7.637197637899763e-6, 3.81729326499984e-6, 1.908212716553939e-6, 9.539620338727962e-7, 4.769329867878064e-7,
  2.38450502727733e-7, 1.1921992596531106e-7, 5.960818905125948e-8, 2.980350351465228e-8, 1.4901554828365043e-8,
  7.45071178983543e-9, 3.725334024788457e-9, 1.862659723513049e-9,
];

/** ln Γ(2 + z) for |z| ≤ ½: the Taylor series at 2, whose coefficients are (−1)ᵏ(ζ(k) − 1)/k. */
function logGammaNearTwo(z: number): number {
  let sum = 0;
  for (let k = zetaMinusOne.length + 1; k >= 2; k--) sum = zetaMinusOne[k - 2] / k - z * sum;
  return z * (ONE_MINUS_EULER + z * sum);
}

/**
 * Stirling's correction: what ln Γ(x) has beyond (x − ½) ln x − x + ½ ln 2π, for x > 0; about 1/(12x).
 *
 * @throws DomainError unless 0 < x < ∞
 *
 * @example
 * stirlingCorrection(1); // ≈ 0.0810614667953
 */
export function stirlingCorrection(x: number): number {
  if (x < STIRLING_FROM) return logGamma(x) - (x - 0.5) * log(x) + x - HALF_LOG_TWO_PI;
  const s = 1 / (x * x);
  return (1 / 12 + s * (-1 / 360 + s * (1 / 1260 + s * (-1 / 1680 + s * (1 / 1188 + s * (-691 / 360360)))))) / x;
}

const HALF_LOG_TWO_PI = 0.9189385332046728;
const STIRLING_FROM = 12;

/**
 * ln Γ(x) for x > 0.
 *
 * @throws DomainError unless 0 < x < ∞
 *
 * @example
 * logGamma(1); // => 0
 */
export function logGamma(x: number): number {
  requirePositive("logGamma", x);
  if (x < 0.5) return logGammaNearTwo(x) - log1p(x) - log(x);
  if (x < 1.5) return logGammaNearTwo(x - 1) - log1p(x - 1);
  if (x >= STIRLING_FROM) return (x - 0.5) * log(x) - x + HALF_LOG_TWO_PI + stirlingCorrection(x);
  let lowered = x;
  let product = 1;
  while (lowered >= 2.5) product *= lowered -= 1;
  return logGammaNearTwo(lowered - 2) + log(product);
}

/** Up to here a product of factors is as good as its logarithm, and better. */
const MOST_FACTORS = 128;

/**
 * Γ(x + shift)/Γ(x), for x > 0 and x + shift > 0, also where the Γs themselves overflow.
 *
 * Recurrences take off the whole part of the shift and raise both arguments to where the two Stirling series can be
 * subtracted term by term.
 *
 * @throws DomainError unless both arguments are positive and finite
 *
 * @example
 * gammaRatio(3, 2); // => 12
 */
export function gammaRatio(x: number, shift: number): number {
  requirePositive("gammaRatio", x);
  requirePositive("gammaRatio", x + shift);
  let low = x;
  let step = shift;
  let product = 1;
  if (Math.abs(shift) <= MOST_FACTORS) {
    for (; step >= 1; step -= 1) product *= low + (step - 1);
    for (; step <= -1; step += 1) product /= low + step;
  }
  if (step === 0) return product;
  for (; low < STIRLING_FROM || low + step < STIRLING_FROM; low += 1) product *= low / (low + step);
  const high = low + step;
  const logarithm =
    (high - 0.5) * log1p(step / low) + step * (log(low) - 1) + stirlingCorrection(high) - stirlingCorrection(low);
  return product * exp(logarithm);
}

function requirePositive(where: string, x: number): void {
  if (x > 0 && x < Infinity) return;
  throw new DomainError({
    where,
    expected: "a positive finite argument",
    arrived: String(x),
    hint: "Γ is needed here for dimensions, degrees of freedom and exponents, which are positive",
  });
}
