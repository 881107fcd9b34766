// Residuals of a strip, and its sums over prompts.

import { multiply } from "../products/multiply.as";
import { addOuterProducts, reduceSums, sumLanes } from "../products/outer-products.as";
import { rowBytes, Strip, vectorsOf } from "./strip.as";
import { minusProduct, plusProduct } from "../wasm/products.as";

/** k = M v_q. */
export function makeKeys<T>(strip: Strip, query: usize): void {
  const vectors = vectorsOf<T>(strip);
  multiply<T>(strip.keyPanels, strip.widthTiled, strip.dimension, query, 0, strip.keys, vectors, strip.stride);
}

/** Where the sum of squared residuals stands: behind the sums of ∂u. */
function lossSum(strip: Strip): usize {
  return strip.valueSums + ((<usize>strip.width) << 4);
}

/** ŷ − y_q = (W p)·k − w·x_q − σε_q of each prompt, and the sum of its squares. Everything is still pulled back. */
export function addSquaredResiduals<T>(strip: Strip): void {
  const bytes = rowBytes<T>(strip);
  const stride = strip.stride;
  const size = <usize>strip.dimension * stride;
  const deviation = v128.splat<T>(<T>strip.noiseDeviation);
  let loss = v128.load(lossSum(strip));
  for (let at: usize = 0; at < bytes; at += 16) {
    const end = at + size;
    const last = v128.mul<T>(v128.load(strip.attended + end), v128.load(strip.keys + end));
    let sum = minusProduct<T>(last, deviation, v128.load(strip.noise + at));
    for (let row = at; row < end; row += stride) {
      sum = plusProduct<T>(sum, v128.load(strip.attended + row), v128.load(strip.keys + row));
      sum = minusProduct<T>(sum, v128.load(strip.task + row), v128.load(strip.query + row));
    }
    sum = v128.mul<T>(sum, v128.load(strip.weights + at));
    v128.store(strip.residual + at, sum);
    loss = plusProduct<T>(loss, sum, sum);
  }
  v128.store(lossSum(strip), loss);
}

/** The residual w − Mᵀ G u of the coefficients of x_q, in place of that of one query, and the sum of its squares. */
export function addSquaredDeviations<T>(strip: Strip): void {
  const stride = strip.stride;
  const task = strip.task;
  const attended = strip.attended;
  const residual = strip.residual;
  const vectors = vectorsOf<T>(strip);
  multiply<T>(
    strip.minusTransposedPanels,
    strip.dimensionTiled,
    strip.width,
    attended,
    task,
    residual,
    vectors,
    stride,
  );
  const bytes = rowBytes<T>(strip);
  let loss = v128.load(lossSum(strip));
  for (let i: usize = 0; i < <usize>strip.dimension; i++) {
    const row = residual + i * stride;
    for (let at: usize = 0; at < bytes; at += 16) {
      const entry = v128.mul<T>(v128.load(row + at), v128.load(strip.weights + at));
      v128.store(row + at, entry);
      loss = plusProduct<T>(loss, entry, entry);
    }
  }
  v128.store(lossSum(strip), loss);
}

/** Multiplies the m rows by the prompts' residuals. */
export function weigh<T>(strip: Strip, rows: usize): void {
  const bytes = rowBytes<T>(strip);
  for (let i = 0; i < strip.width; i++) {
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(rows + at, v128.mul<T>(v128.load(rows + at), v128.load(strip.residual + at)));
    }
    rows += strip.stride;
  }
}

/** ∂u: the sum of `contracted` over prompts. */
export function addValueSums<T>(strip: Strip): void {
  const bytes = rowBytes<T>(strip);
  let row = strip.contracted;
  for (let i: usize = 0; i < <usize>strip.width; i++) {
    const to = strip.valueSums + (i << 4);
    let sum = v128.load(to);
    for (let at: usize = 0; at < bytes; at += 16) sum = v128.add<T>(sum, v128.load(row + at));
    v128.store(to, sum);
    row += strip.stride;
  }
}

/** ∂M: the sum over prompts of the outer products of `attended` with these rows. */
export function addKeySums<T>(strip: Strip, rows: usize): void {
  const outerPair = strip.outerPair;
  const widthTiled = strip.widthTiled;
  const dimensionTiled = strip.dimensionTiled;
  const keySums = strip.keySums;
  const stride = strip.stride;
  store<u32>(outerPair, <u32>strip.attended);
  store<u32>(outerPair, <u32>rows, 4);
  addOuterProducts<T>(outerPair, 1, widthTiled, dimensionTiled, keySums, vectorsOf<T>(strip), stride, stride);
}

/** Writes the sums in f64, ∂M `[widthTiled, dimensionTiled]`, ∂u `[m]` and the loss, and clears them. */
export function takeSums<T>(strip: Strip, into: usize): void {
  reduceSums<T>(strip.keySums, strip.widthTiled, strip.dimensionTiled, into);
  const keys = <usize>strip.widthTiled * <usize>strip.dimensionTiled;
  sumLanes<T>(strip.valueSums, strip.width + 1, into + (keys << 3));
}
