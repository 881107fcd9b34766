import { significant } from "../figures/format-number.ts";

/**
 * A number with so many significant digits, and a power of ten where it is far from 1.
 *
 * @example
 * [short(0.0385, 3), short(-4.077e-10, 2)]; // => ["0.0385", "−4.1e−10"]
 */
export function short(value: number, digits: number): string {
  const isPlain = value === 0 || (Math.abs(value) >= 1e-4 && Math.abs(value) < 1e5);
  const text = isPlain ? significant(value, digits) : value.toExponential(digits - 1);
  return text.replaceAll("-", "−");
}
