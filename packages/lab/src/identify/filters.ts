/**
 * What an algorithm does to each eigenvalue u of S/n: its weights are ŵ = φ(S/n) Xᵀy, and this is φ(u). NaN for
 * parameters that mean no algorithm.
 */
export type Filter = (parameters: Float64Array, u: number, length: number) => number;

/** η of one step on the plain sum. */
export const oneStepFilter: Filter = (parameters) => parameters[0];

/** k steps at one rate a, in units of S/n. */
export function sharedRateFilter(steps: number): Filter {
  return (parameters, u, length) => {
    const rate = parameters[0];
    let [step, residual] = [0, 1];
    for (let l = 0; l < steps; l++) {
      step += rate * residual;
      residual *= 1 - rate * u;
    }
    return step / length;
  };
}

/** Steps at rates a_1 … a_k, in units of S/n; p' = p + a q and q' = q(1 − a u) from p = 0 and q = 1. */
export const ownRatesFilter: Filter = (rates, u, length) => {
  let [step, residual] = [0, 1];
  for (let l = 0; l < rates.length; l++) {
    step += rates[l] * residual;
    residual *= 1 - rates[l] * u;
  }
  return step / length;
};

/**
 * GD++ of k layers, A_l = a_l I and B_l = b_l I: parameters a_1 … a_k, b_1 … b_{k−1}; the last b is dead. As
 * `inducedPolynomials`, at one point.
 */
export function gdPlusPlusFilter(layers: number): Filter {
  return (parameters, u, length) => {
    let [step, residual, covariate] = [0, 1, 1];
    for (let l = 0; l < layers; l++) {
      const a = parameters[l];
      const b = l === layers - 1 ? 0 : parameters[layers + l];
      const square = covariate * covariate;
      step += a * square * residual;
      residual *= 1 - a * u * square;
      covariate *= 1 - a * b * u * square;
    }
    return step / length;
  };
}

/** (S + λI)⁻¹; directions without covariates carry no response either. */
export const ridgeFilter: Filter = (parameters, u, length) => {
  const penalty = parameters[0];
  if (penalty < 0) return NaN;
  const value = length * u + penalty;
  return value > 0 ? 1 / value : 0;
};

/**
 * k iterations of Newton's method for the inverse from a·S/n: the residual (1 − a u²)^(2^k), and
 * φ = a u Π_j (1 + (1 − a u²)^(2^j))/n without a division.
 *
 * From a·I instead the residual is (1 − a u)^(2^k): gradient descent of 2^k steps at one rate.
 */
export function newtonFilter(iterations: number): Filter {
  return (parameters, u, length) => {
    const scale = parameters[0];
    let residual = 1 - scale * u * u;
    let step = scale * u;
    for (let j = 0; j < iterations; j++) {
      step *= 1 + residual;
      residual *= residual;
    }
    return step / length;
  };
}
