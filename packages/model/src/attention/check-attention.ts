import { DomainError, pointwiseFunctions, requireName, ShapeError, type Matrix } from "@onestep/core";
import { checkShapes, checkTransformer } from "../deep/check-transformer.ts";
import type { AttentionTransformer, MlpBlock } from "./attention-transformer.ts";

const POINTWISE = Object.keys(pointwiseFunctions);

/**
 * Checks that layers, heads and MLP blocks fit tokens of one width, that kernel, activations and mask go by names that
 * are known, and that the temperature is one.
 *
 * @returns d, the dimension of the covariates
 * @throws ShapeError or DomainError, naming `where`
 */
function checkAttentionShapes(where: string, transformer: AttentionTransformer): number {
  const dimension = checkShapes(where, headsOnly(transformer));
  for (const { mlp } of transformer.layers) if (mlp !== undefined) requireFit(where, mlp, dimension + 1);
  const { kernel, mask = "prefix", temperature = 1 } = transformer;
  requireName(`${where}.kernel`, kernel, ["linear", "softmax", ...POINTWISE]);
  requireName(`${where}.mask`, mask, ["prefix", "causal"]);
  for (const { mlp } of transformer.layers) {
    if (mlp !== undefined) requireName(`${where}.mlp.activation`, mlp.activation, ["linear", ...POINTWISE]);
  }
  if (temperature > 0 && temperature < Infinity) return dimension;
  throw new DomainError({
    where: `${where}.temperature`,
    expected: "a finite number above 0",
    arrived: String(temperature),
    hint: "scores are divided by the temperature: turn their sign in the key-query matrix",
  });
}

/**
 * `checkAttentionShapes`, and that all weights are finite.
 *
 * @returns d, the dimension of the covariates
 * @throws ShapeError or DomainError, naming `where`
 */
export function checkAttention(where: string, transformer: AttentionTransformer): number {
  const dimension = checkAttentionShapes(where, transformer);
  checkTransformer(where, headsOnly(transformer));
  const blocks = transformer.layers.flatMap(({ mlp }) => (mlp ? [mlp.hidden.values, mlp.bias, mlp.output.values] : []));
  if (blocks.every((values) => values.every(Number.isFinite))) return dimension;
  throw new DomainError({
    where,
    expected: "finite weights",
    arrived: "NaN or infinity in an MLP block",
    hint: "the run that made them diverged: use a smaller learning rate",
  });
}

function headsOnly({ layers }: AttentionTransformer): Parameters<typeof checkShapes>[1] {
  return { layers: layers.map(({ heads }) => heads), dividesByLength: false };
}

function requireFit(where: string, { hidden, bias, output }: MlpBlock, width: number): void {
  const fits = hidden.columns === width && output.rows === width;
  if (fits && hidden.rows === bias.length && hidden.rows === output.columns) return;
  const size = ({ rows, columns }: Matrix): string => `[${rows}, ${columns}]`;
  throw new ShapeError({
    where: `${where}.mlp`,
    expected: `hidden weights [k, ${width}], a bias [k] and output weights [${width}, k]`,
    arrived: `${size(hidden)}, [${bias.length}] and ${size(output)}`,
    hint: "an MLP block maps tokens [d+1] to k hidden numbers and back",
  });
}
