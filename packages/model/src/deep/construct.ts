import { diagonal, DomainError, integerPower, matrix, type Matrix, scale, transpose } from "@onestep/core";
import { checkTransformer } from "./check-transformer.ts";
import { requireSizes } from "./parametrisations/sizes.ts";
import { sparseHead } from "./layer-heads.ts";
import type { AttentionHead, LinearTransformer } from "./linear-transformer.ts";

/**
 * Weights whose forward pass is gradient descent on ‖y − Xw‖²/2n from w = 0, one layer a step:
 *
 * $$ \hat w_{l+1} = \hat w_l + \tfrac{a_l}{n} X^\top (y - X \hat w_l). $$
 *
 * @throws DomainError for no steps, a step size that is not finite, or a dimension that is not whole, at least 1
 *
 * Source: von Oswald et al., arXiv 2212.07677, Proposition 1; Ahn et al., arXiv 2306.00297, Lemma 1.
 *
 * @example
 * construct.gradientDescent({ dimension: 3, stepSizes: [0.5, 0.5] }).layers.length; // => 2
 */
export function gradientDescent(algorithm: {
  /** d */
  readonly dimension: number;
  /** a_l, in units of S/n */
  readonly stepSizes: readonly number[];
}): LinearTransformer {
  const { dimension, stepSizes } = algorithm;
  return deep(
    "construct.gradientDescent",
    stepSizes.map((stepSize) => [sparseHead(scalar(dimension, stepSize))]),
  );
}

/**
 * Weights of preconditioned gradient descent, ŵ' = ŵ + (1/n) Γ_l Xᵀ(y − Xŵ). Γ_l may be any matrix, never symmetrised.
 *
 * @throws DomainError for no steps; ShapeError unless all are square of one size
 *
 * Source: Ahn et al., arXiv 2306.00297, Lemma 1, with A_l = Γ_lᵀ.
 *
 * @example
 * const { layers } = construct.preconditionedGradientDescent({ preconditioners: [diagonal([1, 0.5])] });
 * layers[0][0].keyQuery.values[4]; // => -0.5
 */
export function preconditionedGradientDescent(algorithm: {
  /** Γ_l, `[d, d]` each */
  readonly preconditioners: readonly Matrix[];
}): LinearTransformer {
  const layers = algorithm.preconditioners.map((preconditioner) => [sparseHead(transpose(preconditioner))]);
  return deep("construct.preconditionedGradientDescent", layers);
}

/**
 * Weights of GD++: each layer takes a step on the responses and, with the same attention, contracts the covariates of
 * context and query,
 *
 * $$ y_i' = y_i - \tfrac{a_l}{n} x_i^\top X^\top y, \qquad x_i' = \bigl(I - \tfrac{b_l}{n} X^\top X\bigr) x_i, $$
 *
 * so that later steps work on better conditioned data.
 *
 * @throws DomainError for no steps, or unless there are as many contractions as step sizes
 *
 * Source: von Oswald et al., arXiv 2212.07677, GD++; Ahn et al., arXiv 2306.00297, Theorem 4, with B_l = (b_l/a_l) I.
 *
 * @example
 * const { layers } = construct.gdPlusPlus({ dimension: 1, stepSizes: [0.5, 2], contractions: [0.25, 0] });
 * layers[0][0].valueProjection.values[0]; // => 0.5
 */
export function gdPlusPlus(algorithm: {
  /** d */
  readonly dimension: number;
  /** a_l, in units of S/n */
  readonly stepSizes: readonly number[];
  /** b_l, in units of S/n; the last one has no effect */
  readonly contractions: readonly number[];
}): LinearTransformer {
  const { dimension, stepSizes, contractions } = algorithm;
  const where = "construct.gdPlusPlus";
  if (stepSizes.length !== contractions.length || stepSizes.some((a, l) => a === 0 && contractions[l] !== 0)) {
    throw new DomainError({
      where,
      expected: "one contraction for each step size, and none where the step size is 0",
      arrived: `step sizes [${stepSizes.join(", ")}] and contractions [${contractions.join(", ")}]`,
      hint: "give 0 for a layer that leaves the covariates alone",
    });
  }
  const ratio = (l: number): number => (stepSizes[l] === 0 ? 0 : contractions[l] / stepSizes[l]);
  const layers = stepSizes.map((a, l) => [sparseHead(scalar(dimension, a), scalar(dimension, ratio(l)))]);
  return deep(where, layers);
}

/**
 * Weights of gradient descent on the ridge objective (‖y − Xw‖² + λ‖w‖²)/2n from w = 0:
 *
 * $$ \hat w_{l+1} = \hat w_l + \tfrac{a_l}{n} \bigl(X^\top (y - X \hat w_l) - \lambda \hat w_l\bigr). $$
 *
 * The penalty is a prefix of d tokens (√λ·eᵢ, 0), which make S + λI of S. Layers alone cannot do it: each is linear in
 * the Gram matrix and has no constant, and the residual polynomial of two ridge steps has no real roots.
 *
 * @throws DomainError for no steps, or a penalty that is negative or not finite
 *
 * Source: own derivation: ridge regression is least squares with √λ·I below X and zeros below y.
 *
 * @example
 * const { embedding } = construct.ridgeGradientDescent({ dimension: 2, stepSizes: [0.5], penalty: 4 });
 * toRows(embedding.prefix); // => [[2, 0, 0], [0, 2, 0]]
 */
