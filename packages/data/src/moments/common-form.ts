import {
  add,
  AssumptionError,
  dot,
  frobeniusNorm,
  identity,
  maxAbs,
  multiplyVector,
  NumericalError,
  scale,
  subtract,
  trace,
  traceOfProduct,
  type Matrix,
  type SymmetricEigen,
} from "@onestep/core";
import { resolvedSpectrum } from "./resolved-spectrum.ts";

/** Two quadratic forms of a direction, vᵀKv and vᵀK_qv, as functions of a single one, p = vᵀPv. */
export interface CommonForm {
  /** P = V·diag(λ)·Vᵀ */
  readonly spectrum: SymmetricEigen;
  /** p ↦ vᵀKv */
  readonly variance: (p: number) => number;
  /** p ↦ vᵀK_qv */
  readonly queryVariance: (p: number) => number;
}

/**
 * Finds the form that two forms share: the one that is relatively further from a multiple of the identity, of which the
 * other is then an affine function with a gentle slope.
 *
 * @throws AssumptionError unless αI + βK + γK_q = 0 for some numbers: the average over directions is then
 *   two-dimensional
 * @throws NumericalError if either form is singular as far as float64 can tell
 */
export function commonForm(form: Matrix, queryForm: Matrix): CommonForm {
  const [own, query] = [splitMean(form), splitMean(queryForm)];
  const ownIsShared = own.anisotropy >= query.anisotropy;
  const [shared, other] = ownIsShared ? [own, query] : [query, own];

  const square = traceOfProduct(shared.deviation, shared.deviation);
  const slope = square === 0 ? 0 : traceOfProduct(shared.deviation, other.deviation) / square;
  const residual = maxAbs(subtract(other.deviation, scale(shared.deviation, slope)));
  if (residual > 64 * form.rows * 2 ** -53 * maxAbs(other.form)) throw notShared();

  const spectrum = resolvedSpectrum(shared.form);
  const itself = (p: number): number => p;
  if (form === queryForm) return { spectrum, variance: itself, queryVariance: itself };
  const affine = between(spectrum, other.form);
  return {
    spectrum,
    variance: ownIsShared ? itself : affine,
    queryVariance: ownIsShared ? affine : itself,
  };
}

/**
 * The affine function that takes the extreme eigenvalues of a form to the other form along their eigenvectors. Between
 * these it is a sum of positive terms, and keeps its digits where p is small: an intercept and a slope would not.
 */
function between({ values, vectors }: SymmetricEigen, other: Matrix): (p: number) => number {
  const d = values.length;
  const along = (k: number): number => {
    const direction = Float64Array.from({ length: d }, (_, i) => vectors.values[i * d + k]);
    return dot(direction, multiplyVector(other, direction));
  };
  const [least, most] = [values[0], values[d - 1]];
  const [atLeast, atMost] = [along(0), along(d - 1)];
  if (!(atLeast > 0 && atMost > 0)) throw singular(Math.min(atLeast, atMost));
  if (least === most) return () => atLeast;
  return (p) => {
    const part = Math.max(0, Math.min(1, (p - least) / (most - least)));
    return (1 - part) * atLeast + part * atMost;
  };
}

/** A form as its mean over the sphere plus a traceless rest. */
interface SplitForm {
  readonly form: Matrix;
  readonly mean: number;
  readonly deviation: Matrix;
  readonly anisotropy: number;
}

function splitMean(form: Matrix): SplitForm {
  const mean = trace(form) / form.rows;
  const deviation = add(form, scale(identity(form.rows), -mean));
  return { form, mean, deviation, anisotropy: frobeniusNorm(deviation) / mean };
}

function notShared(): AssumptionError {
  return new AssumptionError({
    where: "promptMoments",
    expected: "a query covariance of the form αI + βΣ, Σ the context's",
    arrived: "one of another form",
    hint: "give the query such a covariance, use isotropic context covariates, or a linear target",
    source: "moments of single-index targets",
    unmet: ["the query's variance along u is a function of the context's"],
  });
}

function singular(variance: number): NumericalError {
  return new NumericalError({
    where: "promptMoments",
    expected: "context and query covariances that are positive definite in float64",
    arrived: `a variance of ${variance} in the direction where the other one is extreme`,
    hint: "use a better conditioned covariance, or a linear target",
  });
}
