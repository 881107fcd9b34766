import { childKey, DomainError, type RandomKey } from "@onestep/core";

/** Statistics of a sample of prompts, large where a law is not invariant under a group. */
export interface OrbitStatistics {
  /** How much each counts, 1 or less; a discount keeps the noise of the many from drowning the one that matters most. */
  readonly weights: readonly number[];
  /**
   * The statistics after each prompt has been moved by its own random element of the group, drawn below `orbit`; of the
   * prompts as they are where `orbit` is left out. Free of scale: of order one, or exactly constant.
   */
  evaluate(orbit?: RandomKey): Float64Array;
}

/** How an orbit test is drawn. */
export interface OrbitTestOptions {
  readonly key: RandomKey;
  /** B, the number of times all prompts are moved; p is at least 1/(B + 1) */
  readonly randomizations: number;
  /** Hears before each sample how many are done. */
  readonly onSample?: (done: number) => void;
}

/** Statistics of order one that vary by less than this vary by rounding alone. */
const ROUNDING = 1e-10;

/**
 * The p-value of "the law of a prompt is invariant under a compact group", exact in finite samples: P(p ≤ α) ≤ α for
 * any statistics s_k and weights w_k whatever.
 *
 * $$ p = \frac{1 + \#\lbrace b : T_b \ge T_0 \rbrace}{B + 1}, \qquad T_b = \max_k w_k \frac{s_{kb} - \bar s_k}{\mathrm{sd}_k} $$
 *
 * If the law is invariant, each prompt is a uniform draw from its orbit, so the prompts as they are (b = 0) and the B
 * moved samples are exchangeable. They stay so because the mean and the deviation of a statistic are taken over all
 * B + 1 of them. The largest standardised statistic is what counts, not the smallest p-value, whose ties would leave no
 * power at small B.
 *
 * @throws DomainError unless B ≥ 1 is an integer
 *
 * Source: Lehmann & Romano, Testing Statistical Hypotheses, 3rd ed., section 15.2; with randomly drawn group elements,
 * Hemerik & Goeman, TEST 27, 2018.
 *
 * @example
 * const outlier = { weights: [1], evaluate: (orbit) => Float64Array.of(orbit === undefined ? 9 : openStream(orbit).uniform()) };
 * orbitTest(outlier, { key: randomKey(0), randomizations: 99 }); // => 0.01
 */
export function orbitTest(statistics: OrbitStatistics, { key, randomizations, onSample }: OrbitTestOptions): number {
  if (!Number.isSafeInteger(randomizations) || randomizations < 1) {
    throw new DomainError({
      where: "certifySymmetry.randomizations",
      expected: "an integer B ≥ 1",
      arrived: String(randomizations),
      hint: "99 gives p-values down to 0.01",
    });
  }
  const samples = [statistics.evaluate()];
  for (let b = 0; b < randomizations; b++) {
    onSample?.(samples.length);
    samples.push(statistics.evaluate(childKey(key, "orbit", b)));
  }
  const largest = largestStandardised(samples, statistics.weights);
  const tie = ROUNDING * Math.abs(largest[0]);
  const asLarge = largest.filter((value) => value >= largest[0] - tie).length; // the prompts as they are included
  return asLarge / samples.length;
}

/** T_b for every sample b. A statistic that is the same on all of them says nothing: it counts as 0. */
function largestStandardised(samples: readonly Float64Array[], weights: readonly number[]): Float64Array {
  const largest = new Float64Array(samples.length).fill(-Infinity);
  weights.forEach((weight, k) => {
    const mean = samples.reduce((sum, sample) => sum + sample[k], 0) / samples.length;
    const squares = samples.reduce((sum, sample) => sum + (sample[k] - mean) * (sample[k] - mean), 0);
    const deviation = Math.sqrt(squares / samples.length);
    const scale = deviation > ROUNDING ? weight / deviation : 0;
    samples.forEach((sample, b) => (largest[b] = Math.max(largest[b], scale * (sample[k] - mean))));
  });
  return largest;
}
