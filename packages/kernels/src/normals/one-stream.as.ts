// Normals of one stream: xoshiro128++, its state in local variables.

import { layerOf, settle, wholeNumber } from "./ziggurat.as";

/**
 * Writes `count` draws of N(0, 1).
 *
 * @param state the generator's words a, b, c, d: 4 × u32, read and overwritten
 * @param scratch room for a four
 * @param tables see `ziggurat.as.ts`
 * @param into the draws: count × f64
 */
export function fillNormals(state: usize, scratch: usize, tables: usize, into: usize, count: i32): void {
  let a = load<u32>(state);
  let b = load<u32>(state, 4);
  let c = load<u32>(state, 8);
  let d = load<u32>(state, 12);
  const end = into + ((<usize>count) << 3);
  for (; into < end; into += 8) {
    const bits: u32 = rotl<u32>(a + d, 7) + a;
    c ^= a;
    d ^= b;
    let next = b ^ c;
    a ^= d;
    c ^= b << 9;
    d = rotl<u32>(d, 11);
    b = next;

    const low: u32 = rotl<u32>(a + d, 7) + a;
    c ^= a;
    d ^= b;
    next = b ^ c;
    a ^= d;
    c ^= b << 9;
    d = rotl<u32>(d, 11);
    b = next;

    const layer = layerOf(tables, bits);
    let x = wholeNumber(bits, low) * load<f64>(layer);
    if (abs(x) >= load<f64>(layer, 8)) {
      store<u32>(scratch, a);
      store<u32>(scratch, b, 16);
      store<u32>(scratch, c, 32);
      store<u32>(scratch, d, 48);
      x = settle(scratch, tables, bits, x);
      a = load<u32>(scratch);
      b = load<u32>(scratch, 16);
      c = load<u32>(scratch, 32);
      d = load<u32>(scratch, 48);
    }
    store<f64>(into, x);
  }
  store<u32>(state, a);
  store<u32>(state, b, 4);
  store<u32>(state, c, 8);
  store<u32>(state, d, 12);
}
