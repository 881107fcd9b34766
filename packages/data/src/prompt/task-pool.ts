import { DomainError, exp } from "@onestep/core";

/** What a context says about the task of a linear target with Gaussian noise. */
export interface PoolEvidence {
  /** S = XᵀX, packed: the lower triangle row by row, `[d(d+1)/2]` */
  readonly covariateGram: ArrayLike<number>;
  /** b = Xᵀy, `[d]` */
  readonly crossProduct: ArrayLike<number>;
  /** σ² */
  readonly noiseVariance: number;
}

/** What is known of a task from a finite pool once a context has been seen. */
export interface PoolPosterior {
  /** The probability of each task of the pool, `[K]` */
  readonly probabilities: Float64Array;
  /** E[w | context], `[d]`: ⟨mean, x_q⟩ is the prediction of least squared error */
  readonly mean: Float64Array;
}

/**
 * The posterior over a pool of equally likely tasks, for y = ⟨w, x⟩ + ε with ε ~ N(0, σ²):
 *
 * $$ p_k \propto \exp\!\Big({-\frac{w_k^\top S w_k - 2 b^\top w_k}{2\sigma^2}}\Big) $$
 *
 * (yᵀy is common to all tasks.) Without noise, the tasks that fit best share the posterior: those that reproduce the
 * context, if it came from the pool.
 *
 * @param pool K ≥ 1 task vectors, `[d]` each, as a law of pooled tasks carries them
 * @throws DomainError for an empty pool or a negative noise variance
 *
 * Source: Raventós, Paul, Chen & Ganguli, arXiv 2306.15063, section 2: the discrete minimum mean squared error estimator.
 *
 * @example
 * const pool = [Float64Array.of(1), Float64Array.of(-1)];
 * const context = { covariateGram: [2], crossProduct: [0], noiseVariance: 1 };
 * discretePosterior(pool, context).probabilities; // => Float64Array.of(0.5, 0.5)
 */
export function discretePosterior(pool: readonly Float64Array[], evidence: PoolEvidence): PoolPosterior {
  requirePool(pool, evidence);
  const fits = pool.map((w) => misfit(w, evidence));
  const best = fits.reduce((least, fit) => (fit.value < least.value ? fit : least));
  const weight = ({ value, rounding }: Misfit): number => {
    if (evidence.noiseVariance > 0) return exp((best.value - value) / (2 * evidence.noiseVariance));
    return value - best.value <= rounding + best.rounding ? 1 : 0;
  };

  // Relative to the best task the largest weight is 1, so that the sum neither overflows nor vanishes.
  const weights = Float64Array.from(fits, weight);
  const total = weights.reduce((sum, one) => sum + one, 0);
  const probabilities = weights.map((one) => one / total);
  const mean = new Float64Array(pool[0].length);
  for (const [k, w] of pool.entries()) {
    for (let i = 0; i < mean.length; i++) mean[i] += probabilities[k] * w[i];
  }
  return { probabilities, mean };
}

/** wᵀSw − 2bᵀw, the squared error of a task up to yᵀy, and a bound on its rounding. */
interface Misfit {
  readonly value: number;
  readonly rounding: number;
}

function misfit(w: Float64Array, { covariateGram, crossProduct }: PoolEvidence): Misfit {
  const d = w.length;
  let [value, size] = [0, 0];
  const push = (term: number): void => {
    value += term;
    size += Math.abs(term);
  };
  for (let i = 0, at = 0; i < d; i++) {
    for (let j = 0; j < i; j++) push(2 * covariateGram[at++] * w[i] * w[j]);
    push(covariateGram[at++] * w[i] * w[i]);
    push(-2 * crossProduct[i] * w[i]);
  }
  // S and b are sums themselves, over contexts of any length: a few more bits than the d² terms here would leave.
  return { value, rounding: 2 ** -40 * size };
}

function requirePool(pool: readonly Float64Array[], { noiseVariance }: PoolEvidence): void {
  if (pool.length === 0) {
    throw new DomainError({
      where: "discretePosterior",
      expected: "a pool of at least one task",
      arrived: "none",
      hint: "pass the pool of a law of pooled tasks",
    });
  }
  if (noiseVariance >= 0 && noiseVariance < Infinity) return;
  throw new DomainError({
    where: "discretePosterior",
    expected: "a finite noise variance ≥ 0",
    arrived: String(noiseVariance),
    hint: "pass σ², the variance of the noise on a response",
  });
}
