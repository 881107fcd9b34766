import { maxAbs, multiply, subtract, symmetricEigen, transpose, zeros, type Matrix } from "@onestep/core";
import { choleskyOrNull, solveOnSupport, substitute } from "./solve-on-support.ts";
import { symmetrised } from "./symmetrised.ts";

/**
 * The map R ↦ X with S·X·B = R, for symmetric positive semidefinite S and B, factorized once.
 *
 * Well conditioned after their diagonals are scaled to one: two Cholesky solves. Otherwise the rounding of R, divided by
 * an eigenvalue of S and one of B, would swamp X in directions that S and B hardly weigh. There the solution is read in
 * the eigenbases of the scaled S and B, and the coordinates of R that are not above its rounding are taken to be 0: among
 * the X that the data cannot tell apart, a small one. Exactly singular S or B give the solution of least norm, for the
 * part of R that they can reach.
 */
export function twoSidedSolver(left: Matrix, right: Matrix): (rhs: Matrix) => Matrix {
  return definiteSolver(left, right) ?? spectralSolver(left, right);
}

/** The same, or null where S or B is not positive definite, or too ill conditioned to be trusted. */
export function definiteSolver(left: Matrix, right: Matrix): ((rhs: Matrix) => Matrix) | null {
  const [l, r] = [choleskyOrNull(left), choleskyOrNull(right)];
  if (l === null || r === null || leastPivot(left, l) * leastPivot(right, r) <= 2 ** -30) return null;
  return (rhs) => transpose(substitute(r, transpose(substitute(l, rhs))));
}

/** The least share of a coordinate's variance that the coordinates before it leave: 1 for a diagonal matrix. */
export function leastPivot(matrix: Matrix, factor: Matrix): number {
  let least = 1;
  for (let j = 0; j < matrix.rows; j++) {
    const at = j * (matrix.rows + 1);
    least = Math.min(least, (factor.values[at] * factor.values[at]) / matrix.values[at]);
  }
  return least;
}

function spectralSolver(left: Matrix, right: Matrix): (rhs: Matrix) => Matrix {
  const [s, b] = [scaledSpectrum(left), scaledSpectrum(right)];
  return (rhs) => {
    const scaled = scaleSides(s.scales, rhs, b.scales);
    const coordinates = multiply(multiply(transpose(s.heard), scaled), b.heard);
    const noise = 8 * rhs.rows * 2 ** -53 * maxAbs(scaled);
    coordinates.values.forEach((value, at) => {
      const weight = s.values[Math.floor(at / coordinates.columns)] * b.values[at % coordinates.columns];
      coordinates.values[at] = Math.abs(value) > noise ? value / weight : 0;
    });
    const solution = multiply(multiply(s.heard, coordinates), transpose(b.heard));
    return removeSilence(s, scaleSides(s.scales, solution, b.scales), b);
  };
}

/** PxP, with P the projection onto the support of a second moment. */
export function restrictedTo(moment: Matrix, x: Matrix): Matrix {
  const spectrum = scaledSpectrum(moment);
  return removeSilence(spectrum, x, spectrum);
}

/** D⁻¹ M D⁻¹ = V diag(values) Vᵀ with D² the diagonal of M, apart from eigenvalues within rounding of 0. */
interface ScaledSpectrum {
  /** λ > 0, `[r]` */
  readonly values: Float64Array;
  /** V, `[d, r]` */
  readonly heard: Matrix;
  /** a basis of the null space of M, `[d, d−r]`: the coordinates with M_ii = 0, and D⁻¹v with v in that of D⁻¹MD⁻¹ */
  readonly silent: Matrix;
  /** 1/√M_ii, 0 where M_ii is 0 */
  readonly scales: Float64Array;
}

function scaledSpectrum(matrix: Matrix): ScaledSpectrum {
  const d = matrix.rows;
  const scales = Float64Array.from({ length: d }, (_, i) => {
    const own = matrix.values[i * (d + 1)];
    return own > 0 ? 1 / Math.sqrt(own) : 0;
  });
  const { values, vectors } = symmetricEigen(symmetrised(scaleSides(scales, matrix, scales)));
  const cutoff = 16 * d * 2 ** -53 * values[d - 1];
  const nullity = values.filter((value) => value <= cutoff).length;
  const silent = columnsOf(vectors, 0, nullity);
  silent.values.forEach((value, at) => {
    silent.values[at] = value * (scales[Math.floor(at / nullity)] || 1);
  });
  return { values: values.slice(nullity), heard: columnsOf(vectors, nullity, d), silent, scales };
}

/** Possibly none. */
function columnsOf({ rows, columns, values }: Matrix, from: number, to: number): Matrix {
  const width = to - from;
  const kept = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++) kept.set(values.subarray(i * columns + from, i * columns + to), i * width);
  return { rows, columns: width, values: kept };
}

function scaleSides(rows: Float64Array, matrix: Matrix, columns: Float64Array): Matrix {
  const result = zeros(matrix.rows, matrix.columns);
  matrix.values.forEach((value, at) => {
    result.values[at] = value * rows[Math.floor(at / matrix.columns)] * columns[at % matrix.columns];
  });
  return result;
}

/** Projects the columns of x off the null space of one moment, and its rows off that of another. */
function removeSilence(left: ScaledSpectrum, x: Matrix, right: ScaledSpectrum): Matrix {
  return transpose(removeColumns(right.silent, transpose(removeColumns(left.silent, x))));
}

/** x − N(NᵀN)⁻¹Nᵀx */
function removeColumns(basis: Matrix, x: Matrix): Matrix {
  if (basis.columns === 0) return x;
  const adjoint = transpose(basis);
  return subtract(x, multiply(basis, solveOnSupport(multiply(adjoint, basis), multiply(adjoint, x))));
}
