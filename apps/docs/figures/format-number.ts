/**
 * A measured number for a reader, always with the same significant digits, so that a column of them lines up.
 *
 * @example
 * significant(0.0312, 4); // => "0.03120"
 */
export function significant(value: number, digits: number): string {
  return value.toLocaleString("en", {
    minimumSignificantDigits: digits,
    maximumSignificantDigits: digits,
    useGrouping: false,
  });
}

/**
 * A round number for an axis or a control, without the trailing zeros and the noise of its last bits.
 *
 * @example
 * plain(0.30000000000000004); // => "0.3"
 */
export function plain(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 6, useGrouping: false });
}
