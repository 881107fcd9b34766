// Runs the instructions of a program (see `program.ts`) on a strip of prompts.

import { multiply, VECTOR } from "../products/multiply.as";
import { addOuterProducts } from "../products/outer-products.as";
import { applyGram } from "./gram.as";
import { multiplyLanes } from "./lane-products.as";
import { sumOuterLanes } from "./outer-lanes.as";
import { packGram, symmetrize, unpackGram } from "./whole-gram.as";
import { plusProduct } from "../wasm/products.as";

/** The operations, numbered as in `encode.ts`; each is followed by its operands, most of them pointers. */
const END = 0;
const MULTIPLY = 1;
const MULTIPLY_MATRIX = 2;
const MULTIPLY_ROWS = 3;
const APPLY_GRAM = 4;
const ADD = 5;
const READ_OUT = 6;
const OUTER = 7;
const OUTER_MATRIX = 8;
const SUM = 9;
const MULTIPLY_LANES = 10;
const SYMMETRIZE = 11;
const UNPACK = 12;
const PACK = 13;
const SUM_OWN_OUTER = 14;

/**
 * @param at the instructions, i32 each
 * @param width m = d + 1; `rows` is m rounded up to a multiple of 3
 * @param gram H of every prompt, in triangles
 * @param responses y_q, a row of vectors, and behind it a row of masks: all bits of a prompt that counts
 * @param losses a vector, to which squared residuals are added
 */
export function runProgram<T>(
  at: usize,
  width: i32,
  rows: i32,
  gram: usize,
  responses: usize,
  losses: usize,
  vectors: i32,
): void {
  const stride = <usize>vectors * VECTOR;
  const row = <usize>rows * stride;
  for (;;) {
    const a: usize = load<u32>(at, 4);
    const b: usize = load<u32>(at, 8);
    const c: usize = load<u32>(at, 12);
    const d: usize = load<u32>(at, 16);
    switch (load<i32>(at)) {
      case END:
        return;
      case MULTIPLY: // S, x, base, into
        multiply<T>(a, rows, width, b, c, d, vectors, stride);
        at += 20;
        break;
      case MULTIPLY_MATRIX: // S, X, base, into
        multiply<T>(a, rows, width, b, c, d, rows * vectors, row);
        at += 20;
        break;
      case MULTIPLY_ROWS: // Sᵀ, X, base, into: X S
        for (let i: usize = 0; i < row * <usize>rows; i += row) {
          multiply<T>(a, rows, width, b + i, c ? c + i : 0, d + i, vectors, stride);
        }
        at += 20;
        break;
      case APPLY_GRAM: // x, base, into
        applyGram<T>(gram, rows, a, b, c, vectors, stride);
        at += 16;
        break;
      case ADD: // x, y, into
        add<T>(a, b, c, row);
        at += 16;
        break;
      case READ_OUT: // query, left, right, their derivatives
        readOut<T>(width, a, b, c, d, load<u32>(at, 20), load<u32>(at, 24), responses, losses, stride, row);
        at += 28;
        break;
      case OUTER: // sums, pairs, count
        addOuterProducts<T>(b, <i32>c, rows, rows, a, vectors, stride, stride);
        at += 16;
        break;
      case OUTER_MATRIX: // sums, a pair: Σ X Yᵀ
        addOuterProducts<T>(b, 1, rows, rows, a, rows * vectors, row, row);
        at += 12;
        break;
      case SUM: // sums, x
        addVectors<T>(a, b, row, stride);
        at += 12;
        break;
      case MULTIPLY_LANES: // x, y, base, into, the sizes, the steps
        multiplyLanes<T>(
          load<i32>(at, 20),
          load<i32>(at, 24),
          load<i32>(at, 28),
          a,
          load<u32>(at, 32),
          load<u32>(at, 36),
          b,
          load<u32>(at, 40),
          load<u32>(at, 44),
          c,
          d,
          load<u32>(at, 48),
          load<u32>(at, 52),
          vectors,
        );
        at += 56;
        break;
      case SYMMETRIZE: // X, base, into
        symmetrize<T>(a, rows, b, c, stride);
        at += 16;
        break;
      case UNPACK: // into
        unpackGram(gram, rows, a, stride);
        at += 8;
        break;
      case PACK: // X
        packGram(a, rows, gram, stride);
        at += 8;
        break;
      case SUM_OWN_OUTER: // pairs, count, into
        sumOuterLanes<T>(a, <i32>b, rows, c, stride);
        at += 16;
        break;
      default:
        unreachable();
    }
  }
}

function add<T>(x: usize, y: usize, into: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += VECTOR) {
    v128.store(into + at, v128.add<T>(v128.load(x + at), v128.load(y + at)));
  }
}

/** Adds the vectors of each row to one: `sums` has a vector a row. */
function addVectors<T>(sums: usize, x: usize, bytes: usize, stride: usize): void {
  for (const end = x + bytes; x < end; x += stride) {
    let sum = v128.load(sums);
    for (let at: usize = 0; at < stride; at += VECTOR) sum = v128.add<T>(sum, v128.load(x + at));
    v128.store(sums, sum);
    sums += VECTOR;
  }
}

/**
 * −ŷ = q_m + ⟨left, right⟩, the residual r = ŷ − y_q, and with s = ∂r²/∂(−ŷ) = −2r the derivatives s e, s right and
 * s left.
 */
function readOut<T>(
  width: i32,
  query: usize,
  left: usize,
  right: usize,
  queryBar: usize,
  leftBar: usize,
  rightBar: usize,
  responses: usize,
  losses: usize,
  stride: usize,
  bytes: usize,
): void {
  const last = (<usize>width - 1) * stride;
  for (let q: usize = 0; q < stride; q += VECTOR) {
    let sum = v128.load(query + last + q);
    for (let at = q; at < bytes; at += stride) {
      sum = plusProduct<T>(sum, v128.load(left + at), v128.load(right + at));
    }
    const negative = v128.and(v128.add<T>(sum, v128.load(responses + q)), v128.load(responses + stride + q)); // −r
    v128.store(losses, plusProduct<T>(v128.load(losses), negative, negative));
    const s = v128.add<T>(negative, negative);
    for (let at = q; at < bytes; at += stride) {
      v128.store(queryBar + at, i32x4.splat(0));
      v128.store(leftBar + at, v128.mul<T>(s, v128.load(right + at)));
      v128.store(rightBar + at, v128.mul<T>(s, v128.load(left + at)));
    }
    v128.store(queryBar + last + q, s);
  }
}
