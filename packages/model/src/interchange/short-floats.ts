/**
 * The number that 16 bits stand for in IEEE 754 binary16: a sign, five bits of exponent, ten of fraction.
 *
 * @example
 * fromFloat16(0x3c01); // => 1.0009765625
 */
export function fromFloat16(bits: number): number {
  const sign = bits >= 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 0x1f, bits & 0x3ff];
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  // Below the least exponent there is no leading one.
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/**
 * The number that 16 bits stand for in bfloat16: the upper half of a float32.
 *
 * @example
 * fromBfloat16(0x3f81); // => 1.0078125
 */
export function fromBfloat16(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint16(0, bits);
  return view.getFloat32(0);
}
