import {
  add,
  identity,
  matrix,
  multiply,
  multiplyVector,
  outer,
  pseudoInverse,
  scale,
  trace,
  traceOfProduct,
  transpose,
  zeros,
  type LsaParameters,
  type Matrix,
} from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { solveOnSupport } from "../numerics/solve-on-support.ts";
import { cite } from "../sources.ts";
import { whitenPrior, type GaussianPriorSetting, type WhitenedPrior } from "./gaussian-prior.ts";

/** The best single head found. */
export interface SingleHeadOptimum {
  /** its loss, noise of the query's response included */
  readonly loss: number;
  /** keyQuery `[d+1, d+1]`, valueProjection `[d+1, 1]` */
  readonly parameters: LsaParameters<Matrix>;
  /** How many starting points were tried. */
  readonly starts: number;
}

/**
 * The best single head of linear attention for task vectors with a mean: a search, not a formula.
 *
 * $$ \min_{u, K}\ \mathbb{E}\big(y_q - x_q^\top K^\top G u\big)^2, \qquad K = M_{:,1:d} $$
 *
 * Quadratic in K given u and in u given K, and not convex in both: the exact minimisation in each is alternated from
 * several starts. The loss lies between the two of `multiHeadOptimum`.
 *
 * @param setting `tasks` is the covariance about `taskMean`
 * @throws DomainError for n < 1, σ² < 0 or a mean that is not finite
 * @throws ShapeError for dimensions that differ
 * @throws NumericalError if the moments overflow
 *
 * Source: own derivation, alternating least squares.
 *
 * @example
 * const law = { contextLength: 5, covariates: isotropic(3), tasks: isotropic(3), taskMean: [1, 0, 0], noiseVariance: 0.3 };
 * Math.round(singleHeadOptimum(law).value.loss * 1e4) / 1e4; // => 2.037
 */
export function singleHeadOptimum(setting: GaussianPriorSetting): ClosedForm<SingleHeadOptimum> {
  const law = whitenPrior("singleHeadOptimum", setting);
  const starts = startsOf(law);
  const best = starts
    .map((start) => alternate(law, start))
    .reduce((least, head) => (head.loss < least.loss ? head : least));
  return {
    value: { loss: best.loss, parameters: unwhiten(law.factor, best), starts: starts.length },
    formula: String.raw`\min_{u,K}\ \mathbb{E}(y_q - x_q^\top K^\top G u)^2`,
    hypotheses: [
      hypotheses.gaussianCovariates,
      "task vectors w ~ N(μ, Ω), y = ⟨w, x⟩ + noise",
      "Gaussian noise",
      hypotheses.squaredError,
      "the least of several local minima: an upper bound",
    ],
    source: cite("onestep", "singleHeadOptimum"),
  };
}

interface Head {
  /** u, `[d+1]` */
  readonly u: Float64Array;
  /** K, `[d+1, d]` */
  readonly keys: Matrix;
  readonly loss: number;
}

/** The pure step, and mixtures of it with the direction of the mean and of its image under Ω. */
function startsOf({ dimension: d, mean, tasks }: WhitenedPrior): Float64Array[] {
  const norm = Math.sqrt(mean.reduce((sum, value) => sum + value * value, 0));
  const pure = new Float64Array(d + 1);
  pure[d] = 1;
  if (norm === 0) return [pure];
  const directions = [mean, multiplyVector(tasks, mean), mean.map((_, j) => (j % 2 === 0 ? norm : -norm))];
  const mixed = directions.flatMap((direction) =>
    [-3, -1, -0.3, 0.3, 1, 3].map((share) =>
      Float64Array.from([...direction.map((value) => (share * value) / norm), 1]),
    ),
  );
  return [pure, ...mixed];
}

function alternate(law: WhitenedPrior, start: Float64Array): Head {
  let u = start;
  let head = bestKeys(law, u);
  for (let round = 0; round < 2000; round++) {
    u = bestValues(law, head.keys);
    const next = bestKeys(law, u);
    const gained = head.loss - next.loss;
    head = next;
    if (gained <= 2 ** -50 * law.responseVariance) break;
  }
  return head;
}

/** K = E[G u uᵀ G]⁻¹ E[G u βᵀ] */
function bestKeys(law: WhitenedPrior, u: Float64Array): Head {
  const reward = signalCross(law, u);
  const keys = solveOnSupport(gramSandwich(law, outer(u, u)), transpose(reward));
  return { u, keys, loss: law.responseVariance - traceOfProduct(reward, keys) };
}

