import { childKey, matrix, openStream, randomKey, type Matrix, type PromptBatch } from "@onestep/core";
import type { AttentionLayer, AttentionTransformer } from "../src/attention/attention-transformer.ts";

/** Everything about an architecture but its weights. */
export type Architecture = Omit<AttentionTransformer, "layers"> & {
  /** Heads of each layer */
  readonly heads: readonly number[];
  readonly activation?: NonNullable<AttentionLayer["mlp"]>["activation"];
};

/** Attention with drawn weights on drawn prompts, all of order 1 and exact in single precision. */
export function drawAttention(
  { heads, activation, ...architecture }: Architecture,
  sizes: { readonly count: number; readonly contextLength: number; readonly dimension: number },
): { readonly transformer: AttentionTransformer; readonly prompts: PromptBatch } {
  const stream = openStream(childKey(randomKey(0), "attention"));
  const draw = (size: number): Float64Array =>
    Float64Array.from({ length: size }, () => Math.fround(stream.normal() / 2));
  const { count, contextLength, dimension } = sizes;
  const width = dimension + 1;
  const square = (): Matrix => matrix(width, width, draw(width * width));
  const layers = heads.map((number): AttentionLayer => ({
    heads: Array.from({ length: number }, () => ({ valueProjection: square(), keyQuery: square() })),
    ...(activation && {
      mlp: {
        hidden: matrix(2, width, draw(2 * width)),
        bias: draw(2),
        output: matrix(width, 2, draw(2 * width)),
        activation,
      },
    }),
  }));
  return {
    transformer: { ...architecture, layers },
    prompts: {
      ...sizes,
      covariates: draw(count * contextLength * dimension),
      responses: draw(count * contextLength),
      queryCovariates: draw(count * dimension),
      queryResponses: draw(count),
    },
  };
}

/** The same prompts with contexts cut to these lengths. */
export function shorten(prompts: PromptBatch, lengths: readonly number[]): PromptBatch {
  const { contextLength: n, dimension: d } = prompts;
  const [covariates, responses] = [prompts.covariates.slice(), prompts.responses.slice()];
  lengths.forEach((length, prompt) => {
    covariates.fill(0, (prompt * n + length) * d, (prompt + 1) * n * d);
    responses.fill(0, prompt * n + length, (prompt + 1) * n);
  });
  return { ...prompts, covariates, responses, lengths: Int32Array.from(lengths) };
}
