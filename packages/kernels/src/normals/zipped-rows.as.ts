// What is made of the zipped draws of fours: entry k of all four lanes stands side by side, 4 × f64, before entry k + 1.
// Every sum runs in the order of its terms, in each lane by itself.

/** xᵢ ← δᵢxᵢ for each of some rows of `dimension` entries. */
export function scaleRows(values: usize, rows: i32, dimension: i32, deviations: usize): void {
  const rowBytes = (<usize>dimension) << 5;
  for (const end = values + <usize>rows * rowBytes; values < end;) {
    for (let delta = deviations, last = values + rowBytes; values < last; values += 32, delta += 8) {
      const deviation = v128.load64_splat(delta);
      v128.store(values, f64x2.mul(deviation, v128.load(values)));
      v128.store(values, f64x2.mul(deviation, v128.load(values, 16)), 16);
    }
  }
}

/** xᵢ ← xᵢ + μᵢ for each of some rows. */
export function shiftRows(values: usize, rows: i32, dimension: i32, mean: usize): void {
  const rowBytes = (<usize>dimension) << 5;
  for (const end = values + <usize>rows * rowBytes; values < end;) {
    for (let mu = mean, last = values + rowBytes; values < last; values += 32, mu += 8) {
      const shift = v128.load64_splat(mu);
      v128.store(values, f64x2.add(v128.load(values), shift));
      v128.store(values, f64x2.add(v128.load(values, 16), shift), 16);
    }
  }
}

/**
 * x ← Lx for each of some rows, with L lower triangular, `[dimension, dimension]`, row-major. Coordinate i needs x₀ … xᵢ
 * alone, so the last ones are overwritten first; four at a time, which hides the time that an addition takes.
 */
export function multiplyRows(values: usize, rows: i32, dimension: i32, lower: usize): void {
  const rowBytes = (<usize>dimension) << 5;
  const stride = (<usize>dimension) << 3;
  for (const end = values + <usize>rows * rowBytes; values < end; values += rowBytes) {
    let i: usize = dimension;
    for (; i >= 4; i -= 4) fourCoordinates(values, i - 4, lower + (i - 4) * stride, stride);
    while (i-- > 0) oneCoordinate(values, i, lower + i * stride);
  }
}

/** Coordinates i, …, i + 3 of Lx, where row i of L begins at `l0`. */
function fourCoordinates(x: usize, i: usize, l0: usize, stride: usize): void {
  let l1 = l0 + stride;
  let l2 = l1 + stride;
  let l3 = l2 + stride;
  let a0 = f64x2.splat(0);
  let b0 = f64x2.splat(0);
  let a1 = f64x2.splat(0);
  let b1 = f64x2.splat(0);
  let a2 = f64x2.splat(0);
  let b2 = f64x2.splat(0);
  let a3 = f64x2.splat(0);
  let b3 = f64x2.splat(0);
  const into = x + (i << 5);
  for (; x <= into; x += 32) {
    const a = v128.load(x);
    const b = v128.load(x, 16);
    let factor = v128.load64_splat(l0);
    a0 = f64x2.add(a0, f64x2.mul(factor, a));
    b0 = f64x2.add(b0, f64x2.mul(factor, b));
    factor = v128.load64_splat(l1);
    a1 = f64x2.add(a1, f64x2.mul(factor, a));
    b1 = f64x2.add(b1, f64x2.mul(factor, b));
    factor = v128.load64_splat(l2);
    a2 = f64x2.add(a2, f64x2.mul(factor, a));
    b2 = f64x2.add(b2, f64x2.mul(factor, b));
    factor = v128.load64_splat(l3);
    a3 = f64x2.add(a3, f64x2.mul(factor, a));
    b3 = f64x2.add(b3, f64x2.mul(factor, b));
    l0 += 8;
    l1 += 8;
    l2 += 8;
    l3 += 8;
  }
  // The triangle that is left: xᵢ₊₁ in three coordinates, xᵢ₊₂ in two, xᵢ₊₃ in one.
  let a = v128.load(x);
  let b = v128.load(x, 16);
  a1 = f64x2.add(a1, f64x2.mul(v128.load64_splat(l1), a));
  b1 = f64x2.add(b1, f64x2.mul(v128.load64_splat(l1), b));
  a2 = f64x2.add(a2, f64x2.mul(v128.load64_splat(l2), a));
  b2 = f64x2.add(b2, f64x2.mul(v128.load64_splat(l2), b));
  a3 = f64x2.add(a3, f64x2.mul(v128.load64_splat(l3), a));
  b3 = f64x2.add(b3, f64x2.mul(v128.load64_splat(l3), b));
  a = v128.load(x, 32);
  b = v128.load(x, 48);
  a2 = f64x2.add(a2, f64x2.mul(v128.load64_splat(l2, 8), a));
  b2 = f64x2.add(b2, f64x2.mul(v128.load64_splat(l2, 8), b));
  a3 = f64x2.add(a3, f64x2.mul(v128.load64_splat(l3, 8), a));
  b3 = f64x2.add(b3, f64x2.mul(v128.load64_splat(l3, 8), b));
  a = v128.load(x, 64);
  b = v128.load(x, 80);
  a3 = f64x2.add(a3, f64x2.mul(v128.load64_splat(l3, 16), a));
  b3 = f64x2.add(b3, f64x2.mul(v128.load64_splat(l3, 16), b));
  v128.store(into, a0);
  v128.store(into, b0, 16);
  v128.store(into, a1, 32);
  v128.store(into, b1, 48);
  v128.store(into, a2, 64);
  v128.store(into, b2, 80);
  v128.store(into, a3, 96);
  v128.store(into, b3, 112);
}

