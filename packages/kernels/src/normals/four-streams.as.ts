// Normals of four streams at once, one stream a lane. A four is a block of 16 words: a of every lane, then b, c and d.
// The draws come out zipped: the first of every lane, then the second of every lane, …; see `zipped-rows.as.ts`.

import { settle, SIGNED_LAYER_MASK } from "./ziggurat.as";

/** Bytes of a four. */
export const FOUR: usize = 64;
/** The upper halves of 2⁵² and of 2⁸⁴: under them, 32 bits are a double as they stand. */
const EXPONENT_52: i32 = 0x43300000;
const EXPONENT_84: i32 = 0x45300000;
/** 2⁸⁴ + 2⁵² */
const BOTH: f64 = 19342813118337666422669312.0;

/**
 * Writes `count` draws of N(0, 1) of each of 4·fours streams, one four after another.
 *
 * @param states fours, read and overwritten
 * @param scratch room for a four and a word of every lane
 * @param tables see `ziggurat.as.ts`
 */
export function fillFours(states: usize, fours: i32, scratch: usize, tables: usize, into: usize, count: i32): void {
  const end = states + <usize>fours * FOUR;
  for (; states < end; states += FOUR) {
    fillFour(states, scratch, tables, into, count);
    into += (<usize>count) << 5;
  }
}

function fillFour(state: usize, scratch: usize, tables: usize, into: usize, count: i32): void {
  let a = v128.load(state);
  let b = v128.load(state, 16);
  let c = v128.load(state, 32);
  let d = v128.load(state, 48);
  const start = i32x4.splat(<i32>tables);
  const end = into + ((<usize>count) << 5);
  for (; into < end; into += 32) {
    let sum = i32x4.add(a, d);
    const bits = i32x4.add(rotateLeft(sum, 7), a);
    c = v128.xor(c, a);
    d = v128.xor(d, b);
    let next = v128.xor(b, c);
    a = v128.xor(a, d);
    c = v128.xor(c, i32x4.shl(b, 9));
    d = rotateLeft(d, 11);
    b = next;

    sum = i32x4.add(a, d);
    const low = i32x4.add(rotateLeft(sum, 7), a);
    c = v128.xor(c, a);
    d = v128.xor(d, b);
    next = v128.xor(b, c);
    a = v128.xor(a, d);
    c = v128.xor(c, i32x4.shl(b, 9));
    d = rotateLeft(d, 11);
    b = next;

    const high = i32x4.shr_u(bits, 11);
    const place = i32x4.add(start, i32x4.shl(v128.and(bits, i32x4.splat(SIGNED_LAYER_MASK)), 4));
    const layer0 = v128.load(<usize>i32x4.extract_lane(place, 0));
    const layer1 = v128.load(<usize>i32x4.extract_lane(place, 1));
    const layer2 = v128.load(<usize>i32x4.extract_lane(place, 2));
    const layer3 = v128.load(<usize>i32x4.extract_lane(place, 3));
    const x01 = f64x2.mul(wholeNumbers01(high, low), v128.shuffle<f64>(layer0, layer1, 0, 2));
    const x23 = f64x2.mul(wholeNumbers23(high, low), v128.shuffle<f64>(layer2, layer3, 0, 2));
    v128.store(into, x01);
    v128.store(into, x23, 16);

    const outside01 = f64x2.ge(f64x2.abs(x01), v128.shuffle<f64>(layer0, layer1, 1, 3));
    const outside23 = f64x2.ge(f64x2.abs(x23), v128.shuffle<f64>(layer2, layer3, 1, 3));
    let outside: u32 = i32x4.bitmask(v128.shuffle<i32>(outside01, outside23, 0, 2, 4, 6));
    if (outside) {
      v128.store(scratch, a);
      v128.store(scratch, b, 16);
      v128.store(scratch, c, 32);
      v128.store(scratch, d, 48);
      v128.store(scratch, bits, FOUR);
      do {
        const s = ctz(outside);
        const lane = scratch + (s << 2);
        const at = into + ((<usize>s) << 3);
        store<f64>(at, settle(lane, tables, load<u32>(lane, FOUR), load<f64>(at)));
        // Not all lanes at once: a vector that was just written word by word is slow to read.
        const only = i32x4.eq(i32x4.splat(s), i32x4(0, 1, 2, 3));
        a = v128.bitselect(v128.load32_splat(lane), a, only);
        b = v128.bitselect(v128.load32_splat(lane, 16), b, only);
        c = v128.bitselect(v128.load32_splat(lane, 32), c, only);
        d = v128.bitselect(v128.load32_splat(lane, 48), d, only);
        outside &= outside - 1;
      } while (outside);
    }
  }
  v128.store(state, a);
  v128.store(state, b, 16);
  v128.store(state, c, 32);
  v128.store(state, d, 48);
}

function rotateLeft(words: v128, bits: i32): v128 {
  return v128.or(i32x4.shl(words, bits), i32x4.shr_u(words, 32 - bits));
}

/** high·2³² + low of lanes 0 and 1: 2⁸⁴ + high·2³² and 2⁵² + low are doubles, and so is every sum on the way. */
function wholeNumbers01(high: v128, low: v128): v128 {
  const upper = v128.shuffle<i32>(high, i32x4.splat(EXPONENT_84), 0, 4, 1, 5);
  const lower = v128.shuffle<i32>(low, i32x4.splat(EXPONENT_52), 0, 4, 1, 5);
  return f64x2.add(f64x2.sub(upper, f64x2.splat(BOTH)), lower);
}

/** The same of lanes 2 and 3. */
function wholeNumbers23(high: v128, low: v128): v128 {
  const upper = v128.shuffle<i32>(high, i32x4.splat(EXPONENT_84), 2, 6, 3, 7);
  const lower = v128.shuffle<i32>(low, i32x4.splat(EXPONENT_52), 2, 6, 3, 7);
  return f64x2.add(f64x2.sub(upper, f64x2.splat(BOTH)), lower);
}
