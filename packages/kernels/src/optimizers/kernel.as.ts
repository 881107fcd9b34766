// One step of an optimizer over flat vectors, in place, two numbers at a time. Every operation is rounded as in JavaScript.

/**
 * Adam. @param count rounded up to an even number: arrays end with room for it
 * @param rate the learning rate of this step
 * @param meanCorrection 1 − β₁ᵗ, and squareCorrection 1 − β₂ᵗ
 */
export function adam(
  position: usize,
  gradient: usize,
  mean: usize,
  square: usize,
  count: i32,
  rate: f64,
  meanDecay: f64,
  squareDecay: f64,
  meanCorrection: f64,
  squareCorrection: f64,
  stabilizer: f64,
): void {
  const keptMean = f64x2.splat(meanDecay);
  const newMean = f64x2.splat(1 - meanDecay);
  const keptSquare = f64x2.splat(squareDecay);
  const newSquare = f64x2.splat(1 - squareDecay);
  const bytes = (<usize>count) << 3;
  for (let at: usize = 0; at < bytes; at += 16) {
    const slope = v128.load(gradient + at);
    const m = f64x2.add(f64x2.mul(keptMean, v128.load(mean + at)), f64x2.mul(newMean, slope));
    const s = f64x2.add(f64x2.mul(keptSquare, v128.load(square + at)), f64x2.mul(f64x2.mul(newSquare, slope), slope));
    v128.store(mean + at, m);
    v128.store(square + at, s);
    const step = f64x2.mul(f64x2.splat(rate), f64x2.div(m, f64x2.splat(meanCorrection)));
    const scale = f64x2.add(f64x2.sqrt(f64x2.div(s, f64x2.splat(squareCorrection))), f64x2.splat(stabilizer));
    v128.store(position + at, f64x2.sub(v128.load(position + at), f64x2.div(step, scale)));
  }
}

/** Gradient descent with momentum. @param count as in `adam` */
export function descend(position: usize, gradient: usize, velocity: usize, count: i32, rate: f64, momentum: f64): void {
  const bytes = (<usize>count) << 3;
  for (let at: usize = 0; at < bytes; at += 16) {
    const v = f64x2.add(f64x2.mul(f64x2.splat(momentum), v128.load(velocity + at)), v128.load(gradient + at));
    v128.store(velocity + at, v);
    v128.store(position + at, f64x2.sub(v128.load(position + at), f64x2.mul(f64x2.splat(rate), v)));
  }
}

/** Where the caller's arrays may begin. */
export const heapBase: usize = __heap_base;
