// errors
export { AssumptionError, BackendError, DomainError, NumericalError, OnestepError, ShapeError } from "./errors.ts";
export type { ErrorParts } from "./errors.ts";
export { requireName } from "./known-name.ts";
export { nearestName } from "./nearest-name.ts";

// matrices
export { diagonal, identity, matrix, matrixFromRows, toRows, zeros } from "./matrix/matrix.ts";
export type { Matrix } from "./matrix/matrix.ts";
export {
  add,
  frobeniusNorm,
  maxAbs,
  outer,
  scale,
  subtract,
  symmetricPart,
  trace,
  traceOfProduct,
  transpose,
} from "./matrix/arithmetic.ts";
export { dot, multiply, multiplyVector } from "./matrix/multiply.ts";
export { cholesky } from "./matrix/cholesky.ts";
export { symmetricEigen, symmetricFunction } from "./matrix/symmetric-eigen.ts";
export type { SymmetricEigen } from "./matrix/symmetric-eigen.ts";
export { svd } from "./matrix/svd.ts";
export type { Svd } from "./matrix/svd.ts";
export { inverse, pseudoInverse, solve, solvePositiveDefinite } from "./matrix/solve.ts";

// covariances
export { covariance, isotropic } from "./covariance/covariance.ts";
export type { Covariance } from "./covariance/covariance.ts";
export {
  conditionNumber,
  covarianceFromSpectrum,
  inverseCovariance,
  inverseSquareRoot,
  squareRoot,
} from "./covariance/spectra.ts";

// randomness
export { childKey, describeKey, philoxKeyOf, randomKey } from "./random/key.ts";
export type { RandomKey } from "./random/key.ts";
export { openStream } from "./random/stream.ts";
export type { NormalEngine, RandomStream } from "./random/stream.ts";
export * as ziggurat from "./random/ziggurat.ts";
export { drawExponential, drawGamma, gammaSampler } from "./random/gamma.ts";
export { chiSampler, chiSquaredSampler, drawChi, drawChiSquared, drawStudent, studentSampler } from "./random/chi.ts";
export { drawInteger, drawSubset, shuffle } from "./random/integer.ts";
export { categorySampler, probabilities } from "./random/category.ts";
export { drawOrthogonal, drawSignedPermutation, drawSignedPlaces, drawUnitVector } from "./random/orthogonal.ts";
export type { SignedPermutation } from "./random/orthogonal.ts";

// elementary functions, the same bits on every engine
export { exp, expm1 } from "./elementary/exponential.ts";
export { log, log1p } from "./elementary/logarithm.ts";
export { integerPower, power } from "./elementary/power.ts";
export { cos, sin } from "./elementary/trigonometric.ts";
export { tanh } from "./elementary/hyperbolic.ts";
export { erf, erfc } from "./elementary/error-function.ts";

// statistics
export { meanAccumulator } from "./statistics/moments.ts";
export type { Estimate, MeanAccumulator } from "./statistics/moments.ts";
export { normalCdf, normalDensity, normalQuantile } from "./statistics/normal.ts";
export { gammaRatio, logGamma, stirlingCorrection } from "./statistics/gamma.ts";
export { betaCdf, betaQuantile } from "./statistics/beta.ts";
export { studentCdf, studentQuantile } from "./statistics/student.ts";
export { clopperPearson, normalInterval } from "./statistics/interval.ts";
export type { Interval } from "./statistics/interval.ts";
export { holm } from "./statistics/holm.ts";
export { jackknifeError, leaveOneOut } from "./statistics/jackknife.ts";

// quadrature
export { integrate } from "./quadrature/quadrature.ts";
export type { Quadrature } from "./quadrature/quadrature.ts";
export { compositeGaussLegendre, gaussLegendre } from "./quadrature/gauss-legendre.ts";
export { gaussQuadrature } from "./quadrature/gauss-quadrature.ts";
export type { OrthonormalRecurrence } from "./quadrature/gauss-quadrature.ts";
export { betaQuadrature } from "./quadrature/gauss-jacobi.ts";
export { normalExpectation } from "./quadrature/normal-expectation.ts";
export type { NormalExpectationOptions } from "./quadrature/normal-expectation.ts";
export { radialQuadrature } from "./quadrature/radial.ts";

// tensors
export type { Shape, TensorBackend } from "./tensor/backend.ts";
export { pointwiseFunctions, type PointwiseFunction } from "./tensor/pointwise.ts";
export { float64Backend } from "./tensor/float64.ts";
export type { Float64Tensor } from "./tensor/float64-tensor.ts";
export { planContraction } from "./tensor/contraction.ts";
export type { ContractionAxis, ContractionPlan } from "./tensor/contraction.ts";
export { checkShape, checkValues, describeShape, elementCount } from "./tensor/checks.ts";
export { tensorBackendChecks } from "./tensor/backend-checks.ts";
export type { TensorBackendCheck } from "./tensor/backend-checks.ts";

// settings
export { checkContextStatistics, checkPrompts, checkPromptSizes } from "./setting/check-prompts.ts";
export type { ContextStatistics } from "./setting/context-statistics.ts";
export type { GaussianLinearSetting } from "./setting/gaussian-linear.ts";
export type { LsaParameters } from "./setting/lsa-parameters.ts";
export type { PromptBatch } from "./setting/prompt-batch.ts";
export type { MomentStratum, PromptMoments } from "./setting/prompt-moments.ts";
