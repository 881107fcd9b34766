import { BackendError } from "@onestep/core";
import type * as Tfjs from "@tensorflow/tfjs";
import { promptsPerSecond } from "../processor-time.ts";
import { NOISE_DEVIATION, type BenchSize } from "../size.ts";
import type { ProbeAnswer, ProbePoint, Variant } from "../variant.ts";
import { naiveCost, smartCost } from "./torch.ts";

type Library = typeof Tfjs;
/** The prediction is −[Z_L], as in the deep model's source; this reads [Z_L]. */
type Read = (context: Tfjs.Tensor3D, query: Tfjs.Tensor2D) => Tfjs.Tensor1D;

const LEARNING_RATE = 1e-3;

/** A backend of TensorFlow.js. */
export interface Device {
  readonly tf: Library;
  /** As in the names of variants: `cpu`, `wasm`, `node`. */
  readonly name: string;
  /** As `tf.setBackend` knows it. */
  readonly backend: string;
  /** Multiply-adds a second, all overheads included, to the order of magnitude. */
  readonly speed: number;
}

/** n×n attention and automatic differentiation, as the papers write it. */
export function tfjsNaive(device: Device): Variant {
  return tfjsVariant(device, "naive", naiveCost, naiveModel);
}

/** The same differentiation without n×n attention. */
export function tfjsSmart(device: Device): Variant {
  return tfjsVariant(device, "smart", smartCost, smartModel);
}

function tfjsVariant(
  { tf, name, backend, speed }: Device,
  way: string,
  cost: (size: BenchSize) => number,
  model: (tf: Library, size: BenchSize, weights: Weights) => Read,
): Variant {
  return {
    name: `tfjs-${name}-${way}`,
    expectedRate: (size) => speed / cost(size),
    async open(size) {
      await tf.setBackend(backend);
      const weights = initialWeights(tf, size);
      const read = model(tf, size, weights);
      const optimizer = tf.train.adam(LEARNING_RATE);
      const batchLoss = (): (() => Tfjs.Scalar) => {
        const { context, query, responses } = drawTokens(tf, size);
        return () => tf.losses.meanSquaredError(tf.neg(responses), read(context, query));
      };
      const step = async (): Promise<void> => {
        const loss = tf.tidy(() => optimizer.minimize(batchLoss(), true) ?? tf.scalar(Number.NaN));
        await loss.data(); // a step is over when its numbers are there
        loss.dispose();
      };
      return {
        async measure(seconds) {
          await tf.setBackend(backend);
          return saying(`tfjs-${name}-${way}`, () => promptsPerSecond(step, size.batch, seconds));
        },
        async probe(at) {
          await tf.setBackend(backend);
          return probeOf(tf, weights, batchLoss, at);
        },
        close: () => {
          tf.dispose([weights.values, weights.keyQueries]);
          optimizer.dispose();
        },
      };
    },
  };
}

/** Its errors, which are plain, in the words of ours. */
async function saying<T>(variant: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (cause) {
    throw new BackendError({
      where: `bench ${variant}`,
      expected: "TensorFlow.js to train at this size",
      arrived: cause instanceof Error ? cause.message : String(cause),
      hint: "a smaller --batch, --context or --dimension",
      cause,
    });
  }
}

/** Losses and slopes at a point; its draws cannot be seeded. */
function probeOf(
  tf: Library,
  { values, keyQueries }: Weights,
  batchLoss: () => () => Tfjs.Scalar,
  { point, direction, steps }: ProbePoint,
): ProbeAnswer {
  const variables = [...values, ...keyQueries];
  const fitted = (flat: readonly number[]): Tfjs.Tensor[] =>
    variables.map(({ shape, size }, at) => tf.tensor(flat.slice(at * size, (at + 1) * size), shape));
  const answers = tf.tidy(() => {
    fitted(point).forEach((value, at) => variables[at].assign(value));
    const along = fitted(direction);
    return Array.from({ length: steps }, () =>
      tf.tidy(() => {
        const { value, grads } = tf.variableGrads(batchLoss(), variables);
        const parts = variables.map((variable, at) => tf.sum(tf.mul(grads[variable.name], along[at])).dataSync()[0]);
        return { loss: value.dataSync()[0], slope: parts.reduce((sum, part) => sum + part, 0) };
      }),
    );
  });
  return { losses: answers.map(({ loss }) => loss), slopes: answers.map(({ slope }) => slope) };
}

interface Weights {
  readonly values: Tfjs.Variable[];
  readonly keyQueries: Tfjs.Variable[];
}

function initialWeights(tf: Library, { layers, dimension }: BenchSize): Weights {
  const width = dimension + 1;
  const draw = (): Tfjs.Variable[] =>
    Array.from({ length: layers }, () => tf.tidy(() => tf.variable(tf.randomNormal([width, width], 0, 0.02))));
  return { values: draw(), keyQueries: draw() };
}

