import { exp } from "../elementary/exponential.ts";
import { log } from "../elementary/logarithm.ts";
import { DomainError } from "../errors.ts";
import type { RandomStream } from "./stream.ts";

/**
 * Prepares draws of Gamma(shape, scale 1), whose density is proportional to x^{shape−1}e^{−x}. Build the sampler once and
 * call it per draw: about one normal and one uniform each.
 *
 * A cubed normal is nearly gamma, and a rejection makes it exactly so. Below shape 1 the density is infinite at 0 and
 * G(shape) = G(shape + 1)·U^{1/shape}; at shapes below 1/16 that power may underflow to 0.
 *
 * @param shape positive and finite
 * @throws DomainError for any other shape
 *
 * Source: Marsaglia & Tsang, "A simple method for generating gamma variables", ACM TOMS 26(3), 2000, pp. 363–372.
 *
 * @example
 * const draw = gammaSampler(2.5);
 * draw(openStream(randomKey(0))) > 0; // => true
 */
export function gammaSampler(shape: number): (stream: RandomStream) => number {
  if (!(shape > 0 && shape < Infinity)) {
    throw new DomainError({
      where: "gammaSampler",
      expected: "a positive finite shape",
      arrived: String(shape),
      hint: "the shape is the mean of a gamma variable of scale 1",
    });
  }
  if (shape >= 1) return cubedNormal(shape);
  const above = cubedNormal(shape + 1);
  return (stream) => above(stream) * exp(log(stream.uniform()) / shape);
}

/** d·(1 + z/√(9d))³ with d = shape − ⅓, for shape ≥ 1. */
function cubedNormal(shape: number): (stream: RandomStream) => number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  return (stream) => {
    for (;;) {
      const z = stream.normal();
      const root = 1 + c * z;
      if (root <= 0) continue;
      const cube = root * root * root;
      const u = stream.uniform();
      const square = z * z;
      if (u < 1 - 0.0331 * square * square) return d * cube; // below the exact bound for every shape: no logarithm
      if (log(u) < 0.5 * square + d * (1 - cube + log(cube))) return d * cube;
    }
  };
}

/** One draw of Gamma(shape, scale 1); for many of one shape prepare a `gammaSampler`. */
export function drawGamma(stream: RandomStream, shape: number): number {
  return gammaSampler(shape)(stream);
}

/** One draw of the exponential law of mean 1, −ln U: positive and below 37. */
export function drawExponential(stream: RandomStream): number {
  return -log(stream.uniform());
}
