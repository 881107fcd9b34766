// Between symmetric matrices in triangles of tiles, as `applyGram` reads them, and whole ones, `[row][column][vector]`.

import { TILE, VECTOR } from "../products/multiply.as";
import { entryOf, gramBytes } from "./gram.as";

/** Writes H whole from its triangles. */
export function unpackGram(gram: usize, rows: i32, into: usize, stride: usize): void {
  const row = <usize>rows * stride;
  const size = gramBytes(rows);
  for (let i: usize = 0; i < <usize>rows; i++) {
    for (let j: usize = 0; j <= i; j++) {
      let from = entryOf(gram, i, j);
      for (let at: usize = 0; at < stride; at += VECTOR) {
        const entry = v128.load(from);
        v128.store(into + i * row + j * stride + at, entry);
        v128.store(into + j * row + i * stride + at, entry);
        from += size;
      }
    }
  }
}

/** Writes the triangles of H from H whole. */
export function packGram(whole: usize, rows: i32, gram: usize, stride: usize): void {
  const row = <usize>rows * stride;
  const size = gramBytes(rows);
  for (let i: usize = 0; i < <usize>rows; i++) {
    const end = i - (i % TILE) + TILE;
    for (let j: usize = 0; j < end; j++) {
      let to = entryOf(gram, i, j);
      for (let at: usize = 0; at < stride; at += VECTOR) {
        v128.store(to, v128.load(whole + i * row + j * stride + at));
        to += size;
      }
    }
  }
}

/** Y = B + X + Xᵀ of whole matrices; B = 0 where `base` is. Y may be B, but not X. */
export function symmetrize<T>(x: usize, rows: i32, base: usize, into: usize, stride: usize): void {
  const row = <usize>rows * stride;
  for (let i: usize = 0; i < <usize>rows; i++) {
    for (let j: usize = 0; j < <usize>rows; j++) {
      for (let at: usize = 0; at < stride; at += VECTOR) {
        const to = i * row + j * stride + at;
        let entry = v128.add<T>(v128.load(x + to), v128.load(x + j * row + i * stride + at));
        if (base) entry = v128.add<T>(v128.load(base + to), entry);
        v128.store(into + to, entry);
      }
    }
  }
}
