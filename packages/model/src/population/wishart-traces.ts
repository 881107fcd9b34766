/**
 * E tr S^k, k = 0, …, order, of S = XᵀX with n rows of N(0, I_d), by Stein's lemma on products of traces:
 *
 * $$ \mathbb{E}[\mathrm{tr}\,S^k\,\Pi] = (n+k-1)\,\mathbb{E}[\mathrm{tr}\,S^{k-1}\,\Pi]
 *    + \sum_{j=0}^{k-2} \mathbb{E}[\mathrm{tr}\,S^{j+1}\,\mathrm{tr}\,S^{k-2-j}\,\Pi]
 *    + \sum_i 2 k_i\, \mathbb{E}[\mathrm{tr}\,S^{k-1+k_i}\,\Pi_{\ne i}], \qquad \Pi = \prod_i \mathrm{tr}\,S^{k_i} $$
 *
 * They are whole numbers.
 *
 * Source: own derivation: Σ ∂/∂x_ab of (X S^{k−1})_ab Π.
 */
export function wishartTraces(contextLength: number, dimension: number, order: number): readonly bigint[] {
  const [n, d] = [BigInt(contextLength), BigInt(dimension)];
  const known = new Map<string, bigint>();
  const expected = (powers: readonly number[]): bigint => {
    const positive = powers.filter((power) => power > 0).sort((a, b) => b - a);
    const constant = d ** BigInt(powers.length - positive.length);
    const name = positive.join(",");
    const value = known.get(name) ?? reduced(positive);
    known.set(name, value);
    return constant * value;
  };
  const reduced = ([k, ...rest]: readonly number[]): bigint => {
    if (k === undefined) return 1n;
    let sum = (n + BigInt(k - 1)) * expected([k - 1, ...rest]);
    for (let j = 0; j <= k - 2; j++) sum += expected([j + 1, k - 2 - j, ...rest]);
    rest.forEach(
      (power, i) => (sum += BigInt(2 * power) * expected([k - 1 + power, ...rest.filter((_, at) => at !== i)])),
    );
    return sum;
  };
  return Array.from({ length: order + 1 }, (_, k) => expected([k]));
}
