import { add } from "@onestep/core";
import type { AttentionHead } from "../linear-transformer.ts";
import { requireSizes } from "./sizes.ts";
import type { Parametrisation } from "./parametrisation.ts";

/**
 * A looped transformer: the layers of `loop`, repeated, with one set of weights. An embedding comes once, before all.
 *
 * @throws DomainError unless the number of repetitions is whole, at least 1
 *
 * Source: Gatmiry et al., arXiv 2410.08292.
 *
 * @example
 * const looped = tiedTransformer({ repetitions: 4, loop: sparseTransformer({ dimension: 2, layers: 1 }) });
 * looped.transformer([diagonal([1, 1])]).layers.length; // => 4
 * looped.size; // => 4
 */
export function tiedTransformer<W>(shape: {
  readonly repetitions: number;
  readonly loop: Parametrisation<W>;
}): Parametrisation<W> {
  const { repetitions, loop } = shape;
  requireSizes("tiedTransformer", { repetitions });
  return {
    ...loop,
    name: `tied-${loop.name}`,
    transformer: (weights) => {
      const once = loop.transformer(weights);
      return { ...once, layers: Array.from({ length: repetitions }, () => once.layers).flat() };
    },
    pullBack: (weights, { layers, ...rest }) => {
      const period = layers.length / repetitions;
      const summed = layers
        .slice(0, period)
        .map((heads, at) =>
          layers
            .filter((_, l) => l > at && l % period === at)
            .reduce<readonly AttentionHead[]>((sum, more) => sum.map((head, h) => addHeads(head, more[h])), heads),
        );
      return loop.pullBack(weights, { ...rest, layers: summed });
    },
  };
}

function addHeads(one: AttentionHead, other: AttentionHead): AttentionHead {
  return {
    valueProjection: add(one.valueProjection, other.valueProjection),
    keyQuery: add(one.keyQuery, other.keyQuery),
  };
}
