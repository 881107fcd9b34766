import { matrix, type LsaParameters, type Matrix } from "@onestep/core";
import type { PromptLaw } from "@onestep/data";
import { inducedStepOfHeads, type LinearTransformer } from "@onestep/model";
import { hasFixedLength } from "../law-traits.ts";

/**
 * The heads of a single layer as (M, u) with plain sums: M = Q, and u is −κ times the last row of P, κ = 1/n where the
 * layer divides by n. Undefined for several layers, and where n varies while the layer divides by it.
 */
export function headsOfLayer(
  { layers, dividesByLength }: LinearTransformer,
  law: PromptLaw,
): readonly LsaParameters<Matrix>[] | undefined {
  const [heads, ...deeper] = layers;
  if (deeper.length > 0 || (dividesByLength && !hasFixedLength(law))) return undefined;
  const factor = dividesByLength ? 1 / law.contextLength : 1;
  return heads.map(({ keyQuery, valueProjection: { rows: width, values } }) => ({
    keyQuery,
    valueProjection: matrix(
      width,
      1,
      values.slice((width - 1) * width).map((entry) => -factor * entry),
    ),
  }));
}

/** Γ of a single layer of any number of heads; undefined where `headsOfLayer` is. */
export function stepOfLayer(transformer: LinearTransformer, law: PromptLaw): Matrix | undefined {
  const heads = headsOfLayer(transformer, law);
  return heads === undefined ? undefined : inducedStepOfHeads(heads).preconditioner;
}
