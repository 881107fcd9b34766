import { exp } from "../elementary/exponential.ts";
import { log } from "../elementary/logarithm.ts";
import type { RandomKey } from "./key.ts";
import { edgeDensities, layerEdges, signedSteps, TAIL_START } from "./ziggurat.ts";

/** A cursor that draws numbers one after another, starting at a key. */
export interface RandomStream {
  /** An integer 0 ≤ k < 2³², uniform. */
  bits(): number;
  /** Uniform on the multiples (k + ½)·2⁻⁵², hence in (0 excluded, 1 excluded). */
  uniform(): number;
  /** One draw of N(0, 1). */
  normal(): number;
  /** +1 or −1 with equal probability. */
  sign(): number;
  /**
   * Writes `count` draws of N(0, 1) at `offset`: the same numbers as `count` calls of `normal`.
   *
   * @param offset default 0
   * @param count default all that is left of the array
   */
  fillNormals(into: Float64Array, offset?: number, count?: number): void;
}

/** Draws many normals at once for a stream: the numbers of the stream's own loop, sooner. `@onestep/kernels` has one. */
export interface NormalEngine {
  /** The generator's four words: a stream sets them before `fill`, and takes them back after it. */
  readonly state: Int32Array;
  /** The smallest count that is worth handing over. */
  readonly leastCount: number;
  readonly fill: (into: Float64Array, offset: number, count: number) => void;
}

// A constant of this module is an address for the compiler; an import is looked up at every draw.
const edges = layerEdges;
const steps = signedSteps;

const LAYER_MASK = 255;
const SIGN_BIT = 256;
const SIGNED_LAYER_MASK = SIGN_BIT | LAYER_MASK;
const TWO_POW_26 = 67108864;
const TWO_POW_MINUS_52 = 2 ** -52;
const TWO_POW_32 = 4294967296;

/**
 * Opens a stream at a key's address. Opening is cheap and pure: two streams of one key draw the same numbers.
 *
 * The generator is xoshiro128++ started at the key's four words; normals come from a 256-layer ziggurat with 53-bit
 * abscissae, and use only + − × ÷ √ and onestep's own exp and log, so that every engine draws the same bytes.
 *
 * @param engine draws long runs of normals; the numbers are the same with and without one
 *
 * Source: Blackman & Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47(4), 2021; checked against
 * published outputs of xoshiro128++.
 *
 * @example
 * const stream = openStream(randomKey(7));
 * stream.uniform() === stream.uniform(); // => false
 * stream.uniform() < 1; // => true
 * openStream(randomKey(7)).normal() === openStream(randomKey(7)).normal(); // => true
 */
export function openStream(key: RandomKey, engine?: NormalEngine): RandomStream {
  return new Xoshiro128(key.words, engine);
}

/** State in four integer fields: a class, because this is the hottest object of the library. */
class Xoshiro128 implements RandomStream {
  private a: number;
  private b: number;
  private c: number;
  private d: number;
  private readonly engine: NormalEngine | undefined;
  /** The draw that stopped `fillInsideLayers`. */
  private outlyingBits = 0;
  private outlyingAbscissa = 0;

  constructor(words: RandomKey["words"], engine: NormalEngine | undefined) {
    // The all-zero state is the generator's only fixed point.
    this.a = (words[0] | words[1] | words[2] | words[3]) === 0 ? 1 : words[0] | 0;
    this.b = words[1] | 0;
    this.c = words[2] | 0;
    this.d = words[3] | 0;
    this.engine = engine;
  }

  bits(): number {
    const { a, b } = this;
    const sum = (a + this.d) | 0;
    const c = this.c ^ a;
    const d = this.d ^ b;
    this.a = a ^ d;
    this.b = b ^ c;
    this.c = c ^ (b << 9);
    this.d = (d << 11) | (d >>> 21);
    return (((sum << 7) | (sum >>> 25)) + a) >>> 0;
  }

  uniform(): number {
    const high = this.bits() >>> 6;
    const low = this.bits() >>> 6;
    return (high * TWO_POW_26 + low + 0.5) * TWO_POW_MINUS_52;
  }

