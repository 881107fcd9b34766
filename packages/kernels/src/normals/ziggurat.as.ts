// The ziggurat of `@onestep/core`, operation by operation, so that the bytes are the same: its tables, and what becomes
// of the few draws that fall outside their layer.
//
// `tables` points at a step and a limit for each of 512 signed layers, 1024 × f64: the abscissa of a draw is a whole
// number below 2⁵³ times the step, and settled if below the limit. The densities at the layers' edges follow, 257 × f64.
//
// `lane` points at the generator's word a, in one of four lanes: b, c and d follow, each 16 bytes after the one before.

import { exp } from "../wasm/exp.as";
import { log } from "../wasm/core.as";

const SIGN_BIT: u32 = 256;
const LAYER_MASK: u32 = 255;
export const SIGNED_LAYER_MASK: u32 = 511;
const TWO_POW_26: f64 = 67108864;
const TWO_POW_MINUS_52: f64 = 2.220446049250313e-16;

/** The step of a draw's layer; its limit is 8 bytes further. */
export function layerOf(tables: usize, bits: u32): usize {
  return tables + ((<usize>(bits & SIGNED_LAYER_MASK)) << 4);
}

/** 53 random bits; of i64 the signed conversion is the fast one. */
export function wholeNumber(bits: u32, low: u32): f64 {
  return <f64>(<i64>(((<u64>(bits >>> 11)) << 32) | <u64>low));
}

/** The draw that begins outside its layer, at x: settled by the density, or drawn again. */
export function settle(lane: usize, tables: usize, bits: u32, x: f64): f64 {
  while (true) {
    const magnitude = outsideLayer(lane, tables, bits & LAYER_MASK, abs(x));
    if (magnitude >= 0) return bits & SIGN_BIT ? -magnitude : magnitude;
    bits = nextBits(lane);
    x = wholeNumber(bits, nextBits(lane)) * load<f64>(layerOf(tables, bits));
    if (abs(x) < load<f64>(layerOf(tables, bits), 8)) return x;
  }
}

/** |N(0,1)| for an abscissa that its layer alone does not settle; −1 where it is to be drawn again. */
function outsideLayer(lane: usize, tables: usize, layer: u32, x: f64): f64 {
  if (layer == 0) return tail(lane, load<f64>(tables, 8));
  const density = tables + 8192 + ((<usize>layer) << 3);
  const floor = load<f64>(density);
  return floor + uniform(lane) * (load<f64>(density, 8) - floor) < exp(-0.5 * x * x) ? x : -1;
}

/** |N(0,1)| given that it exceeds the tail's start: Marsaglia's exponential rejection. */
function tail(lane: usize, start: f64): f64 {
  while (true) {
    const x = -log(uniform(lane)) / start;
    const y = -log(uniform(lane));
    if (2 * y > x * x) return start + x;
  }
}

function uniform(lane: usize): f64 {
  const high = nextBits(lane) >>> 6;
  const low = nextBits(lane) >>> 6;
  return (<f64>high * TWO_POW_26 + <f64>low + 0.5) * TWO_POW_MINUS_52;
}

/** One step of xoshiro128++. */
function nextBits(lane: usize): u32 {
  const a = load<u32>(lane);
  const b = load<u32>(lane, 16);
  const oldD = load<u32>(lane, 48);
  const c = load<u32>(lane, 32) ^ a;
  const d = oldD ^ b;
  store<u32>(lane, a ^ d);
  store<u32>(lane, b ^ c, 16);
  store<u32>(lane, c ^ (b << 9), 32);
  store<u32>(lane, rotl<u32>(d, 11), 48);
  return rotl<u32>(a + oldD, 7) + a;
}