export function ridgeGradientDescent(algorithm: {
  /** d */
  readonly dimension: number;
  /** a_l, in units of S/n */
  readonly stepSizes: readonly number[];
  /** λ ≥ 0, added to XᵀX */
  readonly penalty: number;
}): LinearTransformer {
  const { dimension, stepSizes, penalty } = algorithm;
  if (!(penalty >= 0 && penalty < Infinity)) {
    throw new DomainError({
      where: "construct.ridgeGradientDescent.penalty",
      expected: "a finite penalty λ ≥ 0",
      arrived: String(penalty),
      hint: "the Bayes posterior of isotropic tasks has λ = σ²/ω²",
    });
  }
  requireSizes("construct", { dimension });
  const prefix = matrix(dimension, dimension + 1);
  for (let i = 0; i < dimension; i++) prefix.values[i * (dimension + 2)] = Math.sqrt(penalty);
  return { ...gradientDescent({ dimension, stepSizes }), embedding: { prefix } };
}

/**
 * Weights of k iterations of Newton's method for (S/n)⁻¹, the Newton–Schulz iteration, applied to Xᵀy/n:
 *
 * $$ N_{j+1} = 2N_j - N_j \tfrac{S}{n} N_j, \qquad N_0 = a I, \qquad \hat w = \tfrac1n N_k X^\top y. $$
 *
 * Its residual (I − aS/n)^(2^k) is that of 2^k equal steps of gradient descent, and layers that leave the covariates
 * alone cannot raise a degree faster: 2^k layers. It converges for a below 2n/λ_max(S).
 *
 * @throws DomainError unless k is a whole number from 0 to 10
 *
 * Source: own derivation: I − N_{j+1} S/n = (I − N_j S/n)²; the iteration: Schulz, ZAMM 13, 1933.
 *
 * @example
 * construct.newton({ dimension: 2, iterations: 3, initialScale: 0.5 }).layers.length; // => 8
 */
export function newton(algorithm: {
  /** d */
  readonly dimension: number;
  /** k */
  readonly iterations: number;
  /** a, in units of S/n */
  readonly initialScale: number;
}): LinearTransformer {
  const { dimension, initialScale } = algorithm;
  const layers = 2 ** requireIterations("construct.newton.iterations", algorithm.iterations);
  return gradientDescent({ dimension, stepSizes: Array.from({ length: layers }, () => initialScale) });
}

/**
 * Weights of k iterations of Newton's method for (S/n)^(−1/2), whose square is applied to Xᵀy/n:
 *
 * $$ Y_{j+1} = \tfrac12 Y_j \bigl(3I - \tfrac{S}{n} Y_j^2\bigr), \qquad Y_0 = \sqrt a\, I, \qquad
 *    \hat w = \tfrac1n Y_k^2 X^\top y. $$
 *
 * The layers map the covariates, x ↦ Y x up to a scale, which squares the error of Y: k + 1 layers do what needs 2^k
 * layers on responses alone. This is what GD++ is after. It converges for a below 3n/λ_max(S).
 *
 * @throws DomainError unless k is a whole number from 0 to 10 and a > 0
 *
 * Source: own derivation; the iteration: Higham, Functions of Matrices, 2008, Section 6.7.
 *
 * @example
 * construct.newtonSquareRoot({ dimension: 2, iterations: 3, initialScale: 0.5 }).layers.length; // => 4
 */
export function newtonSquareRoot(algorithm: {
  /** d */
  readonly dimension: number;
  /** k */
  readonly iterations: number;
  /** a > 0, in units of S/n */
  readonly initialScale: number;
}): LinearTransformer {
  const { dimension, initialScale } = algorithm;
  const where = "construct.newtonSquareRoot";
  const iterations = requireIterations(`${where}.iterations`, algorithm.iterations);
  if (!(initialScale > 0)) {
    throw new DomainError({
      where: `${where}.initialScale`,
      expected: "a positive scale a",
      arrived: String(initialScale),
      hint: "1 is a good start for white covariates: it converges for a below 3n/λ_max(S)",
    });
  }
  // Y_j = s_j R_j, where R_{j+1} = R_j (I − (s_j²/3) (S/n) R_j²) starts at I and s_{j+1} = (3/2) s_j takes what is left.
  const squares = Array.from({ length: iterations + 1 }, (_, j) => initialScale * integerPower(2.25, j));
  const maps = squares.slice(0, -1).map((square) => [covariateHead(dimension, square / 3)]);
  return deep(where, [...maps, [sparseHead(scalar(dimension, squares[iterations]))]]);
}

/** x ↦ (I − (b/n) S) x, responses untouched. */
function covariateHead(dimension: number, contraction: number): AttentionHead {
  const { keyQuery } = sparseHead(scalar(dimension, 1));
  return { valueProjection: scale(keyQuery, -contraction), keyQuery };
}

function scalar(dimension: number, value: number): Matrix {
  requireSizes("construct", { dimension });
  return diagonal(new Float64Array(dimension).fill(value));
}

function deep(where: string, layers: readonly (readonly AttentionHead[])[]): LinearTransformer {
  const transformer = { layers, dividesByLength: true };
  checkTransformer(where, transformer);
  return transformer;
}

/** Beyond ten doublings every sensible start has converged, and 2^k layers are too many to write down. */
function requireIterations(where: string, iterations: number): number {
  if (Number.isSafeInteger(iterations) && iterations >= 0 && iterations <= 10) return iterations;
  throw new DomainError({
    where,
    expected: "a whole number of iterations from 0 to 10",
    arrived: String(iterations),
    hint: "the number of correct digits doubles with each iteration: 5 are plenty",
  });
}
