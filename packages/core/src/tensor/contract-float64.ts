import type { Shape } from "./backend.ts";
import { elementCount } from "./checks.ts";
import { planContraction } from "./contraction.ts";
import type { Float64Tensor } from "./float64-tensor.ts";

/** One loop of the nest: how far each operand moves when the axis advances by one. */
interface Loop {
  readonly size: number;
  readonly left: number;
  readonly right: number;
  readonly output: number;
}

interface Nest {
  readonly outputShape: Shape;
  /** Outermost first. */
  readonly outer: readonly Loop[];
  readonly inner: Loop;
}

const once: Loop = { size: 1, left: 0, right: 0, output: 0 };

/** From here on the cost of starting an inner loop no longer shows. */
const LONG_ENOUGH = 16;

const nests = new Map<string, Nest>();

/** Einstein summation by nested strided loops. */
export function contractFloat64(equation: string, left: Float64Tensor, right: Float64Tensor): Float64Tensor {
  const address = `${equation} ${left.shape.join()} ${right.shape.join()}`;
  let nest = nests.get(address);
  if (nest === undefined) {
    nest = arrangeLoops(equation, left.shape, right.shape);
    nests.set(address, nest);
  }
  const values = new Float64Array(elementCount(nest.outputShape));
  accumulate(nest, 0, left.values, 0, right.values, 0, values, 0);
  return { shape: nest.outputShape, values };
}

/** Puts innermost the axis that is long and walks many operands entry by entry; a summed axis keeps its sum in a register. */
function arrangeLoops(equation: string, left: Shape, right: Shape): Nest {
  const plan = planContraction(equation, left, right);
  const [leftStrides, rightStrides, outputStrides] = [strides(left), strides(right), strides(plan.outputShape)];
  const loops = plan.axes.map((axis, at) => ({
    size: plan.sizes[at],
    left: leftStrides[axis.left] ?? 0,
    right: rightStrides[axis.right] ?? 0,
    output: outputStrides[axis.output] ?? 0,
  }));
  const gain = (loop: Loop): number =>
    Math.min(loop.size, LONG_ENOUGH) *
    (2 + Number(loop.left === 1) + Number(loop.right === 1) + Number(loop.output === 1) + Number(loop.output === 0));
  const inner = loops.reduce((best, loop) => (gain(loop) > gain(best) ? loop : best), once);
  return { outputShape: plan.outputShape, outer: loops.filter((loop) => loop !== inner), inner };
}

function strides(shape: Shape): readonly number[] {
  return shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
}

function accumulate(
  nest: Nest,
  depth: number,
  left: Float64Array,
  leftStart: number,
  right: Float64Array,
  rightStart: number,
  output: Float64Array,
  outputStart: number,
): void {
  const { outer, inner } = nest;
  const loop = outer[depth] ?? once;
  let l = leftStart;
  let r = rightStart;
  let o = outputStart;
  for (let step = 0; step < loop.size; step++) {
    if (depth + 1 < outer.length) accumulate(nest, depth + 1, left, l, right, r, output, o);
    else if (inner.output === 0) output[o] += stridedDot(inner.size, left, l, inner.left, right, r, inner.right);
    else if (inner.right === 0) addMultiple(inner.size, right[r], left, l, inner.left, output, o, inner.output);
    else if (inner.left === 0) addMultiple(inner.size, left[l], right, r, inner.right, output, o, inner.output);
    else addProducts(inner, left, l, right, r, output, o);
    l += loop.left;
    r += loop.right;
    o += loop.output;
  }
}

function stridedDot(
  size: number,
  x: Float64Array,
  xStart: number,
  xStride: number,
  y: Float64Array,
  yStart: number,
  yStride: number,
): number {
  let sum = 0;
  for (let at = 0, i = xStart, j = yStart; at < size; at++, i += xStride, j += yStride) sum += x[i] * y[j];
  return sum;
}

function addMultiple(
  size: number,
  factor: number,
  x: Float64Array,
  xStart: number,
  xStride: number,
  output: Float64Array,
  outputStart: number,
  outputStride: number,
): void {
  for (let at = 0, i = xStart, o = outputStart; at < size; at++, i += xStride, o += outputStride)
    output[o] += factor * x[i];
}

function addProducts(
  inner: Loop,
  x: Float64Array,
  xStart: number,
  y: Float64Array,
  yStart: number,
  output: Float64Array,
  outputStart: number,
): void {
  for (
    let at = 0, i = xStart, j = yStart, o = outputStart;
    at < inner.size;
    at++, i += inner.left, j += inner.right, o += inner.output
  ) {
    output[o] += x[i] * y[j];
  }
}
