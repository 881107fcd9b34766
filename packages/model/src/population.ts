import {
  add,
  matrix,
  multiply,
  multiplyVector,
  outer,
  scale,
  trace,
  traceOfProduct,
  transpose,
  dot,
  DomainError,
  ShapeError,
  type GaussianLinearSetting,
  type LsaParameters,
  type Matrix,
} from "@onestep/core";
import { inducedStep } from "./lsa/induced-step.ts";

/** A Gaussian linear law whose task vectors may have a mean: w ~ N(μ, Ω). */
export interface GaussianLinearPopulation extends GaussianLinearSetting {
  /** μ, `[d]`; default 0 */
  readonly taskMean?: Float64Array;
}

/** The exact pre-training loss of a layer and the energies of its two parts. */
export interface PopulationLoss {
  /** E (ŷ − y_q)², σ² included */
  readonly loss: number;
  /** E f_odd², f_odd = x_qᵀ Γ Xᵀy */
  readonly oddEnergy: number;
  /** E f_even², f_even = x_qᵀ(M_xxᵀ S u_x + c·u_y m_yx) */
  readonly evenEnergy: number;
}

/**
 * The exact loss of any layer (u, M) on a Gaussian linear law, no sampling.
 *
 * With N = M_xxᵀ, v = u_x, m = u_y m_yx, R₂ = Ω + μμᵀ, τ = tr(ΣR₂) + σ², the layer is x_qᵀ(Γb + NSv + cm), and every
 * second moment of (b, S, c) is a Gaussian one:
 *
 * $$ \mathbb{E}\,bb^\top = n(n+1)\Sigma R_2\Sigma + n\tau\Sigma, \quad
 *    \mathbb{E}\,Svv^\top S = n(n+1)\Sigma vv^\top\Sigma + n(v^\top\Sigma v)\Sigma, \quad
 *    \mathbb{E}\,cS = n^2\tau\Sigma + 2n\Sigma R_2\Sigma, $$
 *
 * and so on for E c², E[c b], E[b (Sv)ᵀ] and the products with the query's response, which vanish at μ = 0.
 *
 * @throws ShapeError when the layer and the law differ in dimension; DomainError for a law or a layer of impossible numbers
 *
 * @example
 * // A silent layer misses the whole response, τ = tr(ΣΩ) + σ².
 * const law = { contextLength: 4, covariates: isotropic(3), tasks: isotropic(3), noiseVariance: 0.5 };
 * populationLoss(law, { keyQuery: zeros(4, 4), valueProjection: zeros(4, 1) }).loss; // => 3.5
 */
