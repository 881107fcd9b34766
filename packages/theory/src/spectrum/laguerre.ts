import { log, stirlingCorrection } from "@onestep/core";

/** Values above it are brought back by it: φ_k spans more powers of ten than doubles have. */
const LARGE = 2 ** 300;

/** Laguerre functions at one point, divided by exp(`logScale`) so that none underflows. */
export interface LaguerreValues {
  /** φ_{N−1} e^{−logScale} */
  readonly last: number;
  /** φ_{N−2} e^{−logScale}; 0 for N = 1 */
  readonly previous: number;
  /** Σ_{k≤N−2} φ_k² e^{−2 logScale} */
  readonly squares: number;
  readonly logScale: number;
}

/**
 * The orthonormal Laguerre functions φ_k(x) = √(k!/Γ(k+α+1)) x^{α/2} e^{−x/2} L_k^{(α)}(x), k < N, at x = t².
 *
 * $$ \sqrt{(k+1)(k+1+\alpha)}\,\varphi_{k+1} = (2k+1+\alpha-x)\,\varphi_k - \sqrt{k(k+\alpha)}\,\varphi_{k-1} $$
 *
 * The point is given as s = t − √α, so that x − α = s(2√α + s) keeps its digits when α is a million; values are carried
 * with a separate exponent, because φ_0 underflows long before φ_{N−1} does.
 *
 * @param count N ≥ 1
 * @param alpha α ≥ 0
 * @param t √x, where it is known better than as s + √α: close to 0
 */
export function laguerreFunctions(
  count: number,
  alpha: number,
  s: number,
  t: number = Math.sqrt(alpha) + s,
): LaguerreValues {
  const offset = s * (2 * Math.sqrt(alpha) + s);
  let previous = 0;
  let last = 1;
  let squares = 0;
  let rescalings = 0;
  for (let k = 0; k + 1 < count; k++) {
    squares += last * last;
    const next =
      ((2 * k + 1 - offset) * last - Math.sqrt(k * (k + alpha)) * previous) / Math.sqrt((k + 1) * (k + 1 + alpha));
    previous = last;
    last = next;
    if (Math.abs(last) > LARGE) {
      previous /= LARGE;
      last /= LARGE;
      squares /= LARGE * LARGE;
      rescalings++;
    }
  }
  return { last, previous, squares, logScale: logGroundState(alpha, t, offset) + rescalings * log(LARGE) };
}

/** ln φ_0 = ½(α ln x − x − ln Γ(α+1)) at x = t² = α + offset, with Stirling's formula for ln Γ(α+1) = ln Γ(α) + ln α. */
function logGroundState(alpha: number, t: number, offset: number): number {
  if (alpha === 0) return -offset / 2;
  const e = offset / alpha;
  const fall = Math.abs(e) > 0.5 ? 2 * log(t) - log(alpha) - e : logOnePlusMinus(e);
  return (alpha * fall - 0.5 * log(2 * Math.PI * alpha) - stirlingCorrection(alpha)) / 2;
}

/** ln(1 + e) − e without cancellation, |e| ≤ ½: ln(1 + e) = 2 artanh r and e = 2r/(1 − r), with r = e/(2 + e). */
function logOnePlusMinus(e: number): number {
  const r = e / (2 + e);
  let series = 0;
  for (let power = r * r * r, k = 3; Math.abs(power) > 2 ** -120; power *= r * r, k += 2) series += power / k;
  return 2 * series - (2 * r * r) / (1 - r);
}
