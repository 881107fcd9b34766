import { childKey, matrix, matrixFromRows, openStream, randomKey, svd, type PromptBatch } from "@onestep/core";
import type { Context } from "../src/learners/context.ts";
import type { Learner } from "../src/learners/learner.ts";

/** One prompt, written out. */
export function promptOf(
  x: readonly (readonly number[])[],
  y: readonly number[],
  query: readonly number[],
): PromptBatch {
  const covariates = matrixFromRows(x);
  return {
    count: 1,
    contextLength: covariates.rows,
    dimension: covariates.columns,
    covariates: covariates.values,
    responses: Float64Array.from(y),
    queryCovariates: Float64Array.from(query),
    queryResponses: new Float64Array(1),
  };
}

/** The prediction for one prompt. */
export async function predictionOf(learner: Learner, ...prompt: Parameters<typeof promptOf>): Promise<number> {
  return (await learner.predict(promptOf(...prompt)))[0];
}

/** A context of normal covariates and responses: of full rank, and no line through its points. */
export function drawContext(seed: number, n: number, d: number): Context {
  const stream = openStream(childKey(randomKey(seed), "context"));
  const normals = (size: number): Float64Array => Float64Array.from({ length: size }, () => stream.normal());
  return { covariates: matrix(n, d, normals(n * d)), responses: normals(n) };
}

/** The same context with each axis as its query: the predictions of a linear learner are its weights. */
export function axesAsQueries({ covariates, responses }: Context): PromptBatch {
  const { rows: n, columns: d } = covariates;
  const repeat = (values: Float64Array): Float64Array =>
    Float64Array.from({ length: d * values.length }, (_, at) => values[at % values.length]);
  return {
    count: d,
    contextLength: n,
    dimension: d,
    covariates: repeat(covariates.values),
    responses: repeat(responses),
    queryCovariates: Float64Array.from({ length: d * d }, (_, at) => (at % (d + 1) === 0 ? 1 : 0)),
    queryResponses: new Float64Array(d),
  };
}

/** ŵ of a learner whose predictions are ⟨ŵ, x_q⟩ */
export async function weightsOf(learner: Learner, context: Context): Promise<Float64Array> {
  return learner.predict(axesAsQueries(context));
}

/** How far two routes to the weights may lie apart: the condition number times a few roundoffs an operation. */
export function tolerance(context: Context, condition: number): number {
  const { covariates, responses } = context;
  const { values } = svd(covariates);
  const size = Math.hypot(...responses) / values[values.length - 1];
  return 16 * covariates.rows * covariates.columns * 2 ** -53 * condition * size;
}

/** s₁/s_r of X, of full rank */
export function conditionOf({ covariates }: Context): number {
  const { values } = svd(covariates);
  return values[0] / values[values.length - 1];
}
