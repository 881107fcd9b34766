/** √Σ xᵢ²; what overflows is infinite. */
export function euclideanNorm(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}
