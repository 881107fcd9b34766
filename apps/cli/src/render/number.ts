/** A number in at most `digits` significant digits, without an exponent where a reader can do without. */
export function formatNumber(value: number, digits = 5): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e6) return value.toExponential(Math.min(digits, 3) - 1);
  return String(Number(value.toPrecision(digits)));
}

/** A value with its standard error: `0.03812 ± 0.00005`; an exact value stands alone. */
export function formatEstimate(value: number, standardError: number, digits = 5): string {
  const estimate = formatNumber(value, digits);
  return standardError === 0 ? estimate : `${estimate} ± ${formatNumber(standardError, 2)}`;
}
