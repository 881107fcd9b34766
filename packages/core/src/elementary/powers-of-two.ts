const LOWEST = -1074;
const HIGHEST = 1023;

/** Every power of two that a double can hold, from the smallest subnormal on; doubling is exact. */
const powers: Float64Array = new Float64Array(HIGHEST - LOWEST + 1);
powers[0] = Number.MIN_VALUE;
for (let at = 1; at < powers.length; at++) powers[at] = 2 * powers[at - 1];

/** y·2ᵏ, rounded once, for any whole k from −1077 to 1025. */
export function scaleByPowerOfTwo(y: number, k: number): number {
  if (k > HIGHEST) return y * powers[k - HIGHEST - LOWEST] * powers[HIGHEST - LOWEST];
  if (k < LOWEST) return y * powers[k - 2 * LOWEST] * powers[0];
  return y * powers[k - LOWEST];
}

const cell: Float64Array = new Float64Array([1]);
const halves: Uint32Array = new Uint32Array(cell.buffer);
/** Which half of a double holds sign and exponent: that of 1 is 0x3ff00000, the other 0. */
const UPPER: 0 | 1 = halves[1] === 0 ? 0 : 1;

/** The k with 2ᵏ ≤ x < 2ᵏ⁺¹, for a positive normal double. */
export function binaryExponent(x: number): number {
  cell[0] = x;
  return (halves[UPPER] >>> 20) - 1023;
}
