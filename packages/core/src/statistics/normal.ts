import { erf, squareRounding, upperTail } from "../elementary/error-function.ts";
import { exp } from "../elementary/exponential.ts";
import { log } from "../elementary/logarithm.ts";
import { DomainError } from "../errors.ts";

const SQRT_TWO_PI = 2.5066282746310007;
const PEAK = 0.3989422804014327;

/**
 * φ(z) = e^{−z²/2}/√(2π)
 *
 * @example
 * normalDensity(0); // ≈ 0.398942280401
 */
export function normalDensity(z: number): number {
  const square = z * z;
  if (!(square < 2000)) return square >= 2000 ? 0 : NaN;
  return PEAK * exp(-0.5 * square) * (1 - 0.5 * squareRounding(z));
}

/**
 * Φ(z) = P(N(0, 1) ≤ z), to full relative precision in the lower tail.
 *
 * @example
 * normalCdf(0); // => 0.5
 */
export function normalCdf(z: number): number {
  if (Math.abs(z) < Math.SQRT1_2) return 0.5 + 0.5 * erf(z * Math.SQRT1_2);
  if (!(Math.abs(z) < 40)) return z >= 40 ? 1 : z <= -40 ? 0 : NaN;
  // erfc at |z|/√2, whose square is known better than the root itself
  const tail = 0.5 * upperTail(Math.abs(z) * Math.SQRT1_2, 0.5 * z * z, 0.5 * squareRounding(z));
  return z < 0 ? tail : 1 - tail;
}

/**
 * The z with Φ(z) = p; ∓∞ at 0 and 1.
 *
 * A start within a few percent, then Halley's iteration, which triples the correct digits: on Φ − p in the middle and
 * on ln Φ − ln p in the tail, where Φ itself is too flat.
 *
 * @throws DomainError unless 0 ≤ p ≤ 1
 *
 * @example
 * normalQuantile(0.975); // ≈ 1.95996398454
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) {
    throw new DomainError({
      where: "normalQuantile",
      expected: "a probability from 0 to 1",
      arrived: String(p),
      hint: "for a two-sided level 1 − α ask for p = 1 − α/2",
    });
  }
  return p > 0.5 ? -lowerQuantile(1 - p) : lowerQuantile(p); // 1 − p is exact
}

function lowerQuantile(p: number): number {
  if (p === 0) return -Infinity;
  return p > 0.1 ? middleQuantile(p - 0.5) : tailQuantile(p);
}

/** The z with Φ(z) − ½ = offset. */
function middleQuantile(offset: number): number {
  const u = SQRT_TWO_PI * offset;
  let z = u * (1 + (u * u) / 6); // the inverse series of √(2π)(Φ − ½)
  for (let round = 0; round < 4; round++) {
    const newton = (0.5 * erf(z * Math.SQRT1_2) - offset) / normalDensity(z);
    z -= newton / (1 + 0.5 * z * newton);
  }
  return z;
}

function tailQuantile(p: number): number {
  const target = log(p);
  let z = -Math.sqrt(-2 * target - log(-4 * Math.PI * target)); // Φ(z) ≈ φ(z)/|z|
  for (let round = 0; round < 5; round++) {
    const cdf = normalCdf(z);
    const slope = normalDensity(z) / cdf; // (ln Φ)′; its derivative is −slope·(z + slope)
    const newton = (log(cdf) - target) / slope;
    z -= newton / (1 + 0.5 * newton * (z + slope));
  }
  return z;
}