/** Coordinate i of Lx, where row i of L begins at `l`. */
function oneCoordinate(x: usize, i: usize, l: usize): void {
  let a = f64x2.splat(0);
  let b = f64x2.splat(0);
  const into = x + (i << 5);
  for (; x <= into; x += 32, l += 8) {
    const factor = v128.load64_splat(l);
    a = f64x2.add(a, f64x2.mul(factor, v128.load(x)));
    b = f64x2.add(b, f64x2.mul(factor, v128.load(x, 16)));
  }
  v128.store(into, a);
  v128.store(into, b, 16);
}

/**
 * y ← ⟨w, x⟩ + σy for each of `rows` rows x of every four.
 *
 * @param responses `rows` zipped entries a four
 * @param covariates `rows` · `dimension` a four
 * @param weights w, `dimension` a four
 */
export function addLinearValues(
  responses: usize,
  covariates: usize,
  weights: usize,
  fours: i32,
  rows: i32,
  dimension: i32,
  deviation: f64,
): void {
  const rowBytes = (<usize>dimension) << 5;
  const sigma = f64x2.splat(deviation);
  for (const end = weights + <usize>fours * rowBytes; weights < end; weights += rowBytes) {
    for (const last = covariates + <usize>rows * rowBytes; covariates < last; responses += 32) {
      let a = f64x2.splat(0);
      let b = f64x2.splat(0);
      for (let w = weights, rowEnd = covariates + rowBytes; covariates < rowEnd; covariates += 32, w += 32) {
        a = f64x2.add(a, f64x2.mul(v128.load(w), v128.load(covariates)));
        b = f64x2.add(b, f64x2.mul(v128.load(w, 16), v128.load(covariates, 16)));
      }
      v128.store(responses, f64x2.add(a, f64x2.mul(sigma, v128.load(responses))));
      v128.store(responses, f64x2.add(b, f64x2.mul(sigma, v128.load(responses, 16))), 16);
    }
  }
}

/** Writes the `count` entries of each lane of every four one after another, lane after lane. */
export function unzip(values: usize, fours: i32, into: usize, count: i32): void {
  const stride = (<usize>count) << 3;
  for (const end = values + <usize>fours * (stride << 2); values < end; into += 3 * stride) {
    let at = into;
    for (into += stride; at + 8 < into; at += 16, values += 64) {
      const first01 = v128.load(values);
      const first23 = v128.load(values, 16);
      const second01 = v128.load(values, 32);
      const second23 = v128.load(values, 48);
      v128.store(at, v128.shuffle<f64>(first01, second01, 0, 2));
      v128.store(at + stride, v128.shuffle<f64>(first01, second01, 1, 3));
      v128.store(at + 2 * stride, v128.shuffle<f64>(first23, second23, 0, 2));
      v128.store(at + 3 * stride, v128.shuffle<f64>(first23, second23, 1, 3));
    }
    if (at < into) {
      store<f64>(at, load<f64>(values));
      store<f64>(at + stride, load<f64>(values, 8));
      store<f64>(at + 2 * stride, load<f64>(values, 16));
      store<f64>(at + 3 * stride, load<f64>(values, 24));
      values += 32;
    }
  }
}
