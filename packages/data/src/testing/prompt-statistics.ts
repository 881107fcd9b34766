import {
  childKey,
  multiplyVector,
  randomKey,
  type ContextStatistics,
  type Matrix,
  type RandomKey,
  type RandomStream,
} from "@onestep/core";
import type { SampleSums } from "./prompt-reader.ts";

/** A number of the prompt at place i of a batch. */
export type PromptStatistic = (batch: ContextStatistics, i: number) => number;

/** ⟨direction, x_q⟩ */
export function queryAlong(direction: Float64Array): PromptStatistic {
  const d = direction.length;
  return ({ queryCovariates }, i) => {
    let sum = 0;
    for (let j = 0; j < d; j++) sum += queryCovariates[i * d + j] * direction[j];
    return sum;
  };
}

/** x_qᵀΓb */
export function stepPrediction(gamma: Matrix): PromptStatistic {
  const d = gamma.rows;
  return (batch, i) => queryAlong(multiplyVector(gamma, batch.crossProduct.subarray(i * d, (i + 1) * d)))(batch, i);
}

/** x_qᵀMSu */
export function quadraticPart(even: Matrix, u: Float64Array): PromptStatistic {
  return (batch, i) => queryAlong(multiplyVector(even, gramTimes(batch, i, u)))(batch, i);
}

/** c x_qᵀm */
export function energyPart(m: Float64Array): PromptStatistic {
  const along = queryAlong(m);
  return (batch, i) => batch.responseEnergy[i] * along(batch, i);
}

/** Su */
export function gramTimes(
  { dimension: d, covariateGram }: ContextStatistics,
  i: number,
  u: Float64Array,
): Float64Array {
  const image = new Float64Array(d);
  let at = (i * d * (d + 1)) / 2;
  for (let j = 0; j < d; j++) {
    for (let k = 0; k <= j; k++, at++) {
      image[j] += covariateGram[at] * u[k];
      if (k < j) image[k] += covariateGram[at] * u[j];
    }
  }
  return image;
}

/** Each statistic in units of its root mean square over a few prompts, which are drawn below the key. */
export function inTypicalUnits(
  statistics: readonly PromptStatistic[],
  sample: SampleSums,
  key: RandomKey,
): readonly PromptStatistic[] {
  const count = 512;
  const pilot = sample({ key: childKey(key, "pilot"), count, from: 0 });
  return statistics.map((statistic) => {
    let square = 0;
    for (let i = 0; i < count; i++) square += statistic(pilot, i) ** 2 / count;
    const unit = square > 0 ? Math.sqrt(square) : 1;
    return (batch, i) => statistic(batch, i) / unit;
  });
}

/** A key out of a stream. */
export function drawKey(stream: RandomStream): RandomKey {
  return randomKey(stream.bits());
}

/** So many draws of N(0, 1). */
export function drawNormals(stream: RandomStream, count: number): Float64Array {
  const normals = new Float64Array(count);
  stream.fillNormals(normals, 0, count);
  return normals;
}