/** Context tokens `[B, n, d+1]`, query tokens `[B, d+1]` with a zero response, and the queries' responses. */
function drawTokens(tf: Library, { dimension, context: n, batch }: BenchSize) {
  const covariates = tf.randomNormal([batch, n + 1, dimension]);
  const tasks = tf.randomNormal([batch, dimension, 1]);
  const noise = tf.randomNormal([batch, n + 1, 1], 0, NOISE_DEVIATION);
  const responses = tf.add(tf.matMul(covariates, tasks), noise);
  const tokens = tf.concat([covariates, responses], 2);
  const query = tf.concat([tf.slice(covariates, [0, n, 0], [batch, 1, dimension]), tf.zeros([batch, 1, 1])], 2);
  return {
    context: tf.slice<Tfjs.Rank.R3, Tfjs.Tensor3D>(tokens as Tfjs.Tensor3D, [0, 0, 0], [batch, n, dimension + 1]),
    query: tf.reshape<Tfjs.Rank.R2>(query, [batch, dimension + 1]),
    responses: tf.reshape<Tfjs.Rank.R1>(tf.slice(responses, [0, n, 0], [batch, 1, 1]), [batch]),
  };
}

function naiveModel(tf: Library, { dimension, context: n, batch }: BenchSize, weights: Weights): Read {
  const width = dimension + 1;
  /** The weight times every token. */
  const shared = (tokens: Tfjs.Tensor, weight: Tfjs.Tensor): Tfjs.Tensor =>
    tf.reshape(tf.matMul(tf.reshape(tokens, [-1, width]), weight, false, true), tokens.shape);
  return (context, query) => {
    let tokens: Tfjs.Tensor = tf.concat([context, tf.expandDims(query, 1)], 1);
    const seen = tf.concat([tf.ones([1, n, 1]), tf.zeros([1, 1, 1])], 1); // nobody attends to the query
    weights.values.forEach((value, layer) => {
      const scores = tf.matMul(shared(tokens, weights.keyQueries[layer]), tokens, false, true);
      const attended = tf.matMul(scores, tf.mul(shared(tokens, value), seen));
      tokens = tf.add(tokens, tf.div(attended, n));
    });
    return tf.reshape(tf.slice(tokens, [0, n, dimension], [batch, 1, 1]), [batch]);
  };
}

function smartModel(tf: Library, size: BenchSize, weights: Weights): Read {
  return size.layers === 1 ? scoresModel(tf, size, weights) : gramModel(tf, size, weights);
}

/** ŷ = Σᵢ ⟨u, vᵢ⟩⟨vᵢ, M v_q⟩ / n, with u the last row of P. */
function scoresModel(tf: Library, { dimension, context: n, batch }: BenchSize, weights: Weights): Read {
  const width = dimension + 1;
  return (context, query) => {
    const value = tf.reshape(tf.slice(weights.values[0], [dimension, 0], [1, width]), [width, 1]);
    const values = tf.matMul(tf.reshape(context, [batch * n, width]), value);
    const keys = tf.matMul(query, weights.keyQueries[0], false, true);
    const scores = tf.sum(tf.mul(context, tf.expandDims(keys, 1)), 2);
    return tf.div(tf.sum(tf.mul(tf.reshape(values, [batch, n]), scores), 1), n);
  };
}

/** H ← A H Aᵀ and q ← A q with A = I + P H Q / n; a weight meets all prompts in one product. */
function gramModel(tf: Library, { dimension, context: n, batch }: BenchSize, weights: Weights): Read {
  const width = dimension + 1;
  const layers = weights.values.length;
  const shared = (matrices: Tfjs.Tensor, weight: Tfjs.Tensor, transposed: boolean): Tfjs.Tensor =>
    tf.reshape(tf.matMul(tf.reshape(matrices, [batch * width, width]), weight, false, transposed), matrices.shape);
  return (context, query) => {
    let gram: Tfjs.Tensor = tf.matMul(context, context, true, false);
    let column: Tfjs.Tensor = tf.expandDims(query, 2);
    weights.values.forEach((value, layer) => {
      const left = tf.transpose(shared(gram, value, true), [0, 2, 1]); // (H Pᵀ)ᵀ = P H
      const map = tf.add(tf.eye(width), tf.div(shared(left, weights.keyQueries[layer], false), n));
      column = tf.matMul(map, column);
      if (layer + 1 < layers) gram = tf.matMul(tf.matMul(map, gram), map, false, true);
    });
    return tf.reshape(tf.slice(column, [0, dimension, 0], [batch, 1, 1]), [batch]);
  };
}
