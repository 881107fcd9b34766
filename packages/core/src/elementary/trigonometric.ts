import { reduceToOctant, type Reduced } from "./circle-reduction.ts";

const reduced: Reduced = { quadrant: 0, high: 0, low: 0 };

/** sin(r + low) for |r| ≤ π/4: Taylor's series through r¹⁷, the next term is below 10⁻¹⁹. */
function sineKernel(r: number, low: number): number {
  const s = r * r;
  const series =
    -1 / 6 +
    s *
      (1 / 120 +
        s *
          (-1 / 5040 +
            s *
              (1 / 362880 +
                s * (-1 / 39916800 + s * (1 / 6227020800 + s * (-1 / 1307674368000 + s * (1 / 355687428096000)))))));
  return r + (r * s * series + low * (1 - 0.5 * s));
}

/** cos(r + low) for |r| ≤ π/4; 1 − r²/2 is taken with its rounding error. */
function cosineKernel(r: number, low: number): number {
  const s = r * r;
  const series =
    1 / 24 +
    s *
      (-1 / 720 +
        s * (1 / 40320 + s * (-1 / 3628800 + s * (1 / 479001600 + s * (-1 / 87178291200 + s * (1 / 20922789888000))))));
  const half = 0.5 * s;
  const head = 1 - half;
  return head + (1 - head - half + (s * s * series - r * low));
}

/**
 * sin x within 1 ulp for every finite x, huge ones included; NaN at ±∞.
 *
 * @example
 * sin(0); // => 0
 */
export function sin(x: number): number {
  if (Math.abs(x) < 2 ** -27) return x;
  if (!Number.isFinite(x)) return NaN;
  reduceToOctant(x, reduced);
  const { quadrant, high, low } = reduced;
  const value = (quadrant & 1) === 0 ? sineKernel(high, low) : cosineKernel(high, low);
  return quadrant < 2 ? value : -value;
}

/**
 * cos x within 1 ulp for every finite x, huge ones included; NaN at ±∞.
 *
 * @example
 * cos(0); // => 1
 */
export function cos(x: number): number {
  if (!Number.isFinite(x)) return NaN;
  reduceToOctant(x, reduced);
  const { quadrant, high, low } = reduced;
  const value = (quadrant & 1) === 0 ? cosineKernel(high, low) : sineKernel(high, low);
  return quadrant === 1 || quadrant === 2 ? -value : value;
}
