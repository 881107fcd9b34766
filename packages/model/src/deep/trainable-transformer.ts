import { orOverflow, overflowAt } from "../pretrain/overflow.ts";
import type { Trainable } from "../pretrain/trainable.ts";
import { hasFiniteWeights } from "./check-transformer.ts";
import type { Contexts } from "./context-gram.ts";
import type { Parametrisation } from "./parametrisations/parametrisation.ts";
import type { TransformerEngine } from "./transformer-engine.ts";

/**
 * A family of linear transformers for `pretrain`, trained on rows or on statistics; the latter at a cost that does not
 * depend on n.
 *
 * @example
 * const family = sparseTransformer({ dimension: 2, layers: 3 });
 * trainableTransformer(family, transformerEngine(float64Backend())).size; // => 12
 */
export function trainableTransformer<W>(
  parametrisation: Parametrisation<W>,
  engine: TransformerEngine,
): Trainable<W, Contexts> {
  const { size, pack, unpack, transformer, pullBack } = parametrisation;
  return {
    size,
    pack,
    unpack,
    async lossAndGradient(position, contexts) {
      const weights = unpack(position);
      const model = transformer(weights);
      if (!hasFiniteWeights(model)) return overflowAt(size);
      const { loss, gradient } = await engine.lossAndGradient(model, contexts);
      return orOverflow({ loss, gradient: pullBack(weights, gradient) });
    },
  };
}
