import { radialQuadrature } from "@onestep/core";
import { linkParameter, type Link } from "../define/define-link.ts";
import { defineTarget, type TargetLaw } from "../define/define-target.ts";
import type { Factory } from "../define/definition.ts";
import type { JsonObject } from "../define/json.ts";
import { positive, positiveInteger } from "../define/parameter.ts";
import { requireRoom } from "../define/room.ts";
import { targetOfIndices } from "../define/target-indices.ts";
import { linkShelf } from "../links/shelf.ts";
import { singleIndexMoments } from "../moments/single-index-moments.ts";

/**
 * Random two-layer networks with m hidden units,
 *
 * $$ f(x) = \sum_{j=1}^m a_j\, g(\langle w_j, x\rangle), \qquad a_j \sim N(0, s_a^2), \quad w_j \sim N(0, s_w^2 I) $$
 *
 * all independent, and with no further factor of m. In every product of two values of f the units' cross terms vanish, so
 * that each moment is m·s_a² times that of a single index g(‖w‖⟨u, x⟩), averaged over ‖w‖.
 *
 * Source: Garg, Tsipras, Liang & Valiant, arXiv 2208.01066, section "More complex function classes".
 *
 * @example
 * const target = twoLayerTarget({ dimension: 3, width: 8, link: "relu", readoutVariance: 0.125 });
 * target.declares; // => { signSymmetric: true, invariance: "rotations" }
 */
export const twoLayerTarget: Factory<TwoLayerTargetInputs, TargetLaw> = defineTarget({
  name: "two-layer",
  summary: "A random network with one hidden layer: f(x) = Σ a · link(⟨w, x⟩) over its units.",
  parameters: {
    width: positiveInteger({ description: "m, the number of hidden units" }),
    link: linkParameter(linkShelf, { description: "the activation g: a name, or an object with its parameters" }),
    readoutVariance: positive({
      description: "s_a², of the weight of a unit; 1/width keeps f of order 1",
      fallback: 1,
    }),
    weightVariance: positive({ description: "s_w², of a coordinate of w", fallback: 1 }),
  },
  examples: [
    { width: 2, link: "relu", readoutVariance: 0.5, weightVariance: 0.8 },
    { width: 5, link: "erf", readoutVariance: 0.2 },
  ],
  check: ({ width, dimension }, where) =>
    requireRoom(`${where}.width`, {
      what: `${width} units in ${dimension} dimensions`,
      numbers: width * (2 * dimension + 2),
      hint: "choose a smaller width",
    }),
  declares: () => ({ signSymmetric: true, invariance: "rotations" }),
  growth: ({ link }) => link.growth,
  over({ width, link, readoutVariance, weightVariance, dimension }, covariates) {
    const [readoutDeviation, weightDeviation] = [Math.sqrt(readoutVariance), Math.sqrt(weightVariance)];
    return {
      draw(stream) {
        const directions = new Float64Array(width * dimension);
        stream.fillNormals(directions, 0, directions.length);
        for (let at = 0; at < directions.length; at++) directions[at] = weightDeviation * directions[at];
        const readouts = new Float64Array(width);
        stream.fillNormals(readouts, 0, width);
        return targetOfIndices({
          count: width,
          directions,
          linear: false,
          readout(projections, offset) {
            let sum = 0;
            for (let j = 0; j < width; j++) sum += readouts[j] * link.value(projections[offset + j]);
            return readoutDeviation * sum;
          },
        });
      },
      moments(context, query) {
        const { nodes, weights } = radialQuadrature(dimension);
        return singleIndexMoments({
          link,
          scales: Array.from(nodes, (norm, k) => ({ scale: weightDeviation * norm, weight: weights[k] })),
          amplitude: Math.sqrt(width * readoutVariance),
          transform: undefined,
          whitened: covariates,
          context,
          query,
        });
      },
    };
  },
});

/** The parameters of two-layer targets. */
export interface TwoLayerTargetInputs {
  readonly width: number;
  readonly link: string | JsonObject | Link;
  readonly readoutVariance?: number | undefined;
  readonly weightVariance?: number | undefined;
  readonly dimension?: number;
}
