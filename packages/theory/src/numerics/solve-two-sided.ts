import { maxAbs, multiply, symmetricEigen, transpose, zeros, type Matrix } from "@onestep/core";
import { choleskyOrNull, solveOnSupport, substitute } from "./solve-on-support.ts";
import { symmetrised } from "./symmetrised.ts";

/**
 * The X with S·X·B = R, for symmetric positive semidefinite S and B.
 *
 * Well conditioned after their diagonals are scaled to one: two Cholesky solves. Otherwise the rounding of R, divided by
 * an eigenvalue of S and one of B, would swamp X in directions that S and B hardly weigh. There the solution is read in
 * the eigenbases of the scaled S and B, and the coordinates of R that are not above its rounding are taken to be 0: among
 * the X that the data cannot tell apart, a small one. Exactly singular S or B give the solution of least norm.
 */
export function solveTwoSided(left: Matrix, right: Matrix, rhs: Matrix): Matrix {
  const [l, r] = [choleskyOrNull(left), choleskyOrNull(right)];
  const trusted = l !== null && r !== null && leastPivot(left, l) * leastPivot(right, r) > 2 ** -30;
  return trusted ? transpose(substitute(r, transpose(substitute(l, rhs)))) : solveSpectrally(left, right, rhs);
}

/** The least share of a coordinate's variance that the coordinates before it leave: 1 for a diagonal matrix. */
function leastPivot(matrix: Matrix, factor: Matrix): number {
  let least = 1;
  for (let j = 0; j < matrix.rows; j++) {
    const at = j * (matrix.rows + 1);
    least = Math.min(least, (factor.values[at] * factor.values[at]) / matrix.values[at]);
  }
  return least;
}

function solveSpectrally(left: Matrix, right: Matrix, rhs: Matrix): Matrix {
  const [s, b] = [scaledSpectrum(left), scaledSpectrum(right)];
  const scaled = scaleSides(s.scales, rhs, b.scales);
  const coordinates = multiply(transpose(s.vectors), scaled, b.vectors);
  const { rows, columns } = rhs;
  const noise = 8 * rows * 2 ** -53 * maxAbs(scaled);
  coordinates.values.forEach((value, at) => {
    const weight = s.values[Math.floor(at / columns)] * b.values[at % columns];
    coordinates.values[at] = weight > 0 && Math.abs(value) > noise ? value / weight : 0;
  });
  const solution = scaleSides(s.scales, multiply(s.vectors, coordinates, transpose(b.vectors)), b.scales);
  return transpose(removeNullSpace(b, transpose(removeNullSpace(s, solution))));
}

/** D⁻¹ M D⁻¹ = V diag(values) Vᵀ with D² the diagonal of M; eigenvalues within rounding of 0 are 0. */
interface ScaledSpectrum {
  readonly values: Float64Array;
  readonly vectors: Matrix;
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
  const cutoff = 16 * d * 2 ** -53 * Math.max(values[d - 1], 0);
  return { values: values.map((value) => (value > cutoff ? value : 0)), vectors, scales };
}

function scaleSides(rows: Float64Array, matrix: Matrix, columns: Float64Array): Matrix {
  const result = zeros(matrix.rows, matrix.columns);
  matrix.values.forEach((value, at) => {
    result.values[at] = value * rows[Math.floor(at / matrix.columns)] * columns[at % matrix.columns];
  });
  return result;
}

/** Projects the columns of x off the null space of M, spanned by the coordinates with M_ii = 0 and by D⁻¹v, v in that of D⁻¹MD⁻¹. */
function removeNullSpace({ values, vectors, scales }: ScaledSpectrum, x: Matrix): Matrix {
  const d = scales.length;
  const silent = Array.from({ length: d }, (_, k) => k).filter((k) => values[k] === 0);
  if (silent.length === 0) return x;
  const basis = zeros(d, silent.length);
  silent.forEach((k, to) => {
    for (let i = 0; i < d; i++)
      basis.values[i * silent.length + to] = vectors.values[i * d + k] * (scales[i] > 0 ? scales[i] : 1);
  });
  const gram = multiply(transpose(basis), basis);
  const shares = solveOnSupport(gram, multiply(transpose(basis), x));
  const inside = multiply(basis, shares);
  return { ...x, values: x.values.map((value, at) => value - inside.values[at]) };
}
