import { childKey, openStream, randomKey, type Matrix, type PromptBatch } from "@onestep/core";
import { seedForTests } from "@onestep/testkit";
import * as tf from "@tensorflow/tfjs";
import type { TransformerOnPrompts } from "./any-transformer.ts";
import { matricesOf } from "./transformer-oracle.ts";

/**
 * Attention as a textbook writes it, one prompt as one matrix Z, and the gradient of its mean loss by reverse-mode
 * differentiation; the loss of a prediction is the squared error unless another is given.
 */
export async function automaticGradient(
  { transformer, prompts }: TransformerOnPrompts,
  lossOf = (prediction: tf.Tensor, response: number): tf.Tensor => tf.square(tf.sub(prediction, response)),
): Promise<{ loss: number; gradient: Float64Array }> {
  const { count, contextLength: n, dimension: d } = prompts;
  const weights = matricesOf(transformer);
  const tensors = tf.tidy(() => {
    const row = (prompt: number, i: number): number[] => {
      const start = (prompt * n + i) * d;
      return [...prompts.covariates.subarray(start, start + d), prompts.responses[prompt * n + i]];
    };
    const query = (prompt: number): number[] => [...prompts.queryCovariates.subarray(prompt * d, (prompt + 1) * d), 0];
    const mask = tf.diag(tf.tensor1d([...Array.from({ length: n }, () => 1), 0]));
    const loss = (...parameters: tf.Tensor[]): tf.Scalar => {
      const errors = Array.from({ length: count }, (_, prompt) => {
        const rows = [...Array.from({ length: n }, (__, i) => row(prompt, i)), query(prompt)];
        let z: tf.Tensor = tf.transpose(tf.tensor2d(rows));
        let at = 0;
        for (const heads of transformer.layers) {
          const updates = heads.map(() => {
            const [p, q] = [parameters[at++], parameters[at++]];
            const scores = tf.matMul(mask, tf.matMul(tf.transpose(z), tf.matMul(q, z)));
            return tf.matMul(p, tf.matMul(z, scores));
          });
          z = tf.add(z, tf.div(tf.addN(updates), n));
        }
        const prediction = tf.neg(tf.sum(tf.mul(z, tf.tensor2d(corner(d + 1, n + 1)))));
        return lossOf(prediction, prompts.queryResponses[prompt]);
      });
      return tf.div(tf.addN(errors), count);
    };
    const start = weights.map(({ rows, columns, values }) => tf.tensor2d(Float32Array.from(values), [rows, columns]));
    const { value, grads } = tf.valueAndGrads(loss)(start);
    return [value, ...grads];
  });
  const [loss, ...gradient] = await Promise.all(tensors.map(async (tensor) => [...(await tensor.data())]));
  tf.dispose(tensors);
  return { loss: loss[0], gradient: Float64Array.from(gradient.flat()) };
}

/** Zeros but for a one in the last entry. */
function corner(rows: number, columns: number): number[][] {
  return Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (__, j) => (i === rows - 1 && j === columns - 1 ? 1 : 0)),
  );
}

/** Two layers, the first of two heads, on prompts at the size of an experiment; numbers that single precision rounds. */
export function drawTransformerOnPrompts(seed = seedForTests()): TransformerOnPrompts {
  const stream = openStream(childKey(childKey(randomKey(seed), "gram-gradient"), "drawn"));
  const normals = (size: number, scale = 1): Float64Array =>
    Float64Array.from({ length: size }, () => scale * stream.normal());
  const square = (): Matrix => ({ rows: 4, columns: 4, values: normals(16, 0.1) });
  const head = () => ({ valueProjection: square(), keyQuery: square() });
  const prompts: PromptBatch = {
    count: 3,
    contextLength: 8,
    dimension: 3,
    covariates: normals(72),
    responses: normals(24),
    queryCovariates: normals(9),
    queryResponses: normals(3),
  };
  return { transformer: { layers: [[head(), head()], [head()]], dividesByLength: true }, prompts };
}
