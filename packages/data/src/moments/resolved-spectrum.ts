import { NumericalError, symmetricEigen, type Matrix, type SymmetricEigen } from "@onestep/core";
import { WIDEST_RATIO } from "./log-panels.ts";

/**
 * The eigenvalues and eigenvectors of a form whose moments depend on its smallest eigenvalue relatively, not as a part
 * of the largest. Those of a diagonal form are exact; those of another are known to rounding of the largest only, and a
 * smallest that may be all rounding is refused.
 *
 * @throws NumericalError unless every eigenvalue is positive beyond doubt
 */
export function resolvedSpectrum(form: Matrix): SymmetricEigen {
  const spectrum = symmetricEigen(form);
  const [least, most] = [spectrum.values[0], spectrum.values[form.rows - 1]];
  const worst = isDiagonal(form) ? WIDEST_RATIO : 2 ** 53 / (16 * form.rows);
  if (least * worst >= most && least > 0) return spectrum;
  throw new NumericalError({
    where: "promptMoments",
    expected: `a covariance of condition number up to ${worst.toExponential(0)} under a target of random indices`,
    arrived: `a covariance of eigenvalues from ${least} to ${most}, condition number ${conditionOf(least, most)}`,
    hint: "use a better conditioned covariance, whitened indices, or a linear target",
  });
}

function conditionOf(least: number, most: number): string {
  return least > 0 ? (most / least).toExponential(1) : "beyond float64";
}

function isDiagonal({ rows, values }: Matrix): boolean {
  return values.every((entry, at) => entry === 0 || at % (rows + 1) === 0);
}
