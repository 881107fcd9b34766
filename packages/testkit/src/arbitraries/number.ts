import { array, constant, integer, oneof, type Arbitrary } from "fast-check";

/**
 * A number of [−4, 4] on the grid of 2⁻¹⁸: exact in double precision, free of subnormals (whose squares vanish and
 * say nothing about the mathematics), and shrinking to 0.
 */
export function anyEntry(): Arbitrary<number> {
  return integer({ min: -(2 ** 20), max: 2 ** 20 }).map((step) => step / 2 ** 18);
}

/** A noise variance σ² in [0, 4]; the noise-free limit comes up often. */
export function anyNoiseVariance(): Arbitrary<number> {
  return oneof({ weight: 1, arbitrary: constant(0) }, { weight: 3, arbitrary: anyEntry().map(Math.abs) });
}

/** A vector `[d]` of entries in [−4, 4]. */
export function anyVector(dimension: number): Arbitrary<Float64Array> {
  return array(anyEntry(), { minLength: dimension, maxLength: dimension }).map((entries) => Float64Array.from(entries));
}
