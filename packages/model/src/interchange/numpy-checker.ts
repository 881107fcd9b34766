import { requireOneQuery } from "../lsa/one-query.ts";
import type { PromptBatch } from "@onestep/core";
import type { StoredArrays } from "./stored-array.ts";

/**
 * A short program in Python that predicts with NumPy alone what onestep predicted: written from the formulas, it shares
 * no code with this library. Run it with the `.npz` of `checkArrays`: it prints the largest difference, and exits with 1
 * where that is more than 10⁻⁹ of the largest prediction.
 *
 * @example
 * numpyChecker().split("\n")[0]; // => "# Predicts with NumPy alone what onestep predicted: python check.py check.npz"
 */
export function numpyChecker(): string {
  return `# Predicts with NumPy alone what onestep predicted: python check.py check.npz
import sys
import numpy as np

file = np.load(sys.argv[1])
x, y, x_q = file["covariates"], file["responses"], file["query_covariates"]
context = np.concatenate([x, y[:, :, None]], axis=2)  # v_i = (x_i, y_i), zero after the end
query = np.concatenate([x_q, np.zeros((len(x_q), 1))], axis=1)  # v_q = (x_q, 0)
if "key_query" in file:  # one layer: sum_i <u, v_i> <v_i, M v_q>
    scores = np.einsum("bni,ij,bj->bn", context, file["key_query"], query)
    predicted = np.einsum("bn,bni,i->b", scores, context, file["value_projection"])
else:  # z <- z + (1/n) sum_h P_h Z Z' Q_h z for all tokens z; minus the last entry of the query
    context = context @ file["context_embedding"].T if "context_embedding" in file else context
    query = query @ file["query_embedding"].T if "query_embedding" in file else query
    if "prefix" in file:
        context = np.concatenate([np.repeat(file["prefix"][None], len(query), axis=0), context], axis=1)
    lengths = np.ones(len(query)) if "divides_by_length" in file else file["lengths"]
    for P, Q in zip(file["P"], file["Q"]):
        gram = np.einsum("bni,bnj->bij", context, context) / lengths[:, None, None]
        step = np.einsum("hij,bjk,hkl->bil", P, gram, Q)
        context, query = context + context @ step.swapaxes(1, 2), query + np.einsum("bij,bj->bi", step, query)
    predicted = -query[:, -1]
largest = np.max(np.abs(file["predictions"]))
difference = np.max(np.abs(predicted - file["predictions"]))
print(f"largest difference {difference:.1e} beside predictions up to {largest:.1e}")
sys.exit(0 if difference <= 1e-9 * largest else 1)
`;
}

/**
 * Prompts and predictions as the arrays that `numpyChecker` reads, beside those of the weights: `covariates` `[B, n, d]`,
 * `responses` `[B, n]`, `query_covariates` `[B, d]`, `lengths` and `predictions` `[B]`.
 *
 * @throws ShapeError for several queries a prompt
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 1, dimension: 1,
 *   covariates: Float64Array.of(2), responses: Float64Array.of(3),
 *   queryCovariates: Float64Array.of(5), queryResponses: Float64Array.of(7),
 * };
 * const layer = { keyQuery: matrix(2, 2, [1, 0, -1, 0]), valueProjection: matrix(2, 1, [1, 2]) };
 * const check = { ...arraysOfLayer(layer), ...checkArrays(prompts, Float64Array.of(-40)) };
 * Object.keys(readNpz(writeNpz(check))).length; // => 7
 */
export function checkArrays(prompts: PromptBatch, predictions: Float64Array): StoredArrays {
  requireOneQuery("checkArrays", prompts);
  const { count, contextLength: n, dimension: d, covariates, responses, queryCovariates, lengths } = prompts;
  return {
    covariates: { shape: [count, n, d], values: covariates },
    responses: { shape: [count, n], values: responses },
    query_covariates: { shape: [count, d], values: queryCovariates },
    lengths: { shape: [count], values: Float64Array.from({ length: count }, (_, i) => lengths?.[i] ?? n) },
    predictions: { shape: [count], values: predictions },
  };
}
