import { DomainError } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { requireContextLength, requireCount, requireDimension, requireFields } from "../require.ts";
import { cite } from "../sources.ts";

/**
 * E tr S^j for j = 0, …, order, S ~ W_d(n, I), in exact integers.
 *
 * $$ \mathbb{E}\,\mathrm{tr}S^k = \frac{1}{(2k-1)!}\sum_{\lambda\vdash k} f^{2\lambda} \prod_{s\ne(1,1)}c(s)\,\prod_{s\in\lambda}\big(n+c(s)\big)\big(d+c(s)\big), \qquad c(i,j) = 2(j-1)-(i-1) $$
 *
 * tr S^k is a sum of zonal polynomials, and their means are products over the boxes s of λ. f^{2λ} counts the standard
 * tableaux of the partition 2λ, whose rows are twice as long. A λ with a box (3, 2) has a factor c = 0: what remains
 * are the O(k²) partitions (a, b, 1, …, 1).
 *
 * @param request.contextLength n ≥ 1, the rows of X in S = XᵀX
 * @param request.dimension d ≥ 1
 * @param request.order the largest power, 0 to 100
 * @throws DomainError for n < 1, d < 1 or an order that is not a whole number from 0 to 100
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
  if (order > 100) {
    throw new DomainError({
      where: "wishartTraceMoments",
      expected: "an order of at most 100",
      arrived: String(order),
      hint: "expectedTrace(wishartSpectrum(sizes, order), (x) => x ** order) gives 12 digits of any order",
    });
  }
  return {
    value: traceMoments(BigInt(contextLength), BigInt(dimension), order),
    formula: String.raw`\mathbb{E}\,\mathrm{tr}S^k = \frac{1}{(2k-1)!}\sum_{\lambda\vdash k} f^{2\lambda}\prod_{s\ne(1,1)}c(s)\prod_{s}(n+c(s))(d+c(s)),\quad c(i,j) = 2(j-1)-(i-1)`,
    hypotheses: ["S = XᵀX with n independent rows x ~ N(0, I)"],
    source: cite("letac-2004", "moments of products of traces"),
  };
}

function traceMoments(n: bigint, d: bigint, order: number): readonly bigint[] {
  const weight = (c: bigint): bigint => c * (n + c) * (d + c);
  // The boxes of the first row, the second row and the rest of the first column; box (1, 1) has no factor c.
  const first = products(order, (j) => (j === 0n ? n * d : weight(2n * j)));
  const second = products(order, (j) => weight(2n * j - 1n));
  const column = products(order, (i) => weight(-2n - i));
  const factorial = products(2 * order, (j) => j + 1n);
  return Array.from({ length: order + 1 }, (_, k) => {
    if (k === 0) return d;
    let sum = first[k];
    for (let b = 1; 2 * b <= k; b++) {
      for (let a = b; a + b <= k; a++) {
        const c = k - a - b;
        if (column[c] === 0n) continue;
        sum += (factorial[2 * k] / hookProduct(factorial, a, b, c)) * first[a] * second[b] * column[c];
      }
    }
    return sum / factorial[2 * k - 1];
  });
}

/** 1, f(0), f(0)f(1), … */
function products(count: number, f: (at: bigint) => bigint): readonly bigint[] {
  const result = [1n];
  for (let at = 0; at < count; at++) result.push(result[at] * f(BigInt(at)));
  return result;
}

/** The product of the hook lengths of 2λ, λ = (a, b, 1, …, 1) with c ones: row by row, the first two columns apart. */
function hookProduct(factorial: readonly bigint[], a: number, b: number, c: number): bigint {
  const firstRow = (factorial[2 * a - 1] / BigInt(2 * (a - b) + 1)) * BigInt((2 * a + c) * (2 * a + c + 1));
  const secondRow = factorial[2 * b - 2] * BigInt((2 * b + c - 1) * (2 * b + c));
  return firstRow * secondRow * factorial[c] * factorial[c + 1];
}
