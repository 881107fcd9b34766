// What the instructions of a program do to one prompt, as plain loops. Matrices are row-major.

type Values = Float64Array;

/** base + A x or base + Aᵀ x */
export function multiplyVector(
  matrix: Values,
  transposed: boolean,
  x: Values,
  base: Values | undefined,
  into: Values,
): void {
  const width = x.length;
  copyOrClear(base, into);
  for (let i = 0, row = 0; i < width; i++, row += width) {
    if (transposed) {
      const factor = x[i];
      for (let j = 0; j < width; j++) into[j] += matrix[row + j] * factor;
    } else {
      let sum = 0;
      for (let j = 0; j < width; j++) sum += matrix[row + j] * x[j];
      into[i] += sum;
    }
  }
}

/** base + X Y, each perhaps transposed. */
export function multiply(
  x: Values,
  xTransposed: boolean,
  y: Values,
  yTransposed: boolean,
  base: Values | undefined,
  into: Values,
  width: number,
): void {
  const [xRow, xColumn] = xTransposed ? [1, width] : [width, 1];
  const [yRow, yColumn] = yTransposed ? [1, width] : [width, 1];
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < width; j++) {
      let sum = base === undefined ? 0 : base[i * width + j];
      for (let k = 0; k < width; k++) sum += x[i * xRow + k * xColumn] * y[k * yRow + j * yColumn];
      into[i * width + j] = sum;
    }
  }
}

/** base + X + Xᵀ */
export function symmetrize(x: Values, base: Values | undefined, into: Values, width: number): void {
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < width; j++) {
      into[i * width + j] = (base === undefined ? 0 : base[i * width + j]) + x[i * width + j] + x[j * width + i];
    }
  }
}

/** The squared residual of −ŷ = q_m + ⟨left, right⟩, and its derivatives by q, left and right. */
export function readOut(
  [query, left, right]: readonly Values[],
  [queryBar, leftBar, rightBar]: readonly Values[],
  response: number,
): number {
  const width = query.length;
  let negative = query[width - 1] + response;
  for (let i = 0; i < width; i++) negative += left[i] * right[i];
  queryBar.fill(0);
  queryBar[width - 1] = 2 * negative;
  for (let i = 0; i < width; i++) {
    leftBar[i] = 2 * negative * right[i];
    rightBar[i] = 2 * negative * left[i];
  }
  return negative * negative;
}

/** Adds a bᵀ to the rows of `into`, which begin `stride` numbers apart. */
export function addOuter(a: Values, b: Values, into: Values, stride: number): void {
  for (let i = 0, row = 0; i < a.length; i++, row += stride) {
    const factor = a[i];
    for (let j = 0; j < b.length; j++) into[row + j] += factor * b[j];
  }
}

/** Adds X Yᵀ, or Xᵀ Y, to the rows of `into`, which begin `stride` numbers apart. */
export function addProduct(
  x: Values,
  y: Values,
  rightTransposed: boolean,
  into: Values,
  width: number,
  stride: number,
): void {
  const [row, column] = rightTransposed ? [width, 1] : [1, width];
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < width; j++) {
      let sum = 0;
      for (let k = 0; k < width; k++) sum += x[i * row + k * column] * y[j * row + k * column];
      into[i * stride + j] += sum;
    }
  }
}

/** Adds x to what stands from `start` on. */
export function addVector(x: Values, into: Values, start: number): void {
  for (let i = 0; i < x.length; i++) into[start + i] += x[i];
}

export function copyOrClear(base: Values | undefined, into: Values): void {
  if (base === undefined) into.fill(0);
  else into.set(base);
}
