import { zeros, type Matrix } from "@onestep/core";
import { checkTransformer } from "../deep/check-transformer.ts";
import type { AttentionHead, LinearTransformer, TokenEmbedding } from "../deep/linear-transformer.ts";
import { matrixAt, requireArray, requireShape, storedMatrix } from "./array-access.ts";
import type { StoredArray, StoredArrays } from "./stored-array.ts";

const EMBEDDINGS = {
  context: "context_embedding",
  query: "query_embedding",
  prefix: "prefix",
} as const satisfies Record<keyof TokenEmbedding, string>;

/**
 * A linear transformer as the arrays of a weight file: `P` and `Q`, `[L, H, d+1, d+1]`, in the convention
 * Z_{l+1} = Z_l + (1/n) Σ_h P Z mask Zᵀ Q Z, ŷ = −[Z_L]_{d+1, n+1}. Layers with fewer heads than others are filled up
 * with heads of zeros. Only what differs from that gets arrays of its own: `divides_by_length` 0 for plain sums, and
 * `context_embedding`, `query_embedding` `[d+1, d+1]` and `prefix` `[k, d+1]`.
 *
 * @throws ShapeError or DomainError for a transformer that is none
 *
 * Source: arXiv 2306.00297, the model of Section 2.
 *
 * @example
 * const twoSteps = construct.gradientDescent({ dimension: 3, stepSizes: [0.5, 0.5] });
 * arraysOfTransformer(twoSteps).P.shape; // => [2, 1, 4, 4]
 */
export function arraysOfTransformer(transformer: LinearTransformer): StoredArrays {
  const { layers, embedding = {}, dividesByLength } = transformer;
  const width = checkTransformer("arraysOfTransformer", transformer) + 1;
  const heads = layers.reduce((most, { length }) => Math.max(most, length), 0);
  const stack = (part: keyof AttentionHead): StoredArray => {
    const nothing = zeros(width, width);
    const matrices = layers.flatMap((layer) =>
      Array.from({ length: heads }, (_, h) => (h < layer.length ? layer[h][part] : nothing)),
    );
    const values = new Float64Array(matrices.length * width * width);
    matrices.forEach((one, i) => values.set(one.values, i * width * width));
    return { shape: [layers.length, heads, width, width], values };
  };
  const parts = Object.entries(EMBEDDINGS).flatMap(([part, name]): [string, StoredArray][] => {
    const map = embedding[part as keyof TokenEmbedding];
    return map === undefined ? [] : [[name, storedMatrix(map)]];
  });
  return {
    P: stack("valueProjection"),
    Q: stack("keyQuery"),
    ...(dividesByLength ? {} : { divides_by_length: { shape: [], values: Float64Array.of(0) } }),
    ...Object.fromEntries(parts),
  };
}

/**
 * The transformer that a weight file holds: the inverse of `arraysOfTransformer`, heads of zeros included. Other arrays
 * are left alone.
 *
 * @throws DomainError for a missing array or numbers that are not finite; ShapeError for shapes that do not fit
 *
 * @example
 * const oneStep = construct.gradientDescent({ dimension: 1, stepSizes: [0.5] });
 * const file = writeSafetensors(arraysOfTransformer(oneStep));
 * toRows(transformerOfArrays(readSafetensors(file)).layers[0][0].keyQuery); // => [[-0.5, 0], [0, 0]]
 */
export function transformerOfArrays(arrays: StoredArrays): LinearTransformer {
  const where = "transformerOfArrays";
  const [projections, keyQueries] = ["P", "Q"].map((name) => requireArray(where, arrays, name));
  requireShape(where, "P", projections, ["L", "H", "d+1", "d+1"]);
  requireShape(where, "Q", keyQueries, projections.shape);
  const [depth, heads] = projections.shape;
  const layers = Array.from({ length: depth }, (_, l) =>
    Array.from({ length: heads }, (__, h) => ({
      valueProjection: matrixAt(projections, l * heads + h),
      keyQuery: matrixAt(keyQueries, l * heads + h),
    })),
  );
  const embedding = embeddingOf(where, arrays);
  const transformer = {
    layers,
    dividesByLength: divisionOf(where, arrays),
    ...(Object.keys(embedding).length > 0 ? { embedding } : {}),
  };
  checkTransformer(where, transformer);
  return transformer;
}

function embeddingOf(where: string, arrays: StoredArrays): TokenEmbedding {
  const parts = Object.entries(EMBEDDINGS).filter(([, name]) => Object.hasOwn(arrays, name));
  return Object.fromEntries(
    parts.map(([part, name]): [string, Matrix] => {
      requireShape(where, name, arrays[name], [part === "prefix" ? "k" : "d+1", "d+1"]);
      return [part, matrixAt(arrays[name], 0)];
    }),
  );
}

function divisionOf(where: string, arrays: StoredArrays): boolean {
  if (!Object.hasOwn(arrays, "divides_by_length")) return true;
  requireShape(where, "divides_by_length", arrays["divides_by_length"], []);
  return arrays["divides_by_length"].values[0] !== 0;
}
