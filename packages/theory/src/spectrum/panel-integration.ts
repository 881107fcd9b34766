import { gaussLegendre } from "@onestep/core";

/** Gauss–Legendre nodes on [−1, 1] with the matrix that integrates from −1 up to each of them. */
export interface PanelRule {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
  /** Row i holds the coefficients of ∫_{−1}^{x_i} f in the values of f at the nodes. */
  readonly upTo: readonly Float64Array[];
}

/**
 * The rule with its spectral integration matrix: f is expanded in Legendre polynomials, whose antiderivatives are
 * ∫_{−1}^x P_k = (P_{k+1}(x) − P_{k−1}(x))/(2k+1).
 */
export function panelRule(count: number): PanelRule {
  const { nodes, weights } = gaussLegendre(count);
  const values = Array.from(nodes, (x) => legendre(count, x));
  const upTo = Array.from(nodes, (_, i) =>
    Float64Array.from(nodes, (__, j) => {
      let sum = 0;
      for (let k = 0; k < count; k++) {
        const below = k === 0 ? -1 : values[i][k - 1];
        sum += 0.5 * values[j][k] * (values[i][k + 1] - below);
      }
      return sum * weights[j];
    }),
  );
  return { nodes, weights, upTo };
}

/** P_0(x), …, P_degree(x), degree ≥ 1 */
function legendre(degree: number, x: number): Float64Array {
  const p = new Float64Array(degree + 1);
  p[0] = 1;
  p[1] = x;
  for (let k = 1; k < degree; k++) p[k + 1] = ((2 * k + 1) * x * p[k] - k * p[k - 1]) / (k + 1);
  return p;
}
