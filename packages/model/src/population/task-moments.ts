import {
  add,
  dot,
  DomainError,
  multiply,
  multiplyVector,
  outer,
  ShapeError,
  trace,
  traceOfProduct,
  type GaussianLinearSetting,
  type Matrix,
} from "@onestep/core";

/** A Gaussian linear law whose task vectors may have a mean: w ~ N(μ, Ω). */
export interface GaussianLinearPopulation extends GaussianLinearSetting {
  /** μ, `[d]`; default 0 */
  readonly taskMean?: Float64Array;
}

/**
 * All that the population loss knows of a law. Given its task w, a token (x, y) is Gaussian with second moment
 *
 * $$ \Psi = \begin{bmatrix} \Sigma & s \\ s^\top & v \end{bmatrix}, \qquad s = \Sigma w, \quad v = w^\top\Sigma w + \sigma^2, $$
 *
 * and G is Wishart; what remains is the mean over w of the products of two entries of Ψ.
 */
export interface TaskMoments {
  readonly contextLength: number;
  /** Σ, `[d, d]` */
  readonly sigma: Matrix;
  /** E s = Σμ, `[d]` */
  readonly meanCross: Float64Array;
  /** E s sᵀ = Σ R₂ Σ with R₂ = Ω + μμᵀ, `[d, d]` */
  readonly crossSquare: Matrix;
  /** E v = τ = tr(ΣR₂) + σ² */
  readonly energy: number;
  /** E[v s], `[d]` */
  readonly energyCross: Float64Array;
  /** E v² */
  readonly energySquare: number;
}

/**
 * The moments of a law's tasks.
 *
 * @throws ShapeError where covariates, tasks and their mean differ in dimension; DomainError for impossible numbers
 */
export function taskMoments(where: string, law: GaussianLinearPopulation): TaskMoments {
  const { contextLength, noiseVariance } = law;
  requireLawNumbers(where, contextLength, noiseVariance);
  const sigma = law.covariates.matrix;
  const omega = law.tasks.matrix;
  const mean = law.taskMean ?? new Float64Array(sigma.rows);
  if (!mean.every(Number.isFinite)) {
    throw new DomainError({
      where: `${where}.taskMean`,
      expected: "finite numbers",
      arrived: mean.join(", "),
      hint: "leave the mean out where tasks have none",
    });
  }
  if (omega.rows !== sigma.rows || mean.length !== sigma.rows) {
    throw new ShapeError({
      where,
      expected: `tasks and a task mean of dimension ${sigma.rows}, that of the covariates`,
      arrived: `dimensions ${omega.rows} and ${mean.length}`,
      hint: "a task vector has one weight per covariate",
    });
  }
  const second = add(omega, outer(mean, mean)); // R₂
  const energy = traceOfProduct(sigma, second) + noiseVariance;
  const meanCross = multiplyVector(sigma, mean);
  const omegaSigma = multiply(omega, sigma);
  // E[(wᵀΣw) w] = (tr ΩΣ + μᵀΣμ) μ + 2ΩΣμ
  const inTask = trace(omegaSigma) + dot(mean, meanCross) + noiseVariance;
  const omegaCross = multiplyVector(omega, meanCross);
  return {
    contextLength,
    sigma,
    meanCross,
    crossSquare: multiply(sigma, second, sigma),
    energy,
    energyCross: multiplyVector(
      sigma,
      mean.map((entry, i) => inTask * entry + 2 * omegaCross[i]),
    ),
    energySquare: energy ** 2 + 2 * traceOfProduct(omegaSigma, omegaSigma) + 4 * dot(meanCross, omegaCross),
  };
}

function requireLawNumbers(where: string, contextLength: number, noiseVariance: number): void {
  if (!(Number.isSafeInteger(contextLength) && contextLength >= 1)) {
    throw new DomainError({
      where: `${where}.contextLength`,
      expected: "an integer context length n ≥ 1",
      arrived: String(contextLength),
      hint: "a context needs at least one labelled pair",
    });
  }
  if (noiseVariance >= 0 && Number.isFinite(noiseVariance)) return;
  throw new DomainError({
    where: `${where}.noiseVariance`,
    expected: "a finite variance σ² ≥ 0",
    arrived: String(noiseVariance),
    hint: "give the variance of the noise, not its standard deviation with a sign",
  });
}
