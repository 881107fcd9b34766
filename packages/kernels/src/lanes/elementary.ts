// The elementary functions of `@onestep/core`, bit for bit, on the few arguments that draws have: what core spends on
// huge and on tiny ones would be most of their time.

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
/** 2ᵏ⁻³² for a word with k leading zeros, half a unit added: what takes it into [1, 2). */
const scales: Float64Array = Float64Array.from({ length: 33 }, (_, k) => 2 ** (k - 31));

/** −ln((word + ½)·2⁻³²) for 0 ≤ word < 2³². */
export function minusLog(word: number): number {
  const zeros = Math.clz32(word);
  const m = (word + 0.5) * scales[zeros];
  // 1 above √2, else 0, without a branch that nothing predicts: no m comes near enough to √2 to be rounded to it.
  const above = Math.floor(Math.SQRT1_2 * m);
  const f = m * (1 - 0.5 * above) - 1;
  const k = zeros + 1 - above; // u = (1 + f)·2⁻ᵏ
  return k * LN2_HIGH - (f + (logarithmDefect(f) - k * LN2_LOW));
}

/** ln(1 + f) − f for √½ ≤ 1 + f ≤ √2. */
function logarithmDefect(f: number): number {
  const s = f / (2 + f);
  const t = s * s;
  const u = t * t;
  const odd = t * (2 / 3 + u * (2 / 7 + u * (2 / 11 + u * (2 / 15 + u * (2 / 19)))));
  const even = u * (2 / 5 + u * (2 / 9 + u * (2 / 13 + u * (2 / 17 + u * (2 / 21)))));
  const half = 0.5 * f * f;
  return s * (half + (odd + even)) - half;
}

/** sin x for |x| ≤ π/4, s = x². */
export function sine(x: number, s: number): number {
  const series =
    -1 / 6 +
    s *
      (1 / 120 +
        s *
          (-1 / 5040 +
            s *
              (1 / 362880 +
                s * (-1 / 39916800 + s * (1 / 6227020800 + s * (-1 / 1307674368000 + s * (1 / 355687428096000)))))));
  return x + x * s * series;
}

/** cos x for |x| ≤ π/4, s = x². */
export function cosine(s: number): number {
  const series =
    1 / 24 +
    s *
      (-1 / 720 +
        s * (1 / 40320 + s * (-1 / 3628800 + s * (1 / 479001600 + s * (-1 / 87178291200 + s * (1 / 20922789888000))))));
  const half = 0.5 * s;
  const head = 1 - half;
  return head + (1 - head - half + s * s * series);
}
