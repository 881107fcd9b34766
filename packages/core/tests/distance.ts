import { maxAbs, subtract } from "../src/matrix/arithmetic.ts";
import type { Matrix } from "../src/matrix/matrix.ts";

/** 2⁻⁵³ */
export const UNIT_ROUNDOFF: number = 2 ** -53;

/** max |aᵢⱼ − bᵢⱼ| */
export function distance(a: Matrix, b: Matrix): number {
  return maxAbs(subtract(a, b));
}

const words = new BigInt64Array(1);
const numbers = new Float64Array(words.buffer);

/** The doubles in their order, as whole numbers: neighbours differ by 1, and both zeros are 0. */
function rank(x: number): bigint {
  numbers[0] = x;
  const bits = words[0];
  return bits < 0n ? -(bits & 0x7fff_ffff_ffff_ffffn) : bits;
}

/** How many doubles lie from one to the other; 0 for two NaN, ∞ for one. */
export function ulpDistance(x: number, y: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) && Number.isNaN(y) ? 0 : Infinity;
  const difference = rank(x) - rank(y);
  return Number(difference < 0n ? -difference : difference);
}
