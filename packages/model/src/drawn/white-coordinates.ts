import { covariance, DomainError, inverse, multiply, multiplyVector, transpose, type Matrix } from "@onestep/core";
import type { LinearGaussianLaw } from "@onestep/kernels";
import { bordered } from "../deep/layer-heads.ts";
import { taskMoments, type GaussianLinearPopulation } from "../population/task-moments.ts";

/**
 * A Gaussian linear law in coordinates where covariates are N(0, I): x = A z with AAᵀ = Σ, so that tokens are
 * (x, y) = T (z, y) with T = diag(A, 1), and the task is Aᵀw ~ N(Aᵀμ, AᵀΩA).
 */
export interface WhiteCoordinates {
  readonly law: LinearGaussianLaw;
  /** T, `[d+1, d+1]` */
  readonly tokenScale: Matrix;
  /** T⁻¹ */
  readonly inverseTokenScale: Matrix;
  /** A⁻¹, `[d, d]` */
  readonly whitening: Matrix;
  /** √E y², or 1 where responses are silent */
  readonly responseScale: number;
}

/**
 * @throws ShapeError where covariates, tasks and their mean differ in dimension; DomainError for impossible numbers, and
 * for covariates without a covariance that can be inverted
 */
export function whiteCoordinates(where: string, population: GaussianLinearPopulation): WhiteCoordinates {
  const { energy } = taskMoments(where, population);
  const { contextLength, covariates, tasks, taskMean, noiseVariance } = population;
  const { dimension, factor, rank } = covariates;
  if (rank < dimension) {
    throw new DomainError({
      where,
      expected: "covariates that vary in every direction",
      arrived: `a covariance of rank ${rank} in ${dimension} dimensions`,
      hint: "train on prompts row by row, or leave out coordinates that follow from others",
    });
  }
  const transposed = transpose(factor);
  const whitening = inverse(factor);
  const mean = taskMean ?? new Float64Array(dimension);
  const ofTask = covariance(multiply(transposed, tasks.matrix, factor)).factor;
  return {
    law: {
      dimension,
      contextLength,
      noiseDeviation: Math.sqrt(noiseVariance),
      task: { factor: isDiagonal(ofTask) ? diagonalOf(ofTask) : ofTask, mean: multiplyVector(transposed, mean) },
    },
    tokenScale: bordered(factor, 1),
    inverseTokenScale: bordered(whitening, 1),
    whitening,
    responseScale: Math.sqrt(energy) || 1,
  };
}

function isDiagonal({ rows, values }: Matrix): boolean {
  return values.every((entry, at) => entry === 0 || at % (rows + 1) === 0);
}

function diagonalOf({ rows, values }: Matrix): Float64Array {
  return values.filter((_, at) => at % (rows + 1) === 0);
}
