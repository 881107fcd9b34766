// Rows of tokens against rows of independent normals: a token is (x, y) = T (x, ε) with T = [[I, 0], [wᵀ, σ]].

import { rowBytes, Strip } from "./strip.as";

/** p = Tᵀu: the last entry of u reaches every row through w. */
export function pullValue<T>(strip: Strip): void {
  const bytes = rowBytes<T>(strip);
  const ofResponse = v128.load_splat<T>(strip.value + <usize>strip.dimension * sizeof<T>());
  let to = strip.direction;
  let from = strip.task;
  for (let i: usize = 0; i < <usize>strip.dimension; i++) {
    const own = v128.load_splat<T>(strip.value + i * sizeof<T>());
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(to + at, v128.add<T>(own, v128.mul<T>(v128.load(from + at), ofResponse)));
    }
    to += strip.stride;
    from += strip.stride;
  }
  const last = v128.mul<T>(v128.splat<T>(<T>strip.noiseDeviation), ofResponse);
  for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, last);
}

/** Tᵀk in the place of k. */
export function pullKeys<T>(strip: Strip): void {
  const bytes = rowBytes<T>(strip);
  const stride = strip.stride;
  const deviation = v128.splat<T>(<T>strip.noiseDeviation);
  const ofResponse = strip.keys + <usize>strip.dimension * stride;
  for (let at: usize = 0; at < bytes; at += 16) {
    const last = v128.load(ofResponse + at);
    let to = strip.keys + at;
    let from = strip.task + at;
    for (; to < ofResponse; to += stride) {
      v128.store(to, v128.add<T>(v128.load(to), v128.mul<T>(v128.load(from), last)));
      from += stride;
    }
    v128.store(to, v128.mul<T>(deviation, last));
  }
}

/** T a in the place of a. */
export function pushForward<T>(strip: Strip, rows: usize): void {
  const bytes = rowBytes<T>(strip);
  const stride = strip.stride;
  const deviation = v128.splat<T>(<T>strip.noiseDeviation);
  const ofResponse = rows + <usize>strip.dimension * stride;
  for (let at: usize = 0; at < bytes; at += 16) {
    let sum = v128.mul<T>(deviation, v128.load(ofResponse + at));
    let to = rows + at;
    let from = strip.task + at;
    for (; to < ofResponse; to += stride) {
      sum = v128.add<T>(sum, v128.mul<T>(v128.load(from), v128.load(to)));
      from += stride;
    }
    v128.store(to, sum);
  }
}
