// Loss and gradient of one layer on prompts that are given row by row. Tokens that are not made of normals are rows of a
// strip whose task is 0 and whose noise deviation is 1: see `../one-layer/strip.as.ts` for the arrays.

import { packKeys } from "../one-layer/pack-keys.as";
import { addChunk, CHUNK, clearSums, closeBlock, endsBlock } from "../one-layer/rows.as";
import { rowBytes, Strip } from "../one-layer/strip.as";
import { addKeySums, addSquaredResiduals, addValueSums, makeKeys, takeSums, weigh } from "../one-layer/sums.as";

export function packKeysF32(strip: usize, keyQuery: usize): void {
  packKeys<f32>(changetype<Strip>(strip), keyQuery);
}

export function packKeysF64(strip: usize, keyQuery: usize): void {
  packKeys<f64>(changetype<Strip>(strip), keyQuery);
}

export function addGivenF32(strip: usize, given: usize): void {
  addGiven<f32>(changetype<Strip>(strip), given);
}

export function addGivenF64(strip: usize, given: usize): void {
  addGiven<f64>(changetype<Strip>(strip), given);
}

export function takeSumsF32(strip: usize, into: usize): void {
  takeSums<f32>(changetype<Strip>(strip), into);
}

export function takeSumsF64(strip: usize, into: usize): void {
  takeSums<f64>(changetype<Strip>(strip), into);
}

/**
 * Adds loss and gradient of a strip of prompts.
 *
 * @param given of every prompt of the strip, in f64 and one after another: covariates `[n, d]`; then responses `[n]`; then
 *   the query's covariates `[d]`; then its response
 */
function addGiven<T>(strip: Strip, given: usize): void {
  const prompts = <usize>strip.fours * 4;
  const rows = <usize>strip.contextLength;
  const dimension = <usize>strip.dimension;
  const responses = given + ((prompts * rows * dimension) << 3);
  const queries = responses + ((prompts * rows) << 3);
  const queryResponses = queries + ((prompts * dimension) << 3);
  const query = dimension << 3;
  for (let at: usize = 0, prompt: usize = 0; at < rowBytes<T>(strip); at += 16, prompt += lanes<T>()) {
    gather<T>(queries + prompt * query, query, strip.query + at, strip.dimension, strip.stride);
    gather<T>(queryResponses + (prompt << 3), 8, strip.noise + at, 1, strip.stride);
    for (let i: usize = 0; i < <usize>strip.width; i++) {
      v128.store(strip.direction + i * strip.stride + at, v128.load_splat<T>(strip.value + i * sizeof<T>()));
    }
  }
  makeKeys<T>(strip, strip.query);
  contractGiven<T>(strip, given, responses);
  addSquaredResiduals<T>(strip);
  weigh<T>(strip, strip.attended);
  weigh<T>(strip, strip.contracted);
  addKeySums<T>(strip, strip.query);
  addValueSums<T>(strip);
}

/** G u and G k: chunks of rows go to the lanes at `first`, and from there as those do that are drawn. */
function contractGiven<T>(strip: Strip, covariates: usize, responses: usize): void {
  const rows = <usize>strip.contextLength;
  const row = (<usize>strip.dimension) << 3;
  const size = <usize>strip.width * strip.stride;
  const last = <usize>strip.dimension * strip.stride;
  clearSums(strip);
  for (let at: usize = 0; at < rowBytes<T>(strip); at += 16) {
    for (let start: usize = 0; start < rows; start += CHUNK) {
      let to = strip.first + at;
      for (let i = start; i < start + CHUNK; i++) {
        if (i < rows) {
          gather<T>(covariates + i * row, rows * row, to, strip.dimension, strip.stride);
          gather<T>(responses + (i << 3), rows << 3, to + last, 1, strip.stride);
        } else {
          for (let j: usize = 0; j < size; j += strip.stride) v128.store(to + j, i32x4.splat(0));
        }
        to += size;
      }
      addChunk<T>(strip, at, size);
      const next = start + CHUNK;
      if (endsBlock(strip, <i32>next)) closeBlock<T>(strip, at, size, next >= rows);
    }
    covariates += lanes<T>() * rows * row;
    responses += (lanes<T>() * rows) << 3;
  }
}

function lanes<T>(): usize {
  return 16 / sizeof<T>();
}

/** Puts `count` doubles of each of a vector's prompts, whose numbers are `apart` bytes apart, into its lanes. */
function gather<T>(from: usize, apart: usize, to: usize, count: i32, stride: usize): void {
  for (const end = from + ((<usize>count) << 3); from < end; from += 8) {
    const low = v128.load_lane<u64>(from + apart, v128.load_zero<u64>(from), 1);
    if (sizeof<T>() == 8) v128.store(to, low);
    else {
      const next = from + 2 * apart;
      const high = v128.load_lane<u64>(next + apart, v128.load_zero<u64>(next), 1);
      const narrow = f32x4.demote_f64x2_zero(low);
      v128.store(to, v128.shuffle<i64>(narrow, f32x4.demote_f64x2_zero(high), 0, 2));
    }
    to += stride;
  }
}

/** Where the caller's arrays may begin. */
export const heapBase: usize = __heap_base;
