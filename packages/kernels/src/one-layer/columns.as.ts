// W z of a Wishart matrix W with n degrees of freedom, for two vectors z, from the columns of its Bartlett factor in a
// frame that begins with them: W = LLᵀ, of which z in the span of the first two axes meets two columns only.

import { rowBytes, Strip } from "./strip.as";

/** Below, a squared length counts as 0: its square root and its reciprocal are still normal numbers. */
function tiny<T>(): v128 {
  return v128.splat<T>(<T>(sizeof<T>() == 4 ? 7.52316384526264e-37 : 9.332636185032189e-302)); // 2⁻¹²⁰, 2⁻¹⁰⁰⁰
}

/** p/|p| in the place of p, and |p|. Any direction does where |p| counts as 0; it is that of the first axis. */
export function normalize<T>(strip: Strip): void {
  const bytes = rowBytes<T>(strip);
  const stride = strip.stride;
  const direction = strip.direction;
  const end = direction + <usize>strip.width * stride;
  for (let at: usize = 0; at < bytes; at += 16) {
    let square = i32x4.splat(0);
    for (let row = direction + at; row < end; row += stride) {
      const p = v128.load(row);
      square = v128.add<T>(square, v128.mul<T>(p, p));
    }
    const isLong = v128.gt<T>(square, tiny<T>());
    const norm = v128.and(v128.sqrt<T>(square), isLong);
    const one = v128.splat<T>(<T>1);
    const scale = v128.and(v128.div<T>(one, norm), isLong);
    for (let row = direction + at; row < end; row += stride) v128.store(row, v128.mul<T>(scale, v128.load(row)));
    v128.store(direction + at, v128.add<T>(v128.load(direction + at), v128.andnot(one, isLong)));
    v128.store(strip.norm + at, norm);
  }
}

/**
 * The first column, col₁ = χ_n e₁ + (I − e₁e₁ᵀ)g₁ with e₁ = p/|p|, in the place of g₁, and with it
 *
 *   W p = |p| χ_n col₁.
 */
export function contractFirst<T>(strip: Strip): void {
  const bytes = rowBytes<T>(strip);
  const size = <usize>strip.width * strip.stride;
  for (let at: usize = 0; at < bytes; at += 16) {
    const end = at + size;
    let along = i32x4.splat(0); // e₁·g₁
    for (let row = at; row < end; row += strip.stride) {
      along = v128.add<T>(along, v128.mul<T>(v128.load(strip.direction + row), v128.load(strip.first + row)));
    }
    const length = v128.load(strip.firstLength + at);
    const lift = v128.sub<T>(length, along);
    const scale = v128.mul<T>(v128.load(strip.norm + at), length);
    for (let row = at; row < end; row += strip.stride) {
      const lifted = v128.mul<T>(lift, v128.load(strip.direction + row));
      const column = v128.add<T>(v128.load(strip.first + row), lifted);
      v128.store(strip.first + row, column);
      v128.store(strip.attended + row, v128.mul<T>(scale, column));
    }
  }
}

/**
 * W k = col₁(col₁·k) + |k_⊥| χ_{n−1} col₂ with k_⊥ = (I − e₁e₁ᵀ)k, e₂ = k_⊥/|k_⊥| and
 * col₂ = χ_{n−1} e₂ + (I − e₁e₁ᵀ − e₂e₂ᵀ)g₂.
 */
export function contractSecond<T>(strip: Strip): void {
  const bytes = rowBytes<T>(strip);
  const size = <usize>strip.width * strip.stride;
  for (let at: usize = 0; at < bytes; at += 16) {
    const end = at + size;
    let along = i32x4.splat(0); // e₁·k
    let onFirst = i32x4.splat(0); // col₁·k
    let otherAlong = i32x4.splat(0); // e₁·g₂
    for (let row = at; row < end; row += strip.stride) {
      const k = v128.load(strip.keys + row);
      const axis = v128.load(strip.direction + row);
      along = v128.add<T>(along, v128.mul<T>(axis, k));
      onFirst = v128.add<T>(onFirst, v128.mul<T>(v128.load(strip.first + row), k));
      otherAlong = v128.add<T>(otherAlong, v128.mul<T>(axis, v128.load(strip.second + row)));
    }
    let square = i32x4.splat(0); // |k_⊥|²
    let otherAcross = i32x4.splat(0); // k_⊥·g₂
    for (let row = at; row < end; row += strip.stride) {
      const lost = v128.mul<T>(along, v128.load(strip.direction + row));
      const across = v128.sub<T>(v128.load(strip.keys + row), lost);
      square = v128.add<T>(square, v128.mul<T>(across, across));
      otherAcross = v128.add<T>(otherAcross, v128.mul<T>(across, v128.load(strip.second + row)));
      v128.store(strip.contracted + row, across);
    }
    const length = v128.load(strip.secondLength + at);
    const norm = v128.sqrt<T>(square);
    const share = v128.and(v128.div<T>(otherAcross, norm), v128.gt<T>(square, tiny<T>())); // e₂·g₂
    const onAcross = v128.mul<T>(length, v128.sub<T>(length, share));
    const onOther = v128.mul<T>(length, norm);
    const onAxis = v128.mul<T>(onOther, otherAlong);
    for (let row = at; row < end; row += strip.stride) {
      let sum = v128.mul<T>(onFirst, v128.load(strip.first + row));
      sum = v128.add<T>(sum, v128.mul<T>(onAcross, v128.load(strip.contracted + row)));
      sum = v128.add<T>(sum, v128.mul<T>(onOther, v128.load(strip.second + row)));
      sum = v128.sub<T>(sum, v128.mul<T>(onAxis, v128.load(strip.direction + row)));
      v128.store(strip.contracted + row, sum);
    }
  }
}

/** The mean of W k over col₂, given col₁: col₁(col₁·k) + (n − 1) k_⊥. */
export function contractMean<T>(strip: Strip): void {
  const bytes = rowBytes<T>(strip);
  const size = <usize>strip.width * strip.stride;
  const others = v128.splat<T>(<T>(strip.contextLength - 1));
  for (let at: usize = 0; at < bytes; at += 16) {
    const end = at + size;
    let along = i32x4.splat(0); // e₁·k
    let onFirst = i32x4.splat(0); // col₁·k
    for (let row = at; row < end; row += strip.stride) {
      const k = v128.load(strip.keys + row);
      along = v128.add<T>(along, v128.mul<T>(v128.load(strip.direction + row), k));
      onFirst = v128.add<T>(onFirst, v128.mul<T>(v128.load(strip.first + row), k));
    }
    for (let row = at; row < end; row += strip.stride) {
      const lost = v128.mul<T>(along, v128.load(strip.direction + row));
      const across = v128.sub<T>(v128.load(strip.keys + row), lost);
      const sum = v128.mul<T>(onFirst, v128.load(strip.first + row));
      v128.store(strip.contracted + row, v128.add<T>(sum, v128.mul<T>(others, across)));
    }
  }
}
