import { DomainError } from "../errors.ts";
import { incompleteBeta, incompleteBetaLogit, portionAt, portionAtLogit } from "./incomplete-beta.ts";

/** Beyond, the law is a coin or a point to nine digits. */
const LEAST_EXPONENT = 1e-9;
const LARGEST_EXPONENT = 1e9;

/**
 * P(Beta(a, b) ≤ x), the regularised incomplete beta function Iₓ(a, b), to full relative precision near 0.
 *
 * @throws DomainError unless 0 ≤ x ≤ 1 and a and b lie between 1e-9 and 1e9
 *
 * @example
 * betaCdf(0.25, 1, 2); // ≈ 0.4375
 */
export function betaCdf(x: number, a: number, b: number): number {
  requireExponents("betaCdf", a, b);
  requireProbability("betaCdf", "x", x);
  return incompleteBeta(portionAt(x), a, b).part;
}

/**
 * The x with P(Beta(a, b) ≤ x) = p.
 *
 * @throws DomainError unless 0 ≤ p ≤ 1 and a and b lie between 1e-9 and 1e9
 *
 * @example
 * betaQuantile(0.4375, 1, 2); // ≈ 0.25
 */
export function betaQuantile(p: number, a: number, b: number): number {
  requireExponents("betaQuantile", a, b);
  requireProbability("betaQuantile", "p", p);
  return portionAtLogit(incompleteBetaLogit({ part: p, rest: 1 - p }, a, b)).part;
}

function requireExponents(where: string, a: number, b: number): void {
  if (a >= LEAST_EXPONENT && a <= LARGEST_EXPONENT && b >= LEAST_EXPONENT && b <= LARGEST_EXPONENT) return;
  throw new DomainError({
    where,
    expected: `two exponents from ${LEAST_EXPONENT} to ${LARGEST_EXPONENT}`,
    arrived: `a = ${a}, b = ${b}`,
    hint: "Beta(a, b) has mean a/(a + b); for a uniform law take a = b = 1",
  });
}

function requireProbability(where: string, name: string, value: number): void {
  if (value >= 0 && value <= 1) return;
  throw new DomainError({
    where,
    expected: `${name} from 0 to 1`,
    arrived: String(value),
    hint: "the law lives on [0, 1], and so do its probabilities",
  });
}
