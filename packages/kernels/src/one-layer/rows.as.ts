// W z = Σ rows (row·z) row, from the n rows themselves.

import { drawNormals } from "./draw.as";
import { rowBytes, Strip } from "./strip.as";
import { plusProduct } from "../wasm/products.as";

/** Rows of a context that are drawn and summed at once. */
export const CHUNK = 4;

/** Rows whose sum is rounded by itself, so that errors do not grow with the length of a context. */
const BLOCK_ROWS = 64 * CHUNK;

/** Whether a block ends before this row. Contexts of one block need no totals. */
export function endsBlock(strip: Strip, row: i32): bool {
  const rows = <i32>strip.contextLength;
  return rows > BLOCK_ROWS && (row >= rows || row % BLOCK_ROWS == 0);
}

/** W p and W k, where `direction` holds p itself. Each chunk of rows is drawn over the last one, at `first`. */
export function contractRows<T>(strip: Strip): void {
  const chunk = CHUNK * strip.width;
  const size = <usize>strip.width * strip.stride;
  clearSums(strip);
  const rows = <i32>strip.contextLength;
  for (let row = 0; row < rows;) {
    drawNormals<T>(strip, strip.first, chunk);
    const left = rows - row;
    if (left < CHUNK) memory.fill(strip.first + <usize>left * size, 0, <usize>(CHUNK - left) * size);
    for (let at: usize = 0; at < rowBytes<T>(strip); at += 16) addChunk<T>(strip, at, size);
    row += CHUNK;
    if (!endsBlock(strip, row)) continue;
    for (let at: usize = 0; at < rowBytes<T>(strip); at += 16) closeBlock<T>(strip, at, size, row >= rows);
  }
}

/** Begins the sums over a context. */
export function clearSums(strip: Strip): void {
  const size = <usize>strip.width * strip.stride;
  memory.fill(strip.attended, 0, size);
  memory.fill(strip.contracted, 0, size);
  if (strip.contextLength > BLOCK_ROWS) memory.fill(strip.totals, 0, 4 * size);
}

/** Moves the sums of a block, of one vector of prompts, to the totals; and the totals to their place after the last. */
export function closeBlock<T>(strip: Strip, at: usize, size: usize, isLast: bool): void {
  addToTotal<T>(strip.attended + at, strip.totals + at, size, strip.stride, isLast);
  addToTotal<T>(strip.contracted + at, strip.totals + 2 * size + at, size, strip.stride, isLast);
}

/** Kahan's sum: what the rounding of a total loses stands `size` bytes behind it, and is taken from the next block. */
function addToTotal<T>(sums: usize, totals: usize, size: usize, stride: usize, isLast: bool): void {
  for (const end = sums + size; sums < end; sums += stride) {
    const total = v128.load(totals);
    const term = v128.sub<T>(v128.load(sums), v128.load(totals + size));
    const next = v128.add<T>(total, term);
    v128.store(totals, next);
    v128.store(totals + size, v128.sub<T>(v128.sub<T>(next, total), term));
    v128.store(sums, isLast ? next : i32x4.splat(0));
    totals += stride;
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
    value0 = plusProduct<T>(value0, p, z0);
    score0 = plusProduct<T>(score0, k, z0);
    const z1 = v128.load(z + row + size);
    value1 = plusProduct<T>(value1, p, z1);
    score1 = plusProduct<T>(score1, k, z1);
    const z2 = v128.load(z + row + 2 * size);
    value2 = plusProduct<T>(value2, p, z2);
    score2 = plusProduct<T>(score2, k, z2);
    const z3 = v128.load(z + row + 3 * size);
    value3 = plusProduct<T>(value3, p, z3);
    score3 = plusProduct<T>(score3, k, z3);
  }
  for (let row = at; row < end; row += stride) {
    const z0 = v128.load(z + row);
    const z1 = v128.load(z + row + size);
    const z2 = v128.load(z + row + 2 * size);
    const z3 = v128.load(z + row + 3 * size);
    let a = v128.load(strip.attended + row);
    let c = v128.load(strip.contracted + row);
    a = plusProduct<T>(a, value0, z0);
    c = plusProduct<T>(c, score0, z0);
    a = plusProduct<T>(a, value1, z1);
    c = plusProduct<T>(c, score1, z1);
    a = plusProduct<T>(a, value2, z2);
    c = plusProduct<T>(c, score2, z2);
    a = plusProduct<T>(a, value3, z3);
    c = plusProduct<T>(c, score3, z3);
    v128.store(strip.attended + row, a);
    v128.store(strip.contracted + row, c);
  }
}
