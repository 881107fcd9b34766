// exp of `@onestep/core`, operation by operation, for arguments whose exponential is a normal number: a call out of
// WebAssembly would take longer than the function itself.

const LN2: f64 = 0.6931471805599453;
const LN2_HIGH: f64 = 0.6931471803691238;
const LN2_LOW: f64 = 1.9082149292705877e-10;
const EXPONENT_BIAS: i64 = 1023;
const MANTISSA_BITS: i64 = 52;

/** eˣ for −708 ≤ x ≤ 709. */
export function exp(x: f64): f64 {
  const k = floor(x / LN2 + 0.5);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const q = r - cothDefect(r * r);
  const head = 1 + high;
  const lost = high - (head - 1);
  return (head + (lost + ((r * q) / (2 - q) - low))) * reinterpret<f64>((<i64>k + EXPONENT_BIAS) << MANTISSA_BITS);
}

/** δ in y·coth(y/2) = 2 + δ, with s = y². */
function cothDefect(s: f64): f64 {
  return (
    s *
    (1.0 / 6.0 +
      s *
        (-1.0 / 360.0 +
          s * (1.0 / 15120.0 + s * (-1.0 / 604800.0 + s * (1.0 / 23950080.0 + s * (-691.0 / 653837184000.0))))))
  );
}
