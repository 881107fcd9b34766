// Normals of one stream: xoshiro128++ and the 256-layer ziggurat of `@onestep/core`, operation by operation, so that the
// bytes are the same. Pointers are byte addresses of arrays that the caller laid out in memory.

import { exp, log } from "../wasm/core.as";

/** Where the caller's arrays may begin. */
export const heapBase: usize = __heap_base;

const LAYER_MASK: u32 = 255;
const SIGN_BIT: u32 = 256;
const SIGNED_LAYER_MASK: u32 = SIGN_BIT | LAYER_MASK;
const TWO_POW_26: f64 = 67108864;
const TWO_POW_MINUS_52: f64 = 2.220446049250313e-16;

/**
 * Writes `count` draws of N(0, 1).
 *
 * @param state the generator's words a, b, c, d: 4 × u32, read and overwritten
 * @param steps signed steps: 512 × f64
 * @param edges layer edges: 257 × f64
 * @param densities densities at the edges: 257 × f64
 * @param into the draws: count × f64
 */
export function fillNormals(state: usize, steps: usize, edges: usize, densities: usize, into: usize, count: i32): void {
  let a = load<u32>(state);
  let b = load<u32>(state, 4);
  let c = load<u32>(state, 8);
  let d = load<u32>(state, 12);
  const end = into + ((<usize>count) << 3);
  while (into < end) {
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

    // 53 bits are a double exactly, and of i64 the signed conversion is the fast one
    const whole = <f64>(<i64>(((<u64>(bits >>> 11)) << 32) | <u64>low));
    let x = whole * load<f64>(steps + ((<usize>(bits & SIGNED_LAYER_MASK)) << 3));
    if (abs(x) >= load<f64>(edges + ((<usize>(bits & LAYER_MASK)) << 3), 8)) {
      store<u32>(state, a);
      store<u32>(state, b, 4);
      store<u32>(state, c, 8);
      store<u32>(state, d, 12);
      const magnitude = outsideLayer(state, edges, densities, bits & LAYER_MASK, abs(x));
      a = load<u32>(state);
      b = load<u32>(state, 4);
      c = load<u32>(state, 8);
      d = load<u32>(state, 12);
      if (magnitude < 0) continue;
      x = bits & SIGN_BIT ? -magnitude : magnitude;
    }
    store<f64>(into, x);
    into += 8;
  }
  store<u32>(state, a);
  store<u32>(state, b, 4);
  store<u32>(state, c, 8);
  store<u32>(state, d, 12);
}

/** |N(0,1)| for an abscissa that its layer alone does not settle; −1 where it is to be drawn again. */
function outsideLayer(state: usize, edges: usize, densities: usize, layer: u32, x: f64): f64 {
  if (layer == 0) return tail(state, load<f64>(edges, 8));
  const at = densities + ((<usize>layer) << 3);
  const floor = load<f64>(at);
  return floor + uniform(state) * (load<f64>(at, 8) - floor) < exp(-0.5 * x * x) ? x : -1;
}

/** |N(0,1)| given that it exceeds the tail's start: Marsaglia's exponential rejection. */
function tail(state: usize, start: f64): f64 {
  while (true) {
    const x = -log(uniform(state)) / start;
    const y = -log(uniform(state));
    if (2 * y > x * x) return start + x;
  }
}

function uniform(state: usize): f64 {
  const high = nextBits(state) >>> 6;
  const low = nextBits(state) >>> 6;
  return (<f64>high * TWO_POW_26 + <f64>low + 0.5) * TWO_POW_MINUS_52;
}

function nextBits(state: usize): u32 {
  const a = load<u32>(state);
  const b = load<u32>(state, 4);
  const oldD = load<u32>(state, 12);
  const c = load<u32>(state, 8) ^ a;
  const d = oldD ^ b;
  store<u32>(state, a ^ d);
  store<u32>(state, b ^ c, 4);
  store<u32>(state, c ^ (b << 9), 8);
  store<u32>(state, rotl<u32>(d, 11), 12);
  return rotl<u32>(a + oldD, 7) + a;
}
