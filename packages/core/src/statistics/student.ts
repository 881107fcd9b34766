import { exp } from "../elementary/exponential.ts";
import { log } from "../elementary/logarithm.ts";
import { DomainError } from "../errors.ts";
import { incompleteBeta, incompleteBetaLogit, portionAtLogit } from "./incomplete-beta.ts";

/**
 * P(T ≤ t) for Student's t with ν degrees of freedom, to full relative precision in the lower tail:
 *
 * $$ P(T \le -|t|) = \tfrac12\, I_x\bigl(\tfrac{\nu}{2}, \tfrac12\bigr), \qquad x = \frac{\nu}{\nu + t^2} $$
 *
 * A two-sided p-value is 2·studentCdf(−|t|, ν).
 *
 * @param degreesOfFreedom ν, whole or not, from 0.001 to 1e9
 * @throws DomainError for any other ν, or if t is NaN
 *
 * Source: DLMF 8.17; the law of t²/(ν + t²) is Beta(½, ν/2).
 *
 * @example
 * studentCdf(1, 1); // ≈ 0.75
 */
export function studentCdf(t: number, degreesOfFreedom: number): number {
  requireDegreesOfFreedom("studentCdf", degreesOfFreedom);
  if (Number.isNaN(t)) {
    throw new DomainError({
      where: "studentCdf",
      expected: "a number t",
      arrived: "NaN",
      hint: "a statistic with standard error 0 has no t",
    });
  }
  const logit = log(degreesOfFreedom) - 2 * log(Math.abs(t)); // of x; it outlives t²
  const tail = 0.5 * incompleteBeta(portionAtLogit(logit), degreesOfFreedom / 2, 0.5).part;
  return t < 0 ? tail : 1 - tail;
}

/**
 * The t with P(T ≤ t) = p; ∓∞ at 0 and 1, and where it is beyond the largest double.
 *
 * @param degreesOfFreedom ν, whole or not, from 0.001 to 1e9
 * @throws DomainError unless 0 ≤ p ≤ 1, or for any other ν
 *
 * @example
 * studentQuantile(0.975, 7); // ≈ 2.36462425159
 */
export function studentQuantile(p: number, degreesOfFreedom: number): number {
  requireDegreesOfFreedom("studentQuantile", degreesOfFreedom);
  if (!(p >= 0 && p <= 1)) {
    throw new DomainError({
      where: "studentQuantile",
      expected: "a probability from 0 to 1",
      arrived: String(p),
      hint: "for a two-sided level 1 − α ask for p = 1 − α/2",
    });
  }
  return p > 0.5 ? -lowerQuantile(1 - p, degreesOfFreedom) : lowerQuantile(p, degreesOfFreedom); // 1 − p is exact
}

function lowerQuantile(p: number, degreesOfFreedom: number): number {
  const logit = incompleteBetaLogit({ part: 2 * p, rest: 1 - 2 * p }, degreesOfFreedom / 2, 0.5);
  return -Math.sqrt(degreesOfFreedom) * exp(-0.5 * logit);
}

function requireDegreesOfFreedom(where: string, degreesOfFreedom: number): void {
  if (degreesOfFreedom >= 1e-3 && degreesOfFreedom <= 1e9) return;
  throw new DomainError({
    where,
    expected: "degrees of freedom from 0.001 to 1e9",
    arrived: String(degreesOfFreedom),
    hint: "n draws leave n − 1 of them; for infinitely many use the normal law",
  });
}
