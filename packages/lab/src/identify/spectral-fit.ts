import {
  dot,
  inverse,
  matrix,
  multiply,
  multiplyVector,
  NumericalError,
  solvePositiveDefinite,
  symmetricEigen,
  symmetricPart,
  type Matrix,
} from "@onestep/core";
import type { Filter } from "./filters.ts";
import type { ObservedPrompt } from "./observe.ts";

/** A prompt along the eigenvectors of its S. */
export interface SpectralPrompt {
  readonly length: number;
  /** u_k, of S/n */
  readonly eigenvalues: Float64Array;
  /** ⟨v_k, b⟩ R v_k, one a row, `[d, m]`: an algorithm with the filter φ has the output Σ φ(u_k) of them */
  readonly parts: Matrix;
  /** What the model said, `[m]` */
  readonly output: Float64Array;
}

/**
 * Prompts along the eigenvectors of S, or in white coordinates of WSW.
 *
 * @param whitening W = Σ^{−1/2}: an algorithm on Wx has the weights W φ(WSW/n) W b
 */
export function spectralPrompts(prompts: readonly ObservedPrompt[], whitening: Matrix | undefined): SpectralPrompt[] {
  return prompts.map(({ length, gram, crossProduct, readout, output }) => {
    const white = whitening === undefined ? gram : symmetricPart(multiply(whitening, gram, whitening));
    const { values, vectors } = symmetricEigen(white);
    const side = whitening === undefined ? crossProduct : multiplyVector(whitening, crossProduct);
    const back = multiply(whitening === undefined ? readout : multiply(readout, whitening), vectors); // R W V
    const parts = matrix(values.length, output.length);
    values.forEach((_, k) => {
      let share = 0;
      side.forEach((entry, i) => (share += vectors.values[i * values.length + k] * entry));
      for (let row = 0; row < output.length; row++) {
        parts.values[k * output.length + row] = share * back.values[row * values.length + k];
      }
    });
    return { length, eigenvalues: values.map((value) => Math.max(0, value) / length), parts, output };
  });
}

/** What a filter makes of a prompt, `[m]`. */
export function outputOf(
  { length, eigenvalues, parts, output }: SpectralPrompt,
  filter: Filter,
  parameters: Float64Array,
): Float64Array {
  const result = new Float64Array(output.length);
  eigenvalues.forEach((u, k) => {
    const factor = filter(parameters, u, length);
    for (let row = 0; row < result.length; row++) result[row] += factor * parts.values[k * result.length + row];
  });
  return result;
}

/** The filter of a family that is nearest to a model. */
export interface SpectralFit {
  readonly parameters: Float64Array;
  /** Of the mean over these prompts. */
  readonly cost: number;
}

const MOST_ROUNDS = 60;

/** A fit that gains less than this share of what is left is at its end. */
const ENOUGH = 2 ** -26;

/** Of the energy of the model's outputs: what rounding leaves. */
const NOTHING = 2 ** -96;

/** Steps of differences, in a parameter's own size. */
const DIFFERENCE = 2 ** -17;

/**
 * The parameters of least mean squared difference from a model, E‖R(ŵ − ŵ_θ)‖²: a local minimum near the start, by
 * Levenberg–Marquardt. Parameters are moved in the units that are given.
 */
export function fitFilter(
  prompts: readonly SpectralPrompt[],
  filter: Filter,
  start: Float64Array,
  units: Float64Array,
): SpectralFit {
  const energy = prompts.reduce((sum, { output }) => sum + dot(output, output), 0) / prompts.length;
  let parameters = start;
  let { cost, descent, curvature } = linearised(prompts, filter, parameters, units);
  let damping = 1e-3;
  for (let round = 0; round < MOST_ROUNDS && damping < 1e9 && cost > 0; round++) {
    const step = dampedStep(curvature, descent, damping);
    if (step === undefined) break;
    const proposal = parameters.map((value, i) => value + units[i] * step[i]);
    const next = linearised(prompts, filter, proposal, units);
    if (!(next.cost < cost)) {
      damping *= 8;
      continue;
    }
    const gained = cost - next.cost;
    parameters = proposal;
    ({ cost, descent, curvature } = next);
    damping = Math.max(damping / 8, 1e-14);
    if (gained <= ENOUGH * cost || cost <= NOTHING * energy) break;
  }
  return { parameters, cost };
}

/**
 * Standard errors of fitted parameters, that of drawing the prompts: H⁻¹ E[g gᵀ] H⁻¹/count with the slope g of each
 * prompt and the Hessian H of their mean. Undefined where the minimum is at the edge of the family, or flat.
 *
 * Source: Huber, "The behavior of maximum likelihood estimates under nonstandard conditions", 1967.
 */
