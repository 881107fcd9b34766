// A sum and a product: two roundings where bytes have to agree everywhere. A module that is compiled with relaxed SIMD
// fuses them where the processor can, which is faster, and rounds once or twice as the processor likes.

/** sum + a b */
export function plusProduct<T>(sum: v128, a: v128, b: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_madd<T>(a, b, sum);
  return v128.add<T>(sum, v128.mul<T>(a, b));
}

/** sum − a b */
export function minusProduct<T>(sum: v128, a: v128, b: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return v128.relaxed_nmadd<T>(a, b, sum);
  return v128.sub<T>(sum, v128.mul<T>(a, b));
}
