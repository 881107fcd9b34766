import { DomainError, type Matrix } from "@onestep/core";
import type { DeepWeights } from "@onestep/kernels";
import type { AttentionHead, LinearTransformer, TransformerGradient } from "./linear-transformer.ts";

/** The heads of a transformer that kernels evaluate, one a layer on bare tokens; undefined for any other. */
export function kernelHeads({ layers, embedding = {} }: LinearTransformer): readonly AttentionHead[] | undefined {
  const isBare = Object.values(embedding).every((part) => part === undefined);
  return isBare && layers.every((heads) => heads.length === 1) ? layers.map(([head]) => head) : undefined;
}

/** @throws DomainError unless there is one head a layer, on bare tokens */
export function requireKernelHeads(where: string, transformer: LinearTransformer): readonly AttentionHead[] {
  const heads = kernelHeads(transformer);
  if (heads !== undefined) return heads;
  const { layers, embedding } = transformer;
  throw new DomainError({
    where,
    expected: "one head a layer, on bare tokens",
    arrived:
      embedding === undefined ? `layers of ${layers.map(({ length }) => length).join(", ")} heads` : "an embedding",
    hint: "train on sampled statistics with transformerOnStatistics, which takes any family",
  });
}

/** P and Q as kernels take them. */
export function kernelWeights(heads: readonly AttentionHead[]): DeepWeights {
  return {
    valueProjections: heads.map(({ valueProjection }) => valueProjection.values),
    keyQueries: heads.map(({ keyQuery }) => keyQuery.values),
  };
}

/** Room for the derivatives by the P and Q of these heads, to be written as `kernelWeights` of it. */
export function roomForGradient(heads: readonly AttentionHead[]): readonly AttentionHead[] {
  const room = ({ rows, columns }: Matrix): Matrix => ({ rows, columns, values: new Float64Array(rows * columns) });
  return heads.map(({ valueProjection, keyQuery }) => ({
    valueProjection: room(valueProjection),
    keyQuery: room(keyQuery),
  }));
}

/** Derivatives by one head a layer. */
export function gradientOfHeads(heads: readonly AttentionHead[]): TransformerGradient {
  return { layers: heads.map((head) => [head]) };
}
