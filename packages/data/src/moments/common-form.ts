import {
  add,
  AssumptionError,
  frobeniusNorm,
  identity,
  maxAbs,
  scale,
  subtract,
  trace,
  traceOfProduct,
  type Matrix,
} from "@onestep/core";

/** Two quadratic forms of a direction, vᵀKv and vᵀK_qv, as functions of a single one, p = vᵀPv. */
export interface CommonForm {
  /** P */
  readonly shared: Matrix;
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
 */
export function commonForm(form: Matrix, queryForm: Matrix): CommonForm {
  const [own, query] = [splitMean(form), splitMean(queryForm)];
  const ownIsShared = own.anisotropy >= query.anisotropy;
  const [shared, other] = ownIsShared ? [own, query] : [query, own];

  const square = traceOfProduct(shared.deviation, shared.deviation);
  const slope = square === 0 ? 0 : traceOfProduct(shared.deviation, other.deviation) / square;
  const residual = maxAbs(subtract(other.deviation, scale(shared.deviation, slope)));
  if (residual > 64 * form.rows * 2 ** -53 * maxAbs(other.form)) throw notShared();

  const itself = (p: number): number => p;
  const affine = (p: number): number => other.mean + slope * (p - shared.mean);
  return {
    shared: shared.form,
    variance: ownIsShared ? itself : affine,
    queryVariance: ownIsShared && form !== queryForm ? affine : itself,
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
