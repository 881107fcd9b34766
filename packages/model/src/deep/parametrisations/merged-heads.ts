import { scale, type LsaParameters, type Matrix } from "@onestep/core";
import { plainSums } from "../layer-heads.ts";
import type { AttentionHead } from "../linear-transformer.ts";
import { requireSizes } from "./sizes.ts";
import { concatenate, matricesAt, type Parametrisation, type Size } from "./parametrisation.ts";

/**
 * One layer of heads with merged weights (M_h, u_h), ŷ = Σ_h u_hᵀ G M_h v_q.
 *
 * @throws DomainError unless the sizes are whole numbers, at least 1
 *
 * @example
 * mergedHeads({ dimension: 2, heads: 3 }).size; // => 36
 */
export function mergedHeads(shape: {
  /** d */
  readonly dimension: number;
  /** H, default 1 */
  readonly heads?: number;
}): Parametrisation<readonly LsaParameters<Matrix>[]> {
  const { dimension, heads = 1 } = shape;
  requireSizes("mergedHeads", { dimension, heads });
  const width = dimension + 1;
  const sizes = Array.from({ length: heads }, (): Size[] => [
    [width, width],
    [width, 1],
  ]).flat();
  const pack = (weights: readonly LsaParameters<Matrix>[]): Float64Array =>
    concatenate(weights.flatMap(({ keyQuery, valueProjection }) => [keyQuery, valueProjection]));
  return {
    name: "merged",
    size: heads * (width * width + width),
    pack,
    unpack: (position) => {
      const all = matricesAt(position, sizes);
      return Array.from({ length: heads }, (_, head) => ({
        keyQuery: all[2 * head],
        valueProjection: all[2 * head + 1],
      }));
    },
    transformer: plainSums,
    pullBack: (_, gradient) => pack(gradient.layers[0].map(headGradient)),
  };
}

/** ∂L/∂M = ∂L/∂Q and ∂L/∂u = −(∂L/∂P)ᵀ e, through P = −e uᵀ. */
export function headGradient({ valueProjection, keyQuery }: AttentionHead): LsaParameters<Matrix> {
  const { rows: width, values } = valueProjection;
  const lastRow = { rows: width, columns: 1, values: values.slice((width - 1) * width) };
  return { keyQuery, valueProjection: scale(lastRow, -1) };
}
