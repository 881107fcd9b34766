import { requireOneQuery } from "../lsa/one-query.ts";
import { checkPrompts, checkValues, type PromptBatch } from "@onestep/core";
import type { StoredArrays } from "./stored-array.ts";

/**
 * A short program in Python that predicts with NumPy alone what onestep predicted: written from the formulas, it shares
 * no code with this library. Run it with the `.npz` of `checkArrays`: it prints the largest difference, and exits with 1
 * where that is more than 10⁻⁹ of the largest prediction, or 10⁻⁴ of it in a file of single precision.
 *
 * @example
 * numpyChecker().split("\n")[0]; // => "# Predicts with NumPy alone what onestep predicted: python check.py check.npz"
 */
export function numpyChecker(): string {
  return `# Predicts with NumPy alone what onestep predicted: python check.py check.npz
import sys
import numpy as np
f = dict(np.load(sys.argv[1]))
z = np.concatenate([f["covariates"], f["responses"][:, :, None]], axis=2).astype(float)  # v_i = (x_i, y_i)
q = np.pad(f["query_covariates"], ((0, 0), (0, 1))).astype(float)  # v_q = (x_q, 0)
if "key_query" in f:  # one layer: sum_i <u, v_i> <v_i, M v_q>
    predicted = np.einsum("bni,i,bnj,jk,bk->b", z, f["value_projection"], z, f["key_query"], q, optimize=True)
else:  # z <- z + (1/n) sum_h P_h Z Z' Q_h z for all tokens z; minus the last entry of the query
    z, q = z @ f.get("context_embedding", np.eye(q.shape[1])).T, q @ f.get("query_embedding", np.eye(q.shape[1])).T
    z = np.concatenate([np.repeat(f.get("prefix", z[0, :0])[None], len(q), axis=0), z], axis=1)
    n = f["lengths"][:, None, None] if f.get("divides_by_length", 1) else 1
    for P, Q in zip(f["P"], f["Q"]):
        T = np.einsum("hij,bnj,bnk,hkl->bil", P, z, z, Q, optimize=True) / n
        z, q = z + z @ T.swapaxes(1, 2), q + np.einsum("bij,bj->bi", T, q)
    predicted = -q[:, -1]
largest, difference = np.max(np.abs(f["predictions"])), np.max(np.abs(predicted - f["predictions"]))
print(f"largest difference {difference:.1e} beside predictions up to {largest:.1e}")
sys.exit(int(difference > (1e-4 if f["predictions"].dtype == np.float32 else 1e-9) * largest))
`;
}

/**
 * Prompts and predictions as the arrays that `numpyChecker` reads, beside those of the weights: `covariates` `[B, n, d]`,
 * `responses` `[B, n]`, `query_covariates` `[B, d]`, `lengths` and `predictions` `[B]`.
 *
 * @throws ShapeError for several queries a prompt, or an array of another size; DomainError for numbers that are not finite
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
  checkPrompts("checkArrays", prompts);
  checkValues("checkArrays: predictions", predictions, [prompts.count]);
  const { count, contextLength: n, dimension: d, covariates, responses, queryCovariates, lengths } = prompts;
  return {
    covariates: { shape: [count, n, d], values: covariates },
    responses: { shape: [count, n], values: responses },
    query_covariates: { shape: [count, d], values: queryCovariates },
    lengths: { shape: [count], values: Float64Array.from({ length: count }, (_, i) => lengths?.[i] ?? n) },
    predictions: { shape: [count], values: predictions },
  };
}
