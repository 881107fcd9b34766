import type { Matrix, Shape } from "@onestep/core";
import type { AttentionHead } from "../deep/linear-transformer.ts";
import type { AttentionLayer, AttentionTransformer, MlpBlock } from "./attention-transformer.ts";

/** Weights that become one tensor. */
export interface WeightBlock {
  readonly shape: Shape;
  /** Row-major. */
  readonly values: Float64Array;
}

/** The weights of a layer as tensors. */
export interface AttentionTensors<T> {
  /** P_h, `[H, d+1, d+1]` */
  readonly valueProjection: T;
  /** Q_h, `[H, d+1, d+1]` */
  readonly keyQuery: T;
  readonly mlp?: {
    readonly hidden: T;
    readonly bias: T;
    readonly output: T;
    readonly activation: MlpBlock["activation"];
  };
}

/** All weights of a transformer in one order: layer by layer P, Q, and W₁, b, W₂ of an MLP block. */
export function weightBlocks({ layers }: AttentionTransformer): WeightBlock[] {
  return layers.flatMap(({ heads, mlp }) => [
    stack(heads.map(({ valueProjection }) => valueProjection)),
    stack(heads.map(({ keyQuery }) => keyQuery)),
    ...(mlp ? [single(mlp.hidden), { shape: [mlp.bias.length], values: mlp.bias }, single(mlp.output)] : []),
  ]);
}

/** Hands tensors, in the order of `weightBlocks`, to the layers that they are the weights of. */
export function layerTensors<T>({ layers }: AttentionTransformer, tensors: readonly T[]): AttentionTensors<T>[] {
  const next = tensors.values();
  const take = (): T => next.next().value as T;
  return layers.map(({ mlp }) => ({
    valueProjection: take(),
    keyQuery: take(),
    ...(mlp && { mlp: { hidden: take(), bias: take(), output: take(), activation: mlp.activation } }),
  }));
}

/** The layers with other weights, given in the order of `weightBlocks`; they need not be finite. */
export function withWeights(transformer: AttentionTransformer, blocks: readonly Float64Array[]): AttentionLayer[] {
  return layerTensors(transformer, blocks).map(({ valueProjection, keyQuery, mlp: weights }, at) => {
    const { heads, mlp } = transformer.layers[at];
    return {
      heads: heads.map((head, h): AttentionHead => ({
        valueProjection: part(head.valueProjection, valueProjection, h),
        keyQuery: part(head.keyQuery, keyQuery, h),
      })),
      ...(mlp &&
        weights && {
          mlp: {
            ...mlp,
            hidden: part(mlp.hidden, weights.hidden, 0),
            bias: weights.bias,
            output: part(mlp.output, weights.output, 0),
          },
        }),
    };
  });
}

function single({ rows, columns, values }: Matrix): WeightBlock {
  return { shape: [rows, columns], values };
}

function stack(heads: readonly Matrix[]): WeightBlock {
  const [{ rows, columns }] = heads;
  const values = new Float64Array(heads.length * rows * columns);
  heads.forEach((one, head) => values.set(one.values, head * rows * columns));
  return { shape: [heads.length, rows, columns], values };
}

/** The matrix at a place of a stack, in the shape of another one. */
function part({ rows, columns }: Matrix, stacked: Float64Array, at: number): Matrix {
  return { rows, columns, values: stacked.slice(at * rows * columns, (at + 1) * rows * columns) };
}