export function populationLoss(law: GaussianLinearPopulation, parameters: LsaParameters<Matrix>): PopulationLoss {
  const { contextLength: n, noiseVariance, tasks } = law;
  requireLawNumbers(n, noiseVariance);
  const sigma = law.covariates.matrix;
  const dimension = sigma.rows;
  const { preconditioner: gamma, evenPart } = inducedStep(parameters);
  if (gamma.rows !== dimension) {
    throw new ShapeError({
      where: "populationLoss",
      expected: `parameters of a layer on ${dimension} covariates`,
      arrived: `a layer on ${gamma.rows}`,
      hint: "evaluate the layer on the law it was trained for",
    });
  }
  const mean = law.taskMean ?? new Float64Array(dimension);
  const meanOuter = outer(mean, mean);
  const second = add(tasks.matrix, meanOuter); // R₂
  const sandwich = multiply(sigma, second, sigma); // Σ R₂ Σ
  const tau = traceOfProduct(sigma, second) + noiseVariance;
  const sigmaMean = multiplyVector(sigma, mean);

  // a = E[(wᵀΣw) w] and E v² of v = wᵀΣw + σ², the response's variance given the task
  const omegaSigma = multiply(tasks.matrix, sigma);
  const meanEnergy = dot(mean, sigmaMean);
  const omegaSigmaMean = multiplyVector(omegaSigma, mean);
  const third = mean.map((entry, i) => (trace(omegaSigma) + meanEnergy) * entry + 2 * omegaSigmaMean[i]);
  const varianceSecondMoment =
    tau ** 2 + 2 * traceOfProduct(omegaSigma, omegaSigma) + 4 * dot(sigmaMean, multiplyVector(tasks.matrix, sigmaMean));
  const responseTask = multiplyVector(sigma, third).map((entry, i) => entry + noiseVariance * sigmaMean[i]); // Σa + σ²Σμ

  const v = evenPart.direction;
  const m = evenPart.energy;
  const sigmaV = multiplyVector(sigma, v);
  const nMatrix = transpose(evenPart.quadratic);
  const stepMoment = add(scale(sandwich, n * (n + 1)), scale(sigma, n * tau)); // E bbᵀ
  const quadraticMoment = add(scale(outer(sigmaV, sigmaV), n * (n + 1)), scale(sigma, n * dot(v, sigmaV))); // E Svv ᵀS
  const energyQuadratic = multiplyVector(add(scale(sigma, n * n * tau), scale(sandwich, 2 * n)), v); // E[c S v]
  const energySquare = n * (n + 2) * varianceSecondMoment; // E c²
  const energyStep = responseTask.map((entry) => n * (n + 2) * entry); // E[c b]
  const stepQuadratic = stepTimesQuadratic(sigma, sigmaMean, v, n); // E[b (Sv)ᵀ]

  const nEnergyQuadratic = multiplyVector(nMatrix, energyQuadratic);
  const oddEnergy = traceOfProduct(sigma, multiply(gamma, stepMoment, transpose(gamma)));
  const evenEnergy =
    traceOfProduct(sigma, multiply(nMatrix, quadraticMoment, transpose(nMatrix))) +
    2 * dot(multiplyVector(sigma, nEnergyQuadratic), m) +
    energySquare * dot(m, multiplyVector(sigma, m));
  const oddTimesEven =
    traceOfProduct(sigma, multiply(gamma, stepQuadratic, transpose(nMatrix))) +
    dot(multiplyVector(sigma, multiplyVector(gamma, energyStep)), m);
  const responseTimesOdd = n * traceOfProduct(gamma, sandwich); // E[y_q f_odd] = tr(Γ E[b wᵀ]Σ)
  const responseTimesEven = n * dot(sigmaMean, multiplyVector(nMatrix, sigmaV)) + n * dot(responseTask, m);
  return {
    loss: tau - 2 * (responseTimesOdd + responseTimesEven) + oddEnergy + 2 * oddTimesEven + evenEnergy,
    oddEnergy,
    evenEnergy,
  };
}

function requireLawNumbers(contextLength: number, noiseVariance: number): void {
  if (!(Number.isSafeInteger(contextLength) && contextLength >= 1)) {
    throw new DomainError({
      where: "populationLoss.contextLength",
      expected: "an integer context length n ≥ 1",
      arrived: String(contextLength),
      hint: "a context needs at least one labelled pair",
    });
  }
  if (noiseVariance >= 0 && Number.isFinite(noiseVariance)) return;
  throw new DomainError({
    where: "populationLoss.noiseVariance",
    expected: "a finite variance σ² ≥ 0",
    arrived: String(noiseVariance),
    hint: "give the variance of the noise, not its standard deviation with a sign",
  });
}

/** E[b (Sv)ᵀ], from E[b_j S_kl] = n²(Σμ)_j Σ_kl + n[Σ_jk (Σμ)_l + Σ_jl (Σμ)_k]. */
function stepTimesQuadratic(sigma: Matrix, sigmaMean: Float64Array, v: Float64Array, n: number): Matrix {
  const sigmaV = multiplyVector(sigma, v);
  const result = matrix(sigma.rows, sigma.rows);
  const meanDotV = dot(sigmaMean, v);
  for (let j = 0; j < sigma.rows; j++) {
    for (let k = 0; k < sigma.rows; k++) {
      result.values[j * sigma.rows + k] =
        n * n * sigmaMean[j] * sigmaV[k] + n * (sigma.values[j * sigma.rows + k] * meanDotV + sigmaV[j] * sigmaMean[k]);
    }
  }
  return result;
}
