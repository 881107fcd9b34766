import { dot, frobeniusNorm, matrix, symmetricEigen, symmetricPart, transpose, type Matrix } from "@onestep/core";
import type { Slope } from "@onestep/model";

/** A loss in the parameters of a model, a point of it, and what is known of both. */
export interface Landscape {
  readonly slopeAt: (position: Float64Array) => Promise<Slope>;
  /** The parameters, balanced and without what is dead. */
  readonly position: Float64Array;
  /** The size that parameters have at the point or at the optimum, whichever is larger: lengths are told in it. */
  readonly size: number;
  /** Directions in which reparametrisations of the same model move a point. */
  readonly gauge: (position: Float64Array) => readonly Float64Array[];
}

/** Eigenvalues of a Hessian, by their signs. */
export interface Inertia {
  readonly negative: number;
  readonly zero: number;
  readonly positive: number;
}

/** A point of a loss, and the stationary point beside it. */
export interface JudgedPoint {
  readonly loss: number;
  /** ‖∇L‖·size/L: the relative change of the loss when parameters change by their own size. */
  readonly slope: number;
  /** How far the stationary point is that Newton's method finds from here, in units of the size; null where there is none. */
  readonly moved: number | null;
  /** Of the Hessian at the stationary point; at the point itself where there is none. */
  readonly inertia: Inertia;
  /** Independent directions of reparametrisations: as many eigenvalues are zero whatever the loss. */
  readonly gaugeDirections: number;
  /** The loss at the stationary point. */
  readonly stationaryLoss: number | null;
}

const MOST_ROUNDS = 20;

/** Farther than so many sizes from a point, a stationary point is none of its own. */
const FARTHEST = 2;

/** Steps of differences, in sizes. Of a gradient that is cubic the difference below is exact but for rounding. */
const DIFFERENCE = 2 ** -9;

/** What rounding and differences leave of a zero, for each parameter: DIFFERENCE⁴, and a little less for rounding. */
const UNCERTAIN = 2 ** -36;

/** A relative slope that is rounding. */
const FLAT = 2 ** -32;

/**
 * Finds the stationary point next to a point, by Newton's method on ∇L = 0 across the gauge orbits, and counts the
 * directions in which the loss curves down, not at all, and up.
 */
export async function judgePoint({ slopeAt, position, size, gauge }: Landscape): Promise<JudgedPoint> {
  const start = await slopeAt(position);
  const relative = ({ gradient, loss }: Slope): number => (length(gradient) * size) / Math.abs(loss);
  let [here, slope] = [position, start];
  for (let round = 0; round < MOST_ROUNDS && relative(slope) > FLAT; round++) {
    const step = newtonStep(await hessianAt(slopeAt, here, size), slope.gradient, orthonormal(gauge(here)));
    here = here.map((value, i) => value + step[i]);
    slope = await slopeAt(here);
    if (!(distance(here, position) <= FARTHEST * size)) break;
  }
  const isFound = relative(slope) <= FLAT && distance(here, position) <= FARTHEST * size;
  const at = isFound ? here : position;
  const { values } = symmetricEigen(await hessianAt(slopeAt, at, size));
  const zero = values.length * UNCERTAIN * Math.max(...values.map(Math.abs));
  const count = (belongs: (value: number) => boolean): number => values.filter(belongs).length;
  return {
    loss: start.loss,
    slope: relative(start),
    moved: isFound ? distance(here, position) / size : null,
    inertia: {
      negative: count((value) => value < -zero),
      zero: count((value) => Math.abs(value) <= zero),
      positive: count((value) => value > zero),
    },
    gaugeDirections: orthonormal(gauge(at)).length,
    stationaryLoss: isFound ? slope.loss : null,
  };
}

/** ∇²L by differences of gradients of the fourth order: exact for gradients of degree 4 or less. */
async function hessianAt(slopeAt: Landscape["slopeAt"], position: Float64Array, size: number): Promise<Matrix> {
  const n = position.length;
  const hessian = matrix(n, n);
  const by = DIFFERENCE * size;
  const gradientAt = async (i: number, steps: number): Promise<Float64Array> => {
    const moved = position.slice();
    moved[i] += steps * by;
    return (await slopeAt(moved)).gradient;
  };
  for (let i = 0; i < n; i++) {
    const [twoDown, down, up, twoUp] = [
      await gradientAt(i, -2),
      await gradientAt(i, -1),
      await gradientAt(i, 1),
      await gradientAt(i, 2),
    ];
    for (let j = 0; j < n; j++) {
      hessian.values[i * n + j] = (8 * (up[j] - down[j]) - (twoUp[j] - twoDown[j])) / (12 * by);
    }
  }
  return symmetricPart(hessian);
}

/** −H⁺g across the gauge directions: towards a saddle as well as towards a minimum. */
function newtonStep(hessian: Matrix, gradient: Float64Array, gauge: readonly Float64Array[]): Float64Array {
  const n = gradient.length;
  const across = matrix(n, n, hessian.values.slice());
  // P H P with P = I − Σ t tᵀ: rows first, then columns.
  for (const direction of gauge) {
    for (let i = 0; i < n; i++) removeShare(across.values.subarray(i * n, (i + 1) * n), direction);
  }
  const columns = transpose(across);
  for (const direction of gauge) {
    for (let i = 0; i < n; i++) removeShare(columns.values.subarray(i * n, (i + 1) * n), direction);
  }
  const { values, vectors } = symmetricEigen(symmetricPart(columns));
  const cutoff = n * UNCERTAIN * Math.max(...values.map(Math.abs));
  const step = new Float64Array(n);
  values.forEach((value, k) => {
    if (Math.abs(value) <= cutoff) return;
    let share = 0;
    for (let i = 0; i < n; i++) share += vectors.values[i * n + k] * gradient[i];
    for (let i = 0; i < n; i++) step[i] -= (share / value) * vectors.values[i * n + k];
  });
  return step;
}

/** An orthonormal basis of what vectors span; those that depend on others are left out. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const basis: Float64Array[] = [];
  for (const vector of vectors) {
    const rest = vector.slice();
    for (const direction of [...basis, ...basis]) removeShare(rest, direction);
    const left = length(rest);
    if (left > 2 ** -26 * length(vector)) basis.push(rest.map((entry) => entry / left));
  }
  return basis;
}

function removeShare(vector: Float64Array, direction: Float64Array): void {
  const share = dot(vector, direction);
  vector.forEach((_, i) => (vector[i] -= share * direction[i]));
}

/** ‖v‖, without overflow on the way */
export function length(values: Float64Array): number {
  return frobeniusNorm(matrix(values.length, 1, values));
}

function distance(one: Float64Array, other: Float64Array): number {
  return length(one.map((value, i) => value - other[i]));
}
