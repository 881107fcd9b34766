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
  return value.toLocaleString("en", { maximumSignificantDigits: 6, useGrouping: false }).replace("-", "−");
}

/**
 * A number with so many decimals and a true minus sign; what rounds to zero has no sign.
 *
 * @example
 * fixed(-0.5, 2); // => "−0.50"
 */
export function fixed(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/**
 * A share in percent, to two significant digits.
 *
 * @example
 * percent(0.0312); // => "3.1 %"
 */
export function percent(share: number): string {
  return `${significant(100 * share, 2)} %`;
}
