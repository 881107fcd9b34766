import type { LinearTransformer } from "../linear-transformer.ts";
import { requireSizes } from "./sizes.ts";
import { concatenate, matricesAt, sizesOf, type Parametrisation } from "./parametrisation.ts";

/**
 * Every P and Q free: 2 L H (d+1)² numbers, all P before all Q, `[L, H, d+1, d+1]` each.
 *
 * @throws DomainError unless the sizes are whole numbers, at least 1
 *
 * @example
 * fullTransformer({ dimension: 2, layers: 3 }).size; // => 54
 */
export function fullTransformer(shape: {
  /** d */
  readonly dimension: number;
  /** L */
  readonly layers: number;
  /** H, default 1 */
  readonly heads?: number;
}): Parametrisation<LinearTransformer> {
  const { dimension, layers, heads = 1 } = shape;
  requireSizes("fullTransformer", { dimension, layers, heads });
  const width = dimension + 1;
  const count = layers * heads;
  const pack = ({ layers: rows }: Pick<LinearTransformer, "layers">): Float64Array => {
    const all = rows.flat();
    return concatenate([...all.map(({ valueProjection }) => valueProjection), ...all.map(({ keyQuery }) => keyQuery)]);
  };
  return {
    name: "full",
    size: 2 * count * width * width,
    pack,
    unpack: (position) => {
      const all = matricesAt(position, sizesOf(2 * count, width));
      const headAt = (layer: number, head: number) => ({
        valueProjection: all[layer * heads + head],
        keyQuery: all[count + layer * heads + head],
      });
      return {
        layers: Array.from({ length: layers }, (_, layer) =>
          Array.from({ length: heads }, (_, head) => headAt(layer, head)),
        ),
        dividesByLength: true,
      };
    },
    transformer: (weights) => weights,
    pullBack: (_, gradient) => pack(gradient),
  };
}
