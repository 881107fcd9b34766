// W z = Σ rows (row·z) row, from the n rows themselves.

import { drawNormals } from "./draw.as";
import { rowBytes, Strip } from "./strip.as";

/** Rows of a context that are drawn and summed at once. */
export const CHUNK = 4;

/** W p and W k, where `direction` holds p itself. Each chunk of rows is drawn over the last one, at `first`. */
export function contractRows<T>(strip: Strip): void {
  const chunk = CHUNK * strip.width;
  const size = <usize>strip.width * strip.stride;
  memory.fill(strip.attended, 0, size);
  memory.fill(strip.contracted, 0, size);
  for (let left = <i32>strip.contextLength; left > 0; left -= CHUNK) {
    drawNormals<T>(strip, strip.first, chunk);
    if (left < CHUNK) memory.fill(strip.first + <usize>left * size, 0, <usize>(CHUNK - left) * size);
    for (let at: usize = 0; at < rowBytes<T>(strip); at += 16) addChunk<T>(strip, at, size);
  }
}

/** Adds the chunk of rows at `first`, of one vector of prompts. */
export function addChunk<T>(strip: Strip, at: usize, size: usize): void {
  const stride = strip.stride;
  const end = at + size;
  let z = strip.first;
  let value0 = i32x4.splat(0);
  let value1 = value0;
  let value2 = value0;
  let value3 = value0;
  let score0 = value0;
  let score1 = value0;
  let score2 = value0;
  let score3 = value0;
  for (let row = at; row < end; row += stride) {
    const p = v128.load(strip.direction + row);
    const k = v128.load(strip.keys + row);
    const z0 = v128.load(z + row);
    value0 = v128.add<T>(value0, v128.mul<T>(p, z0));
    score0 = v128.add<T>(score0, v128.mul<T>(k, z0));
    const z1 = v128.load(z + row + size);
    value1 = v128.add<T>(value1, v128.mul<T>(p, z1));
    score1 = v128.add<T>(score1, v128.mul<T>(k, z1));
    const z2 = v128.load(z + row + 2 * size);
    value2 = v128.add<T>(value2, v128.mul<T>(p, z2));
    score2 = v128.add<T>(score2, v128.mul<T>(k, z2));
    const z3 = v128.load(z + row + 3 * size);
    value3 = v128.add<T>(value3, v128.mul<T>(p, z3));
    score3 = v128.add<T>(score3, v128.mul<T>(k, z3));
  }
  for (let row = at; row < end; row += stride) {
    const z0 = v128.load(z + row);
    const z1 = v128.load(z + row + size);
    const z2 = v128.load(z + row + 2 * size);
    const z3 = v128.load(z + row + 3 * size);
    let a = v128.load(strip.attended + row);
    let c = v128.load(strip.contracted + row);
    a = v128.add<T>(a, v128.mul<T>(value0, z0));
    c = v128.add<T>(c, v128.mul<T>(score0, z0));
    a = v128.add<T>(a, v128.mul<T>(value1, z1));
    c = v128.add<T>(c, v128.mul<T>(score1, z1));
    a = v128.add<T>(a, v128.mul<T>(value2, z2));
    c = v128.add<T>(c, v128.mul<T>(score2, z2));
    a = v128.add<T>(a, v128.mul<T>(value3, z3));
    c = v128.add<T>(c, v128.mul<T>(score3, z3));
    v128.store(strip.attended + row, a);
    v128.store(strip.contracted + row, c);
  }
}
