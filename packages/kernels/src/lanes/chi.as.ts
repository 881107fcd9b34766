// Lengths of normal vectors on lanes.

import { log64 } from "./logarithm.as";
import { normal } from "./normals.as";
import { FOUR } from "./open-lanes.as";
import { nextWords, uniform, upperHalf, widened } from "./words.as";

/** Keeps the quick test clear of the exact one where rounding could tell them apart. */
const SQUEEZE_TOP: f64 = 0.99999904632568359375; // 1 − 2⁻²⁰

/**
 * Fills a row with draws of χ_k, one of each of the 4·fours prompts: the square root of twice a Gamma(k/2), by the method
 * of Marsaglia and Tsang. χ₀ is 0 and draws nothing.
 *
 * With D = k/2 − ⅓, c² = 1/(9D), a normal x and v = (1 + cx)³, 2Dv is kept where ln U < x²/2 + D(1 − v + ln v). Sure to
 * be kept is U < 1 − 0.1986 c²x⁴: it is their 1 − 0.0331x⁴ at k = 2, and stays below the exact bound for larger k, since
 * in y = cx the bound's logarithm is D times one function of y, and ln(1 − Dz)/D decreases in D.
 *
 * In f32 the two constants are rounded, which is a bias of up to 2⁻²⁴ of the length: at the largest k, 2²⁴, less than a
 * thousandth of its spread.
 *
 * A lane that is refused draws again by itself. What the quick test leaves open is settled in f64, so that f32 and f64
 * keep the same draws.
 *
 * @param degrees k, a whole number
 */
export function chi<T>(states: usize, fours: i32, into: usize, degrees: f64): void {
  const end = states + <usize>fours * FOUR;
  for (; states < end; states += FOUR) {
    if (degrees == 0) store0<T>(into);
    else if (degrees == 1) storeLength<T>(states, into);
    else storeRoot<T>(states, into, degrees);
    into += 4 * sizeof<T>();
  }
}

function store0<T>(at: usize): void {
  v128.store(at, i32x4.splat(0));
  if (sizeof<T>() == 8) v128.store(at, i32x4.splat(0), 16);
}

/** χ₁ = |N(0, 1)|. */
function storeLength<T>(state: usize, at: usize): void {
  const radii = nextWords(state);
  const angles = nextWords(state);
  v128.store(at, v128.abs<T>(normal<T>(radii, angles)));
  if (sizeof<T>() == 8) v128.store(at, f64x2.abs(normal<T>(upperHalf(radii), upperHalf(angles))), 16);
}

function storeRoot<T>(state: usize, at: usize, degrees: f64): void {
  const shape = 0.5 * degrees - 1.0 / 3.0; // D
  const c = 1 / sqrt(9 * shape);
  let open = i32x4.splat(-1);
  do {
    const before0 = v128.load(state);
    const before1 = v128.load(state, 16);
    const before2 = v128.load(state, 32);
    const before3 = v128.load(state, 48);
    const radii = nextWords(state);
    const angles = nextWords(state);
    const heights = nextWords(state);
    v128.store(state, v128.bitselect(v128.load(state), before0, open));
    v128.store(state, v128.bitselect(v128.load(state, 16), before1, open), 16);
    v128.store(state, v128.bitselect(v128.load(state, 32), before2, open), 32);
    v128.store(state, v128.bitselect(v128.load(state, 48), before3, open), 48);

    let kept = propose<T>(at, open, radii, angles, heights, shape, c);
    if (sizeof<T>() == 8) {
      const others = propose<T>(
        at + 16,
        upperHalf(open),
        upperHalf(radii),
        upperHalf(angles),
        upperHalf(heights),
        shape,
        c,
      );
      kept = narrowed(kept, others);
    }
    if (!i32x4.all_true(kept)) {
      kept = narrowed(
        isBelowBound(radii, angles, heights, shape, c),
        isBelowBound(upperHalf(radii), upperHalf(angles), upperHalf(heights), shape, c),
      );
    }
    open = v128.andnot(open, kept);
  } while (v128.any_true(open));
}

/** Stores √(2Dv) in the open lanes, and says where it is sure to be kept. */
function propose<T>(at: usize, open: v128, radii: v128, angles: v128, heights: v128, shape: f64, c: f64): v128 {
  const x = normal<T>(radii, angles);
  const root = v128.add<T>(v128.splat<T>(<T>1), v128.mul<T>(v128.splat<T>(<T>c), x));
  const length = v128.mul<T>(v128.mul<T>(v128.splat<T>(<T>sqrt(2 * shape)), root), v128.sqrt<T>(root));
  v128.store(at, v128.bitselect(length, v128.load(at), widened<T>(open)));
  const square = v128.mul<T>(x, x);
  const squeeze = v128.mul<T>(v128.splat<T>(<T>(0.1986 * c * c)), v128.mul<T>(square, square));
  return v128.lt<T>(uniform<T>(heights), v128.sub<T>(v128.splat<T>(<T>SQUEEZE_TOP), squeeze));
}

/** The exact test of the first two lanes. */
function isBelowBound(radii: v128, angles: v128, heights: v128, shape: f64, c: f64): v128 {
  const x = normal<f64>(radii, angles);
  const root = f64x2.add(f64x2.splat(1), f64x2.mul(f64x2.splat(c), x));
  const positive = f64x2.gt(root, f64x2.splat(0));
  const cube = f64x2.mul(f64x2.mul(root, root), root);
  const inner = f64x2.add(f64x2.sub(f64x2.splat(1), cube), log64(cube));
  const bound = f64x2.add(f64x2.mul(f64x2.mul(f64x2.splat(0.5), x), x), f64x2.mul(f64x2.splat(shape), inner));
  return v128.and(positive, f64x2.lt(log64(uniform<f64>(heights)), bound));
}

/** One lane of 32 bits from each of 64. */
function narrowed(first: v128, second: v128): v128 {
  return v128.shuffle<i32>(first, second, 0, 2, 4, 6);
}
