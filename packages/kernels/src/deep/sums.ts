import { paddedRows } from "../products/pack-panels.ts";
import type { Program, Weight } from "./program.ts";
import { multiplyVector } from "./twin-products.ts";

/** Weights of L layers, as their caller holds them; only the last row of the last P is read. */
export interface DeepWeights {
  /** P of each layer, `[d+1, d+1]` row-major */
  readonly valueProjections: readonly Float64Array[];
  /** Q of each layer, `[d+1, d+1]` row-major */
  readonly keyQueries: readonly Float64Array[];
}

/** The derivatives of a loss by them, in their shapes. */
export type DeepGradient = DeepWeights;

/** How the sums over the prompts of a block lie in an array: S̄ of each weight but the last P, constants, the loss. */
export interface SumsPlan {
  /** m */
  readonly width: number;
  /** m rounded up to whole tiles: matrices have so many rows and columns, vectors so many entries */
  readonly rows: number;
  readonly weightAt: (weight: Pick<Weight, "layer" | "side">) => number;
  readonly constantAt: (constant: number) => number;
  readonly lossAt: number;
  readonly length: number;
}

export function planSums({ layers, constants }: Program, width: number): SumsPlan {
  const rows = paddedRows(width);
  const weights = 2 * layers - 1;
  const constantAt = (constant: number): number => weights * rows * rows + constant * rows;
  const lossAt = constantAt(constants.length);
  // P and Q of one layer after another; the last layer has no P.
  const weightAt = ({ layer, side }: Pick<Weight, "layer" | "side">): number =>
    (2 * layer + (side === "keyQuery" && layer < layers - 1 ? 1 : 0)) * rows * rows;
  return { width, rows, weightAt, constantAt, lossAt, length: lossAt + 1 };
}

/** The constants of a program, `[m]` each. */
export function constantValues({ constants, layers }: Program, weights: DeepWeights, width: number): Float64Array[] {
  const values: Float64Array[] = [];
  for (const { product } of constants) {
    values.push(
      product === undefined
        ? weights.valueProjections[layers - 1].slice((width - 1) * width)
        : multiplyWeight(weights, product.weight, values[product.constant], width),
    );
  }
  return values;
}

/**
 * Turns sums over prompts into the mean loss and its gradient: adds what the weights owe to constants, and divides.
 *
 * @param sums altered
 */
export function gradientOfSums(
  program: Program,
  plan: SumsPlan,
  weights: DeepWeights,
  sums: Float64Array,
  count: number,
  gradient: DeepGradient,
): number {
  const { width, rows } = plan;
  const { layers, constants } = program;
  const values = constantValues(program, weights, width);
  const ofConstant = (constant: number): Float64Array =>
    sums.subarray(plan.constantAt(constant), plan.constantAt(constant) + width);
  for (let at = constants.length - 1; at > 0; at--) {
    const { weight, constant } = constants[at].product!;
    const [derivative, x] = [ofConstant(at), values[constant]];
    const pulled = multiplyWeight(weights, { ...weight, transposed: !weight.transposed }, derivative, width);
    const of = ofConstant(constant);
    for (let i = 0; i < width; i++) of[i] += pulled[i];
    const [left, right] = weight.transposed ? [x, derivative] : [derivative, x];
    const matrix = sums.subarray(plan.weightAt(weight));
    for (let i = 0; i < width; i++) {
      for (let j = 0; j < width; j++) matrix[i * rows + j] += left[i] * right[j];
    }
  }

  for (let layer = 0; layer < layers; layer++) {
    for (const side of ["valueProjection", "keyQuery"] as const) {
      const into = gradient[side === "keyQuery" ? "keyQueries" : "valueProjections"][layer];
      if (side === "valueProjection" && layer === layers - 1) into.fill(0, 0, (width - 1) * width);
      else copyMean(sums.subarray(plan.weightAt({ layer, side })), rows, count, into, width);
    }
  }
  const row = ofConstant(0);
  const last = gradient.valueProjections[layers - 1];
  for (let j = 0; j < width; j++) last[(width - 1) * width + j] = row[j] / count;
  return sums[plan.lossAt] / count;
}

function copyMean(sums: Float64Array, rows: number, count: number, into: Float64Array, width: number): void {
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < width; j++) into[i * width + j] = sums[i * rows + j] / count;
  }
}

/** S x or Sᵀ x */
function multiplyWeight(weights: DeepWeights, weight: Weight, x: Float64Array, width: number): Float64Array {
  const product = new Float64Array(width);
  multiplyVector(weightOf(weights, weight), weight.transposed, x, undefined, product);
  return product;
}

/** P or Q of a layer. */
export function weightOf(weights: DeepWeights, { layer, side }: Pick<Weight, "layer" | "side">): Float64Array {
  return (side === "keyQuery" ? weights.keyQueries : weights.valueProjections)[layer];
}
