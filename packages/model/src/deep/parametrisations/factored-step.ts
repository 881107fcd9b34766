import { add, matrix, multiply, scale, transpose, zeros, type Matrix } from "@onestep/core";
import { concatenate, matricesAt, requireSize, type Parametrisation, type Size } from "./parametrisation.ts";
import { reducedStep } from "./reduced-step.ts";
import { requireSizes } from "./sizes.ts";

/** One head of a factored step, v QᵀK. */
export interface StepHead {
  /** v */
  readonly readout: number;
  /** Q, `[r, d]` */
  readonly query: Matrix;
  /** K, `[r, d]` */
  readonly key: Matrix;
}

/**
 * Heads with separate key and query and nothing that mixes covariates with responses: a step Γ = Σ_h v_h Q_hᵀK_h. The
 * parts of `factoredHeads` that are left out stay 0 along training where they start there.
 *
 * $$ \partial v = \langle\partial\Gamma, Q^\top K\rangle, \quad \partial Q = v\,K\,\partial\Gamma^\top, \quad \partial K = v\,Q\,\partial\Gamma. $$
 *
 * @throws DomainError unless the sizes are whole numbers, at least 1
 *
 * Source: the separate key and query of Zhang et al., arXiv 2501.16265; own derivation of the gradient.
 *
 * @example
 * factoredStep({ dimension: 3, heads: 2, rank: 1 }).size; // => 14
 */
export function factoredStep(shape: {
  /** d */
  readonly dimension: number;
  /** H */
  readonly heads: number;
  /** r, the rows of Q and K */
  readonly rank: number;
}): Parametrisation<readonly StepHead[]> {
  const { dimension, heads, rank } = shape;
  requireSizes("factoredStep", { dimension, heads, rank });
  const step = reducedStep({ dimension });
  const sizes: readonly Size[] = [
    [1, 1],
    [rank, dimension],
    [rank, dimension],
  ];
  const pack = (weights: readonly StepHead[]): Float64Array =>
    concatenate(
      weights.flatMap(({ readout, query, key }) => {
        const matrices = [matrix(1, 1, [readout]), query, key];
        matrices.forEach((one, at) => requireSize(one, sizes[at]));
        return matrices;
      }),
    );
  return {
    name: "factored step",
    size: heads * (1 + 2 * rank * dimension),
    pack,
    unpack: (position) => {
      const all = matricesAt(position, Array.from({ length: heads }, () => sizes).flat());
      return Array.from({ length: heads }, (_, h) => {
        const [readout, query, key] = all.slice(3 * h, 3 * h + 3);
        return { readout: readout.values[0], query, key };
      });
    },
    transformer: (weights) =>
      step.transformer(
        weights.reduce(
          (sum, { readout, query, key }) => add(sum, scale(multiply(transpose(query), key), readout)),
          zeros(dimension, dimension),
        ),
      ),
    pullBack: (weights, gradient) => {
      const slope = step.unpack(step.pullBack(zeros(dimension, dimension), gradient));
      return pack(
        weights.map(({ readout, query, key }) => {
          const towardsKey = multiply(query, slope);
          return {
            readout: towardsKey.values.reduce((sum, value, at) => sum + value * key.values[at], 0),
            query: scale(multiply(key, transpose(slope)), readout),
            key: scale(towardsKey, readout),
          };
        }),
      );
    },
  };
}
