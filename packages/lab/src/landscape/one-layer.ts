import {
  covariance,
  frobeniusNorm,
  identity,
  isotropic,
  matrix,
  multiply,
  multiplyVector,
  outer,
  scale,
  transpose,
  type LsaParameters,
  type Matrix,
} from "@onestep/core";
import { mergedHeads, trainableOnPopulation, type GaussianLinearPopulation } from "@onestep/model";
import { bordered } from "../training/in-white-coordinates.ts";
import { length, type Landscape } from "./point.ts";

/** The heads of one layer, u_h `[d+1]` and K_h `[d+1, d]`, what the query reads of M_h. */
type Heads = readonly LsaParameters<Matrix>[];

/**
 * The exact loss of one layer on a Gaussian linear law, in white tokens v = Tṽ, T = diag(F, s), FFᵀ = Σ, s² = E y²:
 * ũ = Tᵀu and M̃ = TᵀMT/s. Heads are balanced, ‖ũ‖ = ‖M̃‖, and their dead columns are zero.
 *
 * Reparametrisations of the same layer: any invertible mixture of heads, u_h ↦ Σ_k a_hk u_k with M ↦ A^{−ᵀ}M, of which
 * (c·u, M/c) is the case of one head; and the dead last column of each M.
 */
export function layerLandscape(
  law: Required<GaussianLinearPopulation>,
  heads: Heads,
  optimum: LsaParameters<Matrix>,
): Landscape {
  const { dimension } = law.covariates;
  const white = whiteTokens(law);
  const family = mergedHeads({ dimension, heads: heads.length });
  const trainable = trainableOnPopulation(family, white.law);
  const position = family.pack(heads.map((head) => balanced(white.inwards(head))));
  const best = family.pack([balanced(white.inwards(optimum)), ...heads.slice(1).map(() => silent(dimension + 1))]);
  return {
    slopeAt: async (at) => {
      const { loss, gradient } = await trainable.lossAndGradient(at, undefined);
      return { loss: white.energy * loss, gradient: gradient.map((entry) => white.energy * entry) };
    },
    position,
    size: Math.max(length(position), length(best)) || 1,
    gauge: (at) => {
      const here = family.unpack(at);
      const zeros = here.map(() => silent(dimension + 1));
      const mixtures = here.flatMap((_, h) =>
        here.map((__, k) =>
          family.pack(
            zeros.map((none, index) => ({
              valueProjection: index === h ? here[k].valueProjection : none.valueProjection,
              keyQuery: index === k ? scale(live(here[h].keyQuery), -1) : none.keyQuery,
            })),
          ),
        ),
      );
      const dead = here.flatMap((_, h) =>
        Array.from({ length: dimension + 1 }, (__, row) => {
          const change = silent(dimension + 1);
          change.keyQuery.values[row * (dimension + 1) + dimension] = 1;
          return family.pack(zeros.map((none, index) => (index === h ? change : none)));
        }),
      );
      return [...mixtures, ...dead];
    },
  };
}

/**
 * ‖Σ_h sym(u_h ⊗ K_h) − sym(u* ⊗ K*)‖/‖sym(u* ⊗ K*)‖ in white tokens: how far a layer is from the optimum as a function of
 * prompts, whatever its gauge. Absolute where the optimum is zero.
 */
export function distanceToOptimum(
  law: Required<GaussianLinearPopulation>,
  heads: Heads,
  optimum: LsaParameters<Matrix>,
): number {
  const { inwards } = whiteTokens(law);
  const [own, best] = [readingOf(heads.map(inwards)), readingOf([inwards(optimum)])];
  const unit = length(best) || 1;
  return length(own.map((entry, at) => entry - best[at])) / unit;
}

/** How a layer reads G: the coefficients of G_ij x_k in its prediction, `[d+1, d+1, d]`, symmetric in i and j. */
function readingOf(heads: Heads): Float64Array {
  const width = heads[0].keyQuery.rows;
  const reading = new Float64Array(width * width * (width - 1));
  for (const { keyQuery, valueProjection } of heads) {
    for (let k = 0; k < width - 1; k++) {
      const column = Float64Array.from({ length: width }, (_, j) => keyQuery.values[j * width + k]);
      const { values } = outer(valueProjection.values, column);
      for (let i = 0; i < width; i++) {
        for (let j = 0; j < width; j++) {
          reading[(i * width + j) * (width - 1) + k] += (values[i * width + j] + values[j * width + i]) / 2;
        }
      }
    }
  }
  return reading;
}

/** The law in white tokens, and layers as they are on them. */
function whiteTokens({
  contextLength,
  covariates,
  tasks,
  taskMean,
  noiseVariance,
}: Required<GaussianLinearPopulation>): {
  readonly law: GaussianLinearPopulation;
  /** s² */
  readonly energy: number;
  readonly inwards: (head: LsaParameters<Matrix>) => LsaParameters<Matrix>;
} {
  const { dimension, matrix: sigma } = covariates;
  const hasInverse = covariates.rank === dimension;
  const factor = hasInverse ? covariates.factor : identity(dimension);
  const back = transpose(factor);
  const whiteTasks = multiply(back, tasks.matrix, factor);
  const whiteMean = multiplyVector(back, taskMean);
  const whiteSigma = hasInverse ? isotropic(dimension).matrix : sigma;
  const signal = multiply(whiteSigma, whiteTasks).values.reduce(
    (sum, entry, at) => (at % (dimension + 1) === 0 ? sum + entry : sum),
    0,
  );
  const meanSignal = multiplyVector(whiteSigma, whiteMean).reduce((sum, entry, i) => sum + entry * whiteMean[i], 0);
  // A law whose responses are all zero has no unit of its own.
  const unit = Math.sqrt(signal + meanSignal + noiseVariance) || 1;
  const frame = bordered(factor, unit);
  return {
    law: {
      contextLength,
      covariates: hasInverse ? isotropic(dimension) : covariates,
      tasks: covariance(scale(whiteTasks, 1 / unit ** 2)),
      taskMean: whiteMean.map((entry) => entry / unit),
      noiseVariance: noiseVariance / unit ** 2,
    },
    energy: unit ** 2,
    inwards: ({ keyQuery, valueProjection }) => ({
      keyQuery: live(scale(multiply(transpose(frame), keyQuery, frame), 1 / unit)),
      valueProjection: multiply(transpose(frame), valueProjection),
    }),
  };
}

/** The same head with ‖u‖ = ‖M‖; one of which either is zero is left as it is. */
function balanced({ keyQuery, valueProjection }: LsaParameters<Matrix>): LsaParameters<Matrix> {
  const ratio = Math.sqrt(frobeniusNorm(keyQuery) / frobeniusNorm(valueProjection));
  if (!(ratio > 0 && ratio < Infinity)) return { keyQuery, valueProjection };
  return { keyQuery: scale(keyQuery, 1 / ratio), valueProjection: scale(valueProjection, ratio) };
}

/** M without its last column, which multiplies the query's zero response. */
function live({ rows: width, values }: Matrix): Matrix {
  return matrix(
    width,
    width,
    values.map((entry, at) => (at % width === width - 1 ? 0 : entry)),
  );
}

function silent(width: number): LsaParameters<Matrix> {
  return { keyQuery: matrix(width, width), valueProjection: matrix(width, 1) };
}
