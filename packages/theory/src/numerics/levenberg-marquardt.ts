/** The residuals r(θ) of a least-squares problem and their derivatives. */
export interface Residuals {
  /** r, `[m]` */
  readonly values: Float64Array;
  /** ∂r/∂θ, `[m][parameters]` */
  readonly slopes: readonly Float64Array[];
}

export interface Fit {
  readonly parameters: Float64Array;
  /** ‖r‖² */
  readonly cost: number;
}

/** In units of each parameter's own curvature; how fast it follows decides the number of steps, not where they end. */
const DAMPING = { start: 1e-3, gain: 5, loss: 8, least: 1e-15, most: 1e12 };
/** A start that has not ended by then is left where it is: there are others. */
const MOST_ROUNDS = 200;

/**
 * A local minimum of ‖r(θ)‖² near the start, by Levenberg–Marquardt: Gauss–Newton steps, damped in the scale of each
 * parameter's own curvature until they descend. Ends where no step descends any more.
 *
 * For a handful of parameters and thousands of starts: the normal equations are solved in place, not through matrices.
 */
export function leastSquaresFit(start: Float64Array, residuals: (parameters: Float64Array) => Residuals): Fit {
  let parameters = start;
  const first = residuals(start);
  let cost = squaredNorm(first.values);
  let equations = normalEquations(first);
  let damping = DAMPING.start;
  for (let round = 0; round < MOST_ROUNDS && damping < DAMPING.most && cost > 0; round++) {
    const step = dampedStep(equations, damping);
    const proposal = step === null ? null : parameters.map((value, at) => value + step[at]);
    const next = proposal === null ? null : residuals(proposal);
    const nextCost = next === null ? Infinity : squaredNorm(next.values);
    if (next === null || proposal === null || !(nextCost < cost)) {
      damping *= DAMPING.loss;
      continue;
    }
    [parameters, cost] = [proposal, nextCost];
    equations = normalEquations(next);
    damping = Math.max(damping / DAMPING.gain, DAMPING.least);
  }
  return { parameters, cost };
}

/** JᵀJ with a unit diagonal, −Jᵀr in the same units, and the units. */
interface NormalEquations {
  readonly matrix: Float64Array;
  readonly descent: Float64Array;
  readonly units: Float64Array;
}

function normalEquations({ values, slopes }: Residuals): NormalEquations {
  const count = slopes[0].length;
  const matrix = new Float64Array(count * count);
  const descent = new Float64Array(count);
  slopes.forEach((slope, row) => {
    for (let i = 0; i < count; i++) {
      descent[i] -= slope[i] * values[row];
      for (let j = 0; j <= i; j++) matrix[i * count + j] += slope[i] * slope[j];
    }
  });
  // A parameter that nothing depends on stays where it is.
  const units = Float64Array.from({ length: count }, (_, i) => {
    const curvature = matrix[i * (count + 1)];
    return curvature > 0 ? 1 / Math.sqrt(curvature) : 1;
  });
  for (let i = 0; i < count; i++) {
    descent[i] *= units[i];
    for (let j = 0; j <= i; j++) matrix[i * count + j] *= units[i] * units[j];
  }
  return { matrix, descent, units };
}

/** (JᵀJ + damping·diag JᵀJ)⁻¹(−Jᵀr) by Cholesky; null where that is not finite, as after a pivot that is not positive. */
function dampedStep({ matrix, descent, units }: NormalEquations, damping: number): Float64Array | null {
  const count = descent.length;
  const factor = matrix.slice();
  const step = descent.slice();
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = factor[i * count + j] + (i === j ? damping : 0);
      for (let k = 0; k < j; k++) sum -= factor[i * count + k] * factor[j * count + k];
      factor[i * count + j] = i > j ? sum / factor[j * (count + 1)] : Math.sqrt(sum);
    }
    for (let k = 0; k < i; k++) step[i] -= factor[i * count + k] * step[k];
    step[i] /= factor[i * (count + 1)];
  }
  for (let i = count - 1; i >= 0; i--) {
    for (let k = i + 1; k < count; k++) step[i] -= factor[k * count + i] * step[k];
    step[i] /= factor[i * (count + 1)];
  }
  for (let i = 0; i < count; i++) step[i] *= units[i];
  return step.every(Number.isFinite) ? step : null;
}

/** Not finite counts as infinitely bad. */
function squaredNorm(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Number.isNaN(sum) ? Infinity : sum;
}
