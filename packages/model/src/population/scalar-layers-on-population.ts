import { DomainError } from "@onestep/core";
import { requireLength } from "../deep/parametrisations/parametrisation.ts";
import { requireSizes } from "../deep/parametrisations/sizes.ts";
import { orOverflow } from "../pretrain/overflow.ts";
import type { Trainable } from "../pretrain/trainable.ts";
import { requireNotNegative } from "../optimizers/settings.ts";
import { wishartQuadrature } from "./wishart-quadrature.ts";

/** A law on which all matrices of a scalar transformer commute: x ~ N(0, Σ) and w ~ N(0, ω²Σ⁻¹). */
export interface ScalarPopulation {
  /** n */
  readonly contextLength: number;
  /** d */
  readonly dimension: number;
  /** σ² */
  readonly noiseVariance: number;
  /** ω², default 1 */
  readonly taskVariance?: number;
}

/** The traces of powers of S up to 2L + 1 take as many products of traces as there are partitions of these numbers. */
const MOST_LAYERS = 8;

/**
 * A transformer of L layers A_l = a_l Σ⁻¹ on the exact loss of a law, for `pretrain`, `gradientFlow`, `lbfgs` and
 * `newton`: no prompts, no noise. With q(u) = Π(1 − a_l u), p(u) = (1 − q(u))/u and U = S/n in whitened coordinates,
 *
 * $$ L = \sigma^2 + \omega^2\,\mathbb{E}\,\mathrm{tr}\,q(U)^2 + \tfrac{\sigma^2}{n}\,\mathbb{E}\,\mathrm{tr}\,U p(U)^2,
 *    \qquad \frac{\partial q}{\partial a_l} = -u \prod_{j \ne l} (1 - a_j u), \quad
 *    \frac{\partial p}{\partial a_l} = \prod_{j \ne l} (1 - a_j u). $$
 *
 * Its parameters are the step sizes a_l, in units of S/n: those of `construct.gradientDescent` where Σ = I. Any batch is
 * ignored.
 *
 * @param layers L, up to 8
 * @throws DomainError for a law of impossible numbers, or a number of layers that is not whole, from 1 to 8
 *
 * Source: Ahn et al., arXiv 2306.00297, Theorem 3, the family; own derivation of the loss, from the Gram recursion.
 *
 * @example
 * // Theorem 1: at d = 1, n = 4, σ² = 0 the best step is n/(n + d + 1) in units of S/n, and its loss 1 − 4/6.
 * const oneLayer = scalarLayersOnPopulation({ contextLength: 4, dimension: 1, noiseVariance: 0 }, 1);
 * (await oneLayer.lossAndGradient(Float64Array.of(4 / 6), undefined)).loss; // ≈ 0.333333333333
 */
export function scalarLayersOnPopulation(law: ScalarPopulation, layers: number): Trainable<readonly number[], unknown> {
  const where = "scalarLayersOnPopulation";
  const { contextLength: n, dimension, taskVariance = 1 } = law;
  requireSizes(where, { contextLength: n, dimension, layers });
  if (layers > MOST_LAYERS) {
    throw new DomainError({
      where: `${where}.layers`,
      expected: `at most ${MOST_LAYERS} layers`,
      arrived: String(layers),
      hint: "train deeper transformers on sampled statistics, with trainableTransformer",
    });
  }
  const noiseVariance = requireNotNegative(where, "noiseVariance", law.noiseVariance);
  requireNotNegative(where, "taskVariance", taskVariance);
  // q² has degree 2L: L + 1 nodes are exact.
  const { nodes, weights } = wishartQuadrature(n, dimension, layers + 1);
  const evaluate = (steps: Float64Array): { loss: number; gradient: Float64Array } => {
    let loss = noiseVariance;
    const gradient = new Float64Array(layers);
    nodes.forEach((u, i) => {
      // A sum of squares: no digits cancel.
      const [ofTasks, ofNoise] = [taskVariance, (noiseVariance / n) * u].map((share) => dimension * weights[i] * share);
      const { residual: q, step: p } = polynomialsAt(steps, u);
      loss += ofTasks * q * q + ofNoise * p * p;
      gradient.forEach((_, l) => {
        const others = polynomialsAt(
          steps.filter((__, j) => j !== l),
          u,
        ).residual;
        gradient[l] += 2 * others * (ofNoise * p - ofTasks * u * q);
      });
    });
    return { loss, gradient };
  };
  return {
    size: layers,
    pack: (stepSizes) => Float64Array.from(stepSizes),
    unpack: (position) => {
      requireLength(position, layers);
      return Array.from(position);
    },
    lossAndGradient: async (position) => {
      requireLength(position, layers);
      return orOverflow(evaluate(position));
    },
  };
}

/** q(u) = Π(1 − a_l u), and p(u) = (1 − q(u))/u as the sum of a_l times the factors before it. */
function polynomialsAt(steps: Float64Array, u: number): { residual: number; step: number } {
  let [residual, step] = [1, 0];
  for (const a of steps) {
    step += a * residual;
    residual *= 1 - a * u;
  }
  return { residual, step };
}
