import {
  childKey,
  DomainError,
  openStream,
  randomKey,
  ShapeError,
  type LsaParameters,
  type Matrix,
  type RandomKey,
} from "@onestep/core";
import type * as tfjs from "@tensorflow/tfjs";
import { tfjsBackend, type TfjsTensor } from "../backends/tfjs.ts";
import { predict } from "../lsa/predict.ts";

/** What every layer of TensorFlow.js takes, and what this one takes besides. */
export interface LinearSelfAttentionConfig {
  readonly name?: string;
  readonly trainable?: boolean;
  /** `[n+1, d+1]`; n may be null, for contexts of any length. */
  readonly inputShape?: readonly (number | null)[];
  readonly batchInputShape?: readonly (number | null)[];
  /** The seed of the initial weights; 0, the default, is a seed like any other. */
  readonly seed?: number;
  /**
   * Standard deviation of the initial weights; default 0.01. From larger ones training often ends in a layer that attends
   * by covariates instead of responses, a spurious stationary point, and sometimes from small ones: then try another seed.
   */
  readonly initialScale?: number;
}

/**
 * `@tensorflow/tfjs`, as far as its types decide those of a layer: its own need not be installed to read ours.
 *
 * @typeParam L its class of layers
 */
export interface TfjsWithLayers<L> {
  readonly layers: { readonly Layer: abstract new (...args: never[]) => L };
}

/** The class of a layer made here. */
export type LinearSelfAttentionClass<L> = new (config?: LinearSelfAttentionConfig) => L;

const CLASS_NAME = "LinearSelfAttention";

const registered = new WeakMap<object, unknown>();

/**
 * One layer of linear self-attention as a layer of TensorFlow.js, which differentiates it: it trains inside
 * `tf.sequential`, and a model that holds it is saved and loaded like any other.
 *
 * $$ \hat y = u^\top G M v_q, \qquad G = \sum_{i \le n} v_i v_i^\top $$
 *
 * Input `[B, n+1, d+1]`: the tokens vᵢ = (xᵢ, yᵢ) of the context, and last the query's, v_q = (x_q, 0). Output `[B, 1]`.
 * Weights: `keyQuery`, M `[d+1, d+1]`, and `valueProjection`, u `[d+1]`, drawn from N(0, initialScale²).
 *
 * @param tf `@tensorflow/tfjs` or `@tensorflow/tfjs-node`
 * @throws DomainError for a negative or infinite initial scale
 * @throws ShapeError once the layer meets an input that is no tokens
 */
export function createLinearSelfAttention<L>(tf: TfjsWithLayers<L>, config: LinearSelfAttentionConfig = {}): L {
  return new (registerLinearSelfAttention(tf))(config);
}

/**
 * Makes the layer's class known to TensorFlow.js, so that `tf.loadLayersModel` finds it in a saved model. Creating a layer
 * does so too; a program that only loads calls this.
 */
export function registerLinearSelfAttention<L>(tf: TfjsWithLayers<L>): LinearSelfAttentionClass<L> {
  const known = registered.get(tf.layers.Layer) ?? defineClass(tf as unknown as typeof tfjs);
  registered.set(tf.layers.Layer, known);
  return known as LinearSelfAttentionClass<L>;
}

