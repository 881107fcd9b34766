import { childKey, meanAccumulator, openStream, randomKey, type RandomStream } from "@onestep/core";
import type { Check, CheckResult } from "./check.ts";

/** The mean of a statistic of a law, as the law declares it. */
export interface MeanClaim {
  /** `"E⟨u, x⟩²"` */
  readonly what: string;
  readonly declared: number;
}

/** An experiment on several means at once. */
export interface MeanExperiment {
  readonly claims: readonly MeanClaim[];
  /** Draws once more, and writes one statistic for each claim: of order 1, where the law sets no other scale. */
  readonly draw: (into: Float64Array) => void;
}

const BLOCKS = 64;
/** So many block means on one side of a declared value are too many. */
const TOO_MANY = 60;
/** P(Bin(64, p) ≤ 4 or ≥ 60) is 7e-14 at p = ½, and 3.9e-11 at p = 0.4335. */
const FALSE_ALARM = 4e-11;
/** A block mean of a constant is off by rounding alone. */
const ROUNDING = 2 ** -36;

/**
 * Checks declared means by signs: the draws fall into 64 blocks, and a law is refused where 60 block means or more lie
 * on one side of the declared value.
 *
 * A block mean is hardly skewed even where a single draw is, so it exceeds its expectation with a probability p near ½,
 * and the number of those that do is Bin(64, p). No variance is estimated, hence heavy tails cannot mislead, as they do
 * a z-test far out in its tails. The bound on a false alarm allows for a block mean as skewed as the mean of four
 * exponentials (skewness 1, p = 0.4335), that is, for draws of a skewness up to √blockSize. A shift of 18 standard
 * errors is all but always noticed.
 *
 * @param prepare opens the experiment on a stream of its own
 * @param blockSize draws in a block; 2048 unless told
 */
export function meanCheck(name: string, prepare: (stream: RandomStream) => MeanExperiment, blockSize = 2048): Check {
  return {
    name,
    // Counted when it is asked for: some experiments begin with draws of their own.
    get falseAlarm() {
      return FALSE_ALARM * prepare(openStream(randomKey(0))).claims.length;
    },
    run({ key = randomKey(0) } = {}) {
      const experiment = prepare(openStream(childKey(key, name)));
      const results = runBlocks(experiment, blockSize).map((means, i) => judge(experiment.claims[i], means, blockSize));
      return results.reduce((worst, result) => (result.score > worst.score ? result : worst));
    },
  };
}

/** The block means of every claim. */
function runBlocks({ claims, draw }: MeanExperiment, blockSize: number): Float64Array[] {
  const means = claims.map(() => new Float64Array(BLOCKS));
  const statistics = new Float64Array(claims.length);
  for (let block = 0; block < BLOCKS; block++) {
    for (let i = 0; i < blockSize; i++) {
      draw(statistics);
      for (let k = 0; k < claims.length; k++) means[k][block] += statistics[k];
    }
    for (const ofClaim of means) ofClaim[block] /= blockSize;
  }
  return means;
}

function judge({ what, declared }: MeanClaim, means: Float64Array, blockSize: number): CheckResult {
  if (!means.every(Number.isFinite)) {
    return { passed: false, score: 1, detail: `${what}: a statistic that is not a finite number` };
  }
  const tolerance = ROUNDING * Math.max(1, Math.abs(declared));
  const above = means.filter((mean) => mean > declared + tolerance).length;
  const below = means.filter((mean) => mean < declared - tolerance).length;
  const onOneSide = Math.max(above, below);
  const accumulator = meanAccumulator();
  means.forEach((mean) => accumulator.push(mean));
  const { value, standardError } = accumulator.estimate();
  return {
    passed: onOneSide < TOO_MANY,
    score: onOneSide / BLOCKS,
    detail:
      `${what}: ${value.toPrecision(6)} ± ${standardError.toPrecision(2)} from ${BLOCKS * blockSize} draws, ` +
      `declared ${declared.toPrecision(6)}; ${onOneSide} of ${BLOCKS} block means ${above >= below ? "above" : "below"}`,
  };
}
