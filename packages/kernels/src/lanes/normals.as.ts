// Normals on lanes, by Box and Muller: two words make two of them, and no lane ever waits for another.

import { angle, cosine, opposite, sine, swapped } from "./circle.as";
import { minusLog } from "./logarithm.as";
import { FOUR } from "./open-lanes.as";
import { rotateLeft, upperHalf } from "./words.as";

/**
 * Fills `rows` rows with draws of N(0, 1). A row holds one number of each of the 4·fours prompts, in their order.
 *
 * @param states fours, read and overwritten: every lane moves on by `rows` words
 * @param rows an even number
 * @param stride bytes from row to row
 */
export function normals<T>(states: usize, fours: i32, into: usize, rows: i32, stride: usize): void {
  const end = states + <usize>fours * FOUR;
  for (; states < end; states += FOUR) {
    fillFour<T>(states, into, stride, into + <usize>rows * stride);
    into += 4 * sizeof<T>();
  }
}

function fillFour<T>(state: usize, at: usize, stride: usize, end: usize): void {
  let a = v128.load(state);
  let b = v128.load(state, 16);
  let c = v128.load(state, 32);
  let d = v128.load(state, 48);
  for (; at < end; at += 2 * stride) {
    const radii = i32x4.add(rotateLeft(i32x4.add(a, d), 7), a);
    c = v128.xor(c, a);
    d = v128.xor(d, b);
    let next = v128.xor(b, c);
    a = v128.xor(a, d);
    c = v128.xor(c, i32x4.shl(b, 9));
    d = rotateLeft(d, 11);
    b = next;

    const angles = i32x4.add(rotateLeft(i32x4.add(a, d), 7), a);
    c = v128.xor(c, a);
    d = v128.xor(d, b);
    next = v128.xor(b, c);
    a = v128.xor(a, d);
    c = v128.xor(c, i32x4.shl(b, 9));
    d = rotateLeft(d, 11);
    b = next;

    storePair<T>(at, at + stride, radii, angles);
    if (sizeof<T>() == 8) storePair<T>(at + 16, at + stride + 16, upperHalf(radii), upperHalf(angles));
  }
  v128.store(state, a);
  v128.store(state, b, 16);
  v128.store(state, c, 32);
  v128.store(state, d, 48);
}

/** The point of the plane that two words stand for. */
function storePair<T>(first: usize, second: usize, radii: v128, angles: v128): void {
  const r = radius<T>(radii, angles);
  const x = angle<T>(angles);
  const s = v128.mul<T>(x, x);
  const cos = cosine<T>(s);
  const sin = sine<T>(x, s);
  const swap = swapped<T>(angles);
  v128.store(first, v128.mul<T>(r, v128.bitselect(sin, cos, swap)));
  v128.store(second, v128.mul<T>(r, v128.bitselect(cos, sin, swap)));
}

/** The first of the two normals alone. */
export function normal<T>(radii: v128, angles: v128): v128 {
  const x = angle<T>(angles);
  const s = v128.mul<T>(x, x);
  return v128.mul<T>(radius<T>(radii, angles), v128.bitselect(sine<T>(x, s), cosine<T>(s), swapped<T>(angles)));
}

/** ±√(−2 ln u): the sign takes the point to the other half of the circle. */
function radius<T>(radii: v128, angles: v128): v128 {
  const minusLn = minusLog<T>(radii);
  return v128.xor(v128.sqrt<T>(v128.add<T>(minusLn, minusLn)), opposite<T>(angles));
}