function defineClass(tf: typeof tfjs): LinearSelfAttentionClass<tfjs.layers.Layer> {
  class LinearSelfAttention extends tf.layers.Layer {
    static readonly className: string = CLASS_NAME;
    private readonly seed: number;
    private readonly initialScale: number;

    constructor(config: LinearSelfAttentionConfig = {}) {
      super(config as ConstructorParameters<typeof tf.layers.Layer>[0]);
      this.seed = config.seed ?? 0;
      this.initialScale = requireScale(config.initialScale ?? 0.01);
    }

    override build(inputShape: tfjs.Shape | tfjs.Shape[]): void {
      const width = tokenWidth(onlyShape(inputShape));
      const key = randomKey(this.seed);
      this.draw("keyQuery", [width, width], childKey(key, "keyQuery"));
      this.draw("valueProjection", [width], childKey(key, "valueProjection"));
      super.build(inputShape);
    }

    override call(inputs: tfjs.Tensor | tfjs.Tensor[]): tfjs.Tensor {
      return tf.tidy(() => {
        const tokens = Array.isArray(inputs) ? inputs[0] : inputs;
        tokenWidth(tokens.shape);
        const [count, length, width] = tokens.shape;
        const context = tf.slice(tokens, [0, 0, 0], [count, length - 1, width]);
        const query = tf.reshape(tf.slice(tokens, [0, length - 1, 0], [count, 1, width]), [count, width]);
        const [keyQuery, valueProjection] = this.getWeights();
        const backend = tfjsBackend<tfjs.Tensor>(tf);
        return tf.reshape(predict(backend, { keyQuery, valueProjection }, { context, query }), [count, 1]);
      });
    }

    override computeOutputShape(inputShape: tfjs.Shape | tfjs.Shape[]): tfjs.Shape {
      return [onlyShape(inputShape)[0], 1];
    }

    override getConfig(): tfjs.serialization.ConfigDict {
      return { ...super.getConfig(), seed: this.seed, initialScale: this.initialScale };
    }

    /** A weight from our own numbers: seed 0 of TensorFlow.js' initializers is no seed. */
    private draw(name: string, shape: number[], key: RandomKey): void {
      const weight = this.addWeight(name, shape, "float32", tf.initializers.zeros());
      const values = new Float64Array(shape.reduce((product, size) => product * size, 1));
      openStream(key).fillNormals(values, 0, values.length);
      const scaled = Float32Array.from(values, (value) => this.initialScale * value);
      tf.tidy(() => void weight.write(tf.tensor(scaled, shape)));
    }
  }

  tf.serialization.registerClass(LinearSelfAttention);
  return LinearSelfAttention;
}

/**
 * The parameters of a layer made here, as everything else in onestep reads them: `inducedStep(await
 * lsaParametersOf(layer))` is the algorithm that the layer has learned.
 *
 * @throws DomainError for a layer that has no weights yet, or those of another kind
 */
export async function lsaParametersOf(layer: {
  readonly getClassName: () => string;
  readonly getWeights: () => readonly TfjsTensor[];
}): Promise<LsaParameters<Matrix>> {
  const weights = layer.getWeights();
  const [keyQuery, valueProjection] = weights;
  const kind = layer.getClassName();
  if (kind !== CLASS_NAME || weights.length !== 2) {
    throw new DomainError({
      where: "lsaParametersOf",
      expected: "a layer of createLinearSelfAttention that has been built",
      arrived: `${kind} with ${weights.length} weights`,
      hint: "give the layer an inputShape, or apply it once",
    });
  }
  const values = async (tensor: TfjsTensor): Promise<Float64Array> => Float64Array.from(await tensor.data());
  const [rows, columns] = keyQuery.shape;
  return {
    keyQuery: { rows, columns, values: await values(keyQuery) },
    valueProjection: { rows: valueProjection.shape[0], columns: 1, values: await values(valueProjection) },
  };
}

function onlyShape(shape: tfjs.Shape | tfjs.Shape[]): tfjs.Shape {
  return Array.isArray(shape[0]) ? shape[0] : (shape as tfjs.Shape);
}

/** d+1 of a batch of tokens. */
function tokenWidth(shape: tfjs.Shape): number {
  const [, length, width] = shape;
  if (shape.length === 3 && (length === null || length >= 2) && width !== null && width >= 2) return width;
  throw new ShapeError({
    where: "LinearSelfAttention",
    expected: "tokens [B, n+1, d+1], n ≥ 1, d ≥ 1",
    arrived: `[${shape.map((size) => size ?? "null").join(", ")}]`,
    hint: "put the context's tokens (xᵢ, yᵢ) first, and the query's (x_q, 0) last",
  });
}

function requireScale(scale: number): number {
  if (scale >= 0 && scale < Infinity) return scale;
  throw new DomainError({
    where: "LinearSelfAttention.initialScale",
    expected: "a finite standard deviation",
    arrived: String(scale),
    hint: "0.01 is the default",
  });
}
