import { DomainError } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { requireContextLength, requireCount, requireDimension, requireFields } from "../require.ts";
import { cite } from "../sources.ts";

/**
 * E tr S^j for j = 0, …, order, S ~ W_d(n, I), in exact integers.
 *
 * $$ \mathbb{E}\big[\mathrm{tr}S^k\,\Pi\big] = (n+k-1)\,\mathbb{E}\big[\mathrm{tr}S^{k-1}\,\Pi\big] + \sum_{j=0}^{k-2}\mathbb{E}\big[\mathrm{tr}S^{j+1}\,\mathrm{tr}S^{k-2-j}\,\Pi\big] + \sum_i 2k_i\,\mathbb{E}\big[\mathrm{tr}S^{k-1+k_i}\,\Pi_{\ne i}\big] $$
 *
 * for a product Π = ∏ tr S^{k_i} of traces: Gaussian integration by parts in the rows of S. The recursion ends at
 * E 1 = 1 and tr S⁰ = d.
 *
 * @param request.contextLength n ≥ 1, the rows of X in S = XᵀX
 * @param request.dimension d ≥ 1
 * @param request.order the largest power, 0 to 60; the work grows with the number of partitions: 30 takes a twentieth of a
 * second, 50 a few seconds
 * @throws DomainError for n < 1, d < 1 or an order that is not a whole number from 0 to 60
 *
 * Source: Letac & Massam 2004, Scandinavian Journal of Statistics 31, moments of products of traces.
 *
 * @example
 * wishartTraceMoments({ contextLength: 7, dimension: 4, order: 3 }).value; // => [4n, 28n, 336n, 5208n]
 */
export function wishartTraceMoments(request: {
  readonly contextLength: number;
  readonly dimension: number;
  readonly order: number;
}): ClosedForm<readonly bigint[]> {
  requireFields("wishartTraceMoments", "sizes", request, ["contextLength", "dimension", "order"]);
  const { contextLength, dimension, order } = request;
  requireContextLength("wishartTraceMoments", contextLength);
  requireDimension("wishartTraceMoments", dimension);
  requireCount("wishartTraceMoments", "order", order, 0, "ask for the moments up to a power");
  if (order > 60) {
    throw new DomainError({
      where: "wishartTraceMoments",
      expected: "an order of at most 60",
      arrived: String(order),
      hint: "expectedTrace(wishartSpectrum(sizes, order), (x) => x ** order) gives 12 digits of any order",
    });
  }
  const moment = traceProductMoments(BigInt(contextLength), BigInt(dimension));
  return {
    value: Array.from({ length: order + 1 }, (_, k) => moment([k])),
    formula: String.raw`\mathbb{E}[\mathrm{tr}S^k\Pi] = (n+k-1)\mathbb{E}[\mathrm{tr}S^{k-1}\Pi] + \sum_{j\le k-2}\mathbb{E}[\mathrm{tr}S^{j+1}\mathrm{tr}S^{k-2-j}\Pi] + \sum_i 2k_i\mathbb{E}[\mathrm{tr}S^{k-1+k_i}\Pi_{\ne i}]`,
    hypotheses: ["S = XᵀX with n independent rows x ~ N(0, I)"],
    source: cite("letac-2004", "moments of products of traces"),
  };
}

/** E ∏ tr S^{k_i} by the multiset of powers, each computed once. */
function traceProductMoments(n: bigint, d: bigint): (powers: readonly number[]) => bigint {
  const known = new Map<string, bigint>();
  const moment = (powers: readonly number[]): bigint => {
    const positive = powers.filter((power) => power > 0).sort((a, b) => b - a);
    const zeroth = d ** BigInt(powers.length - positive.length);
    if (positive.length === 0) return zeroth;
    const name = positive.join(" ");
    let value = known.get(name);
    if (value === undefined) {
      value = byParts(positive);
      known.set(name, value);
    }
    return zeroth * value;
  };
  const byParts = ([k, ...rest]: readonly number[]): bigint => {
    const power = k;
    let sum = (n + BigInt(power - 1)) * moment([power - 1, ...rest]);
    for (let j = 0; j <= power - 2; j++) sum += moment([j + 1, power - 2 - j, ...rest]);
    rest.forEach((other, i) => {
      sum += BigInt(2 * other) * moment([power - 1 + other, ...rest.filter((_, at) => at !== i)]);
    });
    return sum;
  };
  return moment;
}
