/** √Σ xᵢ², of numbers whose squares overflow too. */
export function euclideanNorm(values: Float64Array): number {
  const squares = values.reduce((sum, value) => sum + value * value, 0);
  if (squares < Infinity) return Math.sqrt(squares);
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return largest < Infinity ? largest * euclideanNorm(values.map((value) => value / largest)) : largest;
}
