/** base^exponent for a whole exponent, by squaring: Math.pow is engine-defined, and equal seeds must give equal bytes. */
export function integerPower(base: number, exponent: number): number {
  let result = 1;
  for (let square = base, left = exponent; left > 0; left = Math.floor(left / 2), square *= square) {
    if (left % 2 === 1) result *= square;
  }
  return result;
}
