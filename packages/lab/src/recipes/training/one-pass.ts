import { scale, zeros, type GaussianLinearSetting, type Matrix, type RandomKey } from "@onestep/core";
import {
  gaussianCovariates,
  gaussianNoise,
  gaussianTasks,
  linearTarget,
  promptLaw,
  sampleContextStatistics,
} from "@onestep/data";

/** Prompts drawn at a time. */
const CHUNK = 4096;

/** The part of the largest stable rate, as if x and h were Gaussian, that stochastic gradient descent begins with. */
const RATE = 0.5;

/**
 * Γ after one pass of stochastic gradient descent from 0 on ½(x_qᵀGh − y_q)², h = b/n and Γ = G/n, one prompt each step.
 *
 * @param setting Σ diagonal, tasks N(0, I)
 * @param pass.halvings how often the rate is halved along the pass
 * @param pass.tick called now and then, so that a recipe can be ended
 */
export function onePass(
  setting: GaussianLinearSetting,
  pass: { readonly key: RandomKey; readonly count: number; readonly halvings: number; readonly tick: () => void },
): Matrix {
  const { contextLength: n, covariates, noiseVariance } = setting;
  const { dimension: d } = covariates;
  const { key, count, halvings, tick } = pass;
  const eigenvalues = Array.from({ length: d }, (_, i) => covariates.matrix.values[i * (d + 1)]);
  const law = promptLaw({
    contextLength: n,
    covariates: gaussianCovariates({ covariance: eigenvalues }),
    target: linearTarget({ tasks: gaussianTasks({ dimension: d }) }),
    noise: gaussianNoise({ variance: noiseVariance }),
  });
  const first = RATE / (boundOf(eigenvalues) * boundOf(secondMomentOf(eigenvalues, n, noiseVariance)));
  const stage = Math.ceil(count / Math.max(halvings, 1));
  const { values } = zeros(d, d);
  for (let from = 0; from < count; from += CHUNK) {
    tick();
    const size = Math.min(CHUNK, count - from);
    const drawn = sampleContextStatistics(law, { key, from, count: size, gram: false });
    for (let i = 0; i < size; i++) {
      const at = i * d;
      const { queryCovariates: x, crossProduct: b } = drawn;
      let error = -drawn.queryResponses[i];
      for (let row = 0, entry = 0; row < d; row++) {
        for (let column = 0; column < d; column++, entry++) {
          error += (x[at + row] * values[entry] * b[at + column]) / n;
        }
      }
      const halved = halvings === 0 ? 0 : Math.floor((from + i) / stage);
      const rate = (first / 2 ** halved) * (error / n);
      for (let row = 0, entry = 0; row < d; row++) {
        for (let column = 0; column < d; column++, entry++) values[entry] -= rate * x[at + row] * b[at + column];
      }
    }
  }
  return scale({ rows: d, columns: d, values }, 1 / n);
}

/** Eigenvalues of E hhᵀ = ((n + 1)Λ² + τΛ)/n. */
function secondMomentOf(eigenvalues: readonly number[], n: number, noiseVariance: number): number[] {
  const tau = eigenvalues.reduce((sum, value) => sum + value, noiseVariance);
  return eigenvalues.map((value) => ((n + 1) * value ** 2 + tau * value) / n);
}

/** tr Λ + 2λ₁, the largest eigenvalue of E ‖x‖²xxᵀ of a Gaussian x over that of E xxᵀ. */
function boundOf(eigenvalues: readonly number[]): number {
  return eigenvalues.reduce((sum, value) => sum + value, 2 * Math.max(...eigenvalues));
}
