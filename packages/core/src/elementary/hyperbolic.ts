import { cothDefect, expm1 } from "./exponential.ts";

/** tanh rounds to ±1 from here on. */
const SATURATION = 20;

/**
 * tanh x within 2 ulp.
 *
 * $$ \tanh x = \frac{e^{2x} - 1}{e^{2x} + 1}, \qquad \tanh x = \frac{y}{y\coth(y/2)},\ y = 2x,\ \text{near } 0. $$
 *
 * @example
 * tanh(0); // => 0
 */
export function tanh(x: number): number {
  const size = Math.abs(x);
  if (size < 2 ** -27) return x;
  if (size < 0.17) {
    const defect = cothDefect(4 * x * x);
    return x - (x * defect) / (2 + defect);
  }
  if (!(size < SATURATION)) return size >= SATURATION ? (x > 0 ? 1 : -1) : NaN;
  const excess = expm1(2 * size);
  const value = excess / (excess + 2);
  return x > 0 ? value : -value;
}
