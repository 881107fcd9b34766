import type { WeighedContexts } from "../../measure/weighed-contexts.ts";

/** How far √λ_max may lie beyond √n + √d. */
const REACH = 1.3;

/**
 * The weights of typical contexts, 0 for all others: √λ_max(Σ⁻¹XᵀX) ≤ √n + √d + 1.3, all but one in a thousand, whatever
 * n and d.
 *
 * The squared error of a deep model is a polynomial of so high a degree in XᵀX that a context of which a test meets none
 * can outweigh all others; a mean over typical contexts is one that a test can estimate.
 */
export function typicalWeights(
  { weights, largestEigenvalues }: Pick<WeighedContexts, "weights" | "largestEigenvalues">,
  { contextLength, dimension }: { readonly contextLength: number; readonly dimension: number },
): Float64Array {
  const widest = (Math.sqrt(contextLength) + Math.sqrt(dimension) + REACH) ** 2;
  return weights.map((weight, i) => (largestEigenvalues[i] <= widest ? weight : 0));
}
