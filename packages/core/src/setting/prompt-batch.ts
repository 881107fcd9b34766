/**
 * A batch of prompts: for each, a context of n labelled pairs and one query with its response.
 *
 * All arrays are row-major; the first axis is the prompt. The query's response is what a learner must
 * predict: it enters the loss and never the context.
 */
export interface PromptBatch {
  readonly count: number;
  readonly contextLength: number;
  readonly dimension: number;
  /** xᵢ, `[count, contextLength, dimension]` */
  readonly covariates: Float64Array;
  /** yᵢ, `[count, contextLength]` */
  readonly responses: Float64Array;
  /** x_q, `[count, dimension]`; with several queries a prompt, `[count, queries, dimension]` */
  readonly queryCovariates: Float64Array;
  /** y_q, `[count]`; with several queries a prompt, `[count, queries]` */
  readonly queryResponses: Float64Array;
  /** Queries that share a context; omitted means 1. */
  readonly queries?: number;
  /** Rows of each context, `[count]`, those after them being zero; omitted where all have `contextLength`. */
  readonly lengths?: Int32Array;
}
