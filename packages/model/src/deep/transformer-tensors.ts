import type { Matrix, TensorBackend } from "@onestep/core";
import { withoutNaN } from "../engine/overflow.ts";
import { checkShapes } from "./check-transformer.ts";
import type { AttentionHead, LinearTransformer, TransformerGradient } from "./linear-transformer.ts";

/** The heads of a layer, stacked. */
export interface LayerTensors<T> {
  /** P_h, `[H, d+1, d+1]` */
  readonly valueProjection: T;
  /** Q_h, `[H, d+1, d+1]` */
  readonly keyQuery: T;
}

/** The weights of a linear transformer on a backend, or a loss's derivatives by them. */
export interface TransformerTensors<T> {
  readonly embedding: { readonly context?: T; readonly query?: T; readonly prefix?: T };
  readonly layers: readonly LayerTensors<T>[];
}

/**
 * Copies the weights of a transformer to a backend.
 *
 * @throws ShapeError, DomainError for a layer without heads, or matrices of different sizes
 */
export function transformerOn<T>(backend: TensorBackend<T>, transformer: LinearTransformer): TransformerTensors<T> {
  checkShapes("transformerOn", transformer);
  const { embedding = {}, layers } = transformer;
  const stack = (heads: readonly Matrix[]): T => {
    const [{ rows, columns }] = heads;
    const values = new Float64Array(heads.length * rows * columns);
    heads.forEach((one, head) => values.set(one.values, head * rows * columns));
    return backend.fromValues(values, [heads.length, rows, columns]);
  };
  const copy = ({ rows, columns, values }: Matrix): T => backend.fromValues(values, [rows, columns]);
  return {
    embedding: {
      ...(embedding.context && { context: copy(embedding.context) }),
      ...(embedding.query && { query: copy(embedding.query) }),
      ...(embedding.prefix && { prefix: copy(embedding.prefix) }),
    },
    layers: layers.map((heads) => ({
      valueProjection: stack(heads.map(({ valueProjection }) => valueProjection)),
      keyQuery: stack(heads.map(({ keyQuery }) => keyQuery)),
    })),
  };
}

/** Copies tensors in the shapes of a transformer back to matrices, infinite where they overflowed. */
export async function transformerFrom<T>(
  backend: TensorBackend<T>,
  { embedding, layers }: TransformerTensors<T>,
): Promise<TransformerGradient> {
  const copy = async (tensor: T): Promise<Matrix> => {
    const [rows, columns] = backend.shapeOf(tensor);
    return { rows, columns, values: withoutNaN(await backend.toValues(tensor)) };
  };
  const unstack = async (tensor: T): Promise<Matrix[]> => {
    const [count, rows, columns] = backend.shapeOf(tensor);
    const values = withoutNaN(await backend.toValues(tensor));
    const size = rows * columns;
    return Array.from({ length: count }, (_, head) => {
      return { rows, columns, values: values.slice(head * size, (head + 1) * size) };
    });
  };
  const headsOf = async ({ valueProjection, keyQuery }: LayerTensors<T>): Promise<AttentionHead[]> => {
    const [values, keys] = await Promise.all([unstack(valueProjection), unstack(keyQuery)]);
    return values.map((value, head) => ({ valueProjection: value, keyQuery: keys[head] }));
  };
  return {
    embedding: {
      ...(embedding.context && { context: await copy(embedding.context) }),
      ...(embedding.query && { query: await copy(embedding.query) }),
      ...(embedding.prefix && { prefix: await copy(embedding.prefix) }),
    },
    layers: await Promise.all(layers.map(headsOf)),
  };
}

/** Every tensor of a transformer, to free them. */
export function tensorsOf<T>({ embedding, layers }: TransformerTensors<T>): T[] {
  const { context, query, prefix } = embedding;
  return [...layers.flatMap((layer) => [layer.valueProjection, layer.keyQuery]), context, query, prefix].filter(
    (one) => one !== undefined,
  );
}