export function fitErrors(
  prompts: readonly SpectralPrompt[],
  filter: Filter,
  { parameters }: SpectralFit,
  units: Float64Array,
): Float64Array | undefined {
  const size = parameters.length;
  const scatter = matrix(size, size);
  for (const prompt of prompts) {
    const { residual, slopes } = residualOf(prompt, filter, parameters, units);
    const slope = slopes.map((one) => dot(one, residual));
    slope.forEach((a, i) => slope.forEach((b, j) => (scatter.values[i * size + j] += a * b)));
  }
  const hessian = matrix(size, size);
  for (let i = 0; i < size; i++) {
    const [above, below] = [1, -1].map((sign) => {
      const moved = parameters.slice();
      moved[i] += sign * 2 ** -13 * units[i];
      return linearised(prompts, filter, moved, units).descent;
    });
    for (let j = 0; j < size; j++) hessian.values[i * size + j] = (below[j] - above[j]) / 2 ** -12;
  }
  if (!hessian.values.every(Number.isFinite)) return undefined;
  const bread = unlessSingular(() => inverse(symmetricPart(hessian)));
  if (bread === undefined) return undefined;
  const covariance = multiply(bread, scatter, bread);
  const errors = parameters.map((_, i) => (units[i] * Math.sqrt(covariance.values[i * (size + 1)])) / prompts.length);
  return errors.every(Number.isFinite) ? errors : undefined;
}

/** Half the mean slope downwards, and half its Gauss–Newton curvature. */
interface Linearised {
  readonly cost: number;
  readonly descent: Float64Array;
  readonly curvature: Matrix;
}

function linearised(
  prompts: readonly SpectralPrompt[],
  filter: Filter,
  parameters: Float64Array,
  units: Float64Array,
): Linearised {
  const size = parameters.length;
  const [descent, curvature] = [new Float64Array(size), matrix(size, size)];
  let cost = 0;
  for (const prompt of prompts) {
    const { residual, slopes } = residualOf(prompt, filter, parameters, units);
    cost += dot(residual, residual);
    slopes.forEach((one, i) => {
      descent[i] -= dot(one, residual) / prompts.length;
      for (let j = 0; j <= i; j++) curvature.values[i * size + j] += dot(one, slopes[j]) / prompts.length;
    });
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) curvature.values[j * size + i] = curvature.values[i * size + j];
  }
  return { cost: cost / prompts.length, descent, curvature };
}

/** Output of the algorithm less that of the model, and its derivatives by the parameters in their units. */
function residualOf(
  prompt: SpectralPrompt,
  filter: Filter,
  parameters: Float64Array,
  units: Float64Array,
): { residual: Float64Array; slopes: Float64Array[] } {
  const { length, eigenvalues, parts, output } = prompt;
  const residual = output.map((entry) => -entry);
  const slopes = Array.from(parameters, () => new Float64Array(output.length));
  const moved = parameters.slice();
  eigenvalues.forEach((u, k) => {
    const factor = filter(parameters, u, length);
    const rates = slopes.map((_, i) => {
      const by = DIFFERENCE * Math.max(units[i], Math.abs(parameters[i]));
      moved[i] = parameters[i] + by;
      const above = filter(moved, u, length);
      moved[i] = parameters[i] - by;
      const below = filter(moved, u, length);
      moved[i] = parameters[i];
      // At the edge of a family only one side means anything.
      const rate = Number.isNaN(below) ? (above - factor) / by : (above - below) / (2 * by);
      return rate * units[i];
    });
    for (let row = 0; row < residual.length; row++) {
      const part = parts.values[k * residual.length + row];
      residual[row] += factor * part;
      slopes.forEach((slope, i) => (slope[row] += rates[i] * part));
    }
  });
  return { residual, slopes };
}

function dampedStep(curvature: Matrix, descent: Float64Array, damping: number): Float64Array | undefined {
  const size = descent.length;
  const damped = matrix(size, size, curvature.values.slice());
  for (let i = 0; i < size; i++) damped.values[i * (size + 1)] *= 1 + damping;
  return unlessSingular(() => solvePositiveDefinite(damped, { rows: size, columns: 1, values: descent }).values);
}

function unlessSingular<T>(solve: () => T): T | undefined {
  try {
    return solve();
  } catch (error) {
    if (error instanceof NumericalError) return undefined;
    throw error;
  }
}
