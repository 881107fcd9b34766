import { transpose, type Matrix } from "@onestep/core";
import { checkTransformer } from "../deep/check-transformer.ts";
import { bordered } from "../deep/layer-heads.ts";
import type { LinearTransformer } from "../deep/linear-transformer.ts";
import { matrixAt, requireShape } from "./array-access.ts";
import type { StoredArray } from "./stored-array.ts";

/**
 * The transformer of `allparam`, the one array in which the code of arXiv 2306.00297 keeps its weights.
 *
 * Its convention: tokens are rows, updated by (1/n) Σ_h (Z Q Zᵀ) mask (Z Pᵀ), so that its Q is the transpose of ours; P and
 * Q are stored without their last row and column, which are zero but for a corner of 1 in P; the loss squares output plus
 * y, hence ŷ = −output, as here.
 *
 * @param allparam `[L, H, 2, d, d]`: P, then Q, of each head; with `unconstrained`, `[L, H, 2, d+1, d+1]`, nothing left out
 * @throws ShapeError for another shape; DomainError for no layers, no heads, or numbers that are not finite
 *
 * Source: arXiv 2306.00297, its published code, linear_transformer.py and linear_transformer_unconstrained.py.
 *
 * @example
 * const allparam = { shape: [1, 1, 2, 1, 1], values: Float64Array.of(0, -0.5) };
 * toRows(transformerOfAllparam(allparam).layers[0][0].valueProjection); // => [[0, 0], [0, 1]]
 */
export function transformerOfAllparam(
  allparam: StoredArray,
  { unconstrained = false }: { readonly unconstrained?: boolean } = {},
): LinearTransformer {
  const side = unconstrained ? "d+1" : "d";
  requireShape("transformerOfAllparam", "allparam", allparam, ["L", "H", 2, side, side]);
  const [depth, heads] = allparam.shape;
  const complete = (block: Matrix, corner: number): Matrix => (unconstrained ? block : bordered(block, corner));
  const layers = Array.from({ length: depth }, (_, l) =>
    Array.from({ length: heads }, (__, h) => ({
      valueProjection: complete(matrixAt(allparam, 2 * (l * heads + h)), 1),
      keyQuery: transpose(complete(matrixAt(allparam, 2 * (l * heads + h) + 1), 0)),
    })),
  );
  const transformer = { layers, dividesByLength: true };
  checkTransformer("transformerOfAllparam", transformer);
  return transformer;
}