  sign(): number {
    return this.bits() >>> 31 === 0 ? 1 : -1;
  }

  normal(): number {
    for (;;) {
      const bits = this.bits();
      const x = ((bits >>> 11) * TWO_POW_32 + this.bits()) * steps[bits & SIGNED_LAYER_MASK];
      if (Math.abs(x) < edges[(bits & LAYER_MASK) + 1]) return x; // inside the layer: 98.8 % of draws
      const magnitude = this.outsideLayer(bits & LAYER_MASK, x);
      if (magnitude >= 0) return (bits & SIGN_BIT) === 0 ? magnitude : -magnitude;
    }
  }

  fillNormals(into: Float64Array, offset = 0, count = into.length - offset): void {
    if (this.engine !== undefined && count >= this.engine.leastCount)
      return this.fillBy(this.engine, into, offset, count);
    const end = offset + count;
    let at = offset;
    for (;;) {
      at = this.fillInsideLayers(into, at, end);
      if (at >= end) return;
      const bits = this.outlyingBits;
      const magnitude = this.outsideLayer(bits & LAYER_MASK, this.outlyingAbscissa);
      if (magnitude >= 0) into[at++] = (bits & SIGN_BIT) === 0 ? magnitude : -magnitude;
    }
  }

  private fillBy({ state, fill }: NormalEngine, into: Float64Array, offset: number, count: number): void {
    state[0] = this.a;
    state[1] = this.b;
    state[2] = this.c;
    state[3] = this.d;
    fill(into, offset, count);
    this.a = state[0];
    this.b = state[1];
    this.c = state[2];
    this.d = state[3];
  }

  /**
   * Draws as `normal` does until `end`, or until a draw falls outside its layer, and returns where it stopped. The state
   * stays in local variables, and what is rare stays out of the loop: three times as fast.
   */
  private fillInsideLayers(into: Float64Array, from: number, end: number): number {
    let { a, b, c, d } = this;
    let at = from;
    for (; at < end; at++) {
      let sum = (a + d) | 0;
      const bits = (((sum << 7) | (sum >>> 25)) + a) | 0;
      c ^= a;
      d ^= b;
      let next = b ^ c;
      a ^= d;
      c ^= b << 9;
      d = (d << 11) | (d >>> 21);
      b = next;

      sum = (a + d) | 0;
      const low = (((sum << 7) | (sum >>> 25)) + a) >>> 0;
      c ^= a;
      d ^= b;
      next = b ^ c;
      a ^= d;
      c ^= b << 9;
      d = (d << 11) | (d >>> 21);
      b = next;

      const x = ((bits >>> 11) * TWO_POW_32 + low) * steps[bits & SIGNED_LAYER_MASK];
      if (Math.abs(x) >= edges[(bits & LAYER_MASK) + 1]) {
        this.outlyingBits = bits;
        this.outlyingAbscissa = x;
        break;
      }
      into[at] = x;
    }
    this.a = a;
    this.b = b;
    this.c = c;
    this.d = d;
    return at;
  }

  /** |N(0,1)| for an abscissa that its layer alone does not settle; −1 where it is to be drawn again. */
  private outsideLayer(layer: number, x: number): number {
    return layer === 0 ? this.tail() : this.keepOnWedge(layer, Math.abs(x));
  }

  /** x if a uniform height in its layer falls below the density there, otherwise −1. */
  private keepOnWedge(layer: number, x: number): number {
    const floor = edgeDensities[layer];
    return floor + this.uniform() * (edgeDensities[layer + 1] - floor) < exp(-0.5 * x * x) ? x : -1;
  }

  /** |N(0,1)| given that it exceeds the tail's start: Marsaglia's exponential rejection. */
  private tail(): number {
    for (;;) {
      const x = -log(this.uniform()) / TAIL_START;
      const y = -log(this.uniform());
      if (2 * y > x * x) return TAIL_START + x;
    }
  }
}
