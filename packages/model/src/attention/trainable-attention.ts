import { orOverflow } from "../pretrain/overflow.ts";
import type { Trainable } from "../pretrain/trainable.ts";
import type { DifferentiableAttentionEngine } from "./attention-engine.ts";
import { requireLength } from "../deep/parametrisations/parametrisation.ts";
import { weightBlocks, withWeights } from "./attention-tensors.ts";
import type { AttentionTransformer } from "./attention-transformer.ts";

/**
 * Attention of a given architecture for `pretrain`: all its weights are trained, layer by layer P, Q, and W₁, b, W₂ of
 * an MLP block.
 *
 * @param architecture its weights give shapes and nothing else
 *
 * @example
 * const head = { valueProjection: zeros(2, 2), keyQuery: zeros(2, 2) };
 * const engine = { ...attentionEngine(float64Backend()), lossAndGradient: async () => ({ loss: 0, gradient: [] }) };
 * trainableAttention({ layers: [{ heads: [head, head] }], kernel: "softmax" }, engine).size; // => 16
 */
export function trainableAttention(
  architecture: AttentionTransformer,
  engine: DifferentiableAttentionEngine,
): Trainable<AttentionTransformer> {
  const sizes = weightBlocks(architecture).map(({ values }) => values.length);
  const size = sizes.reduce((total, one) => total + one, 0);
  const pack = (transformer: AttentionTransformer): Float64Array => {
    const position = new Float64Array(size);
    let at = 0;
    for (const { values } of weightBlocks(transformer)) {
      position.set(values, at);
      at += values.length;
    }
    return position;
  };
  const unpack = (position: Float64Array): AttentionTransformer => {
    requireLength(position, size);
    let at = 0;
    const blocks = sizes.map((length) => position.slice(at, (at += length)));
    return { ...architecture, layers: withWeights(architecture, blocks) };
  };
  return {
    size,
    pack,
    unpack,
    async lossAndGradient(position, prompts) {
      const { loss, gradient } = await engine.lossAndGradient(unpack(position), prompts);
      return orOverflow({ loss, gradient: pack({ ...architecture, layers: gradient }) });
    },
  };
}