/** u = E[G K Kᵀ G]⁻¹ h, h_i = tr(E[β (G e_i)ᵀ] K) */
function bestValues(law: WhitenedPrior, keys: Matrix): Float64Array {
  const d = law.dimension;
  const rewards = Array.from({ length: d + 1 }, (_, i) => {
    const unit = new Float64Array(d + 1);
    unit[i] = 1;
    return traceOfProduct(signalCross(law, unit), keys);
  });
  return solveOnSupport(gramSandwich(law, multiply(keys, transpose(keys))), matrix(d + 1, 1, rewards)).values;
}

/** E[β (G u)ᵀ], `[d, d+1]` */
function signalCross(
  { contextLength: n, dimension: d, mean, second, energySignal }: WhitenedPrior,
  u: Float64Array,
): Matrix {
  const ux = u.subarray(0, d);
  const uy = u[d];
  const left = add(scale(outer(mean, ux), n), scale(second, n * uy));
  const right = multiplyVector(second, ux).map((value, i) => n * value + uy * energySignal[i]);
  const result = zeros(d, d + 1);
  for (let i = 0; i < d; i++) {
    result.values.set(left.values.subarray(i * d, (i + 1) * d), i * (d + 1));
    result.values[i * (d + 1) + d] = right[i]!;
  }
  return result;
}

/** E[G N G] for symmetric N = [[X, z], [zᵀ, t]], block by block from the moments of S, b, c. */
function gramSandwich(law: WhitenedPrior, middle: Matrix): Matrix {
  const { contextLength: n, dimension: d, mean, stepMoment, energyGram, energyStep, energySquare } = law;
  const x = zeros(d, d);
  for (let i = 0; i < d; i++) x.values.set(middle.values.subarray(i * (d + 1), i * (d + 1) + d), i * d);
  const z = Float64Array.from({ length: d }, (_, i) => middle.values[i * (d + 1) + d]);
  const t = middle.values[(d + 1) * (d + 1) - 1];
  const dotMean = z.reduce((sum, value, i) => sum + value * mean[i], 0);

  // E[S z bᵀ] = n² zμᵀ + n(μ·z)I + n μzᵀ
  const mixed = add(add(scale(outer(z, mean), n * n), scale(identity(d), n * dotMean)), scale(outer(mean, z), n));
  const upper = [
    scale(x, n * (n + 1)),
    scale(identity(d), n * trace(x)),
    mixed,
    transpose(mixed),
    scale(stepMoment, t),
  ].reduce((sum, term) => add(sum, term));
  const xMean = multiplyVector(x, mean);
  const gramZ = multiplyVector(energyGram, z);
  const stepZ = multiplyVector(stepMoment, z);
  const side = mean.map(
    (value, i) => n * (n + 1) * xMean[i] + n * trace(x) * value + gramZ[i] + stepZ[i] + t * energyStep[i],
  );
  const corner =
    traceOfProduct(x, stepMoment) + 2 * z.reduce((sum, value, i) => sum + value * energyStep[i], 0) + t * energySquare;

  const result = zeros(d + 1, d + 1);
  for (let i = 0; i < d; i++) {
    result.values.set(upper.values.subarray(i * d, (i + 1) * d), i * (d + 1));
    result.values[i * (d + 1) + d] = side[i]!;
    result.values[d * (d + 1) + i] = side[i]!;
  }
  result.values[(d + 1) * (d + 1) - 1] = corner;
  return result;
}

/** u = D⁻ᵀũ and K = D⁻ᵀ K̃ L⁻¹ with D = diag(L, 1), since G = D G̃ Dᵀ. */
function unwhiten(factor: Matrix, { u, keys }: Head): LsaParameters<Matrix> {
  const inverse = pseudoInverse(factor);
  const { rows: r, columns: d } = inverse;
  const ux = multiplyVector(transpose(inverse), u.subarray(0, r));
  const inner = multiply(keys, inverse);
  const covariateKeys = multiply(transpose(inverse), { rows: r, columns: d, values: inner.values.subarray(0, r * d) });
  const keyQuery = zeros(d + 1, d + 1);
  for (let i = 0; i <= d; i++) {
    const row = i < d ? covariateKeys.values.subarray(i * d, (i + 1) * d) : inner.values.subarray(r * d);
    keyQuery.values.set(row, i * (d + 1));
  }
  return { keyQuery, valueProjection: matrix(d + 1, 1, Float64Array.from([...ux, u[r]])) };
}
