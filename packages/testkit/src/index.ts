// Golden numbers: an independent derivation of what the theory says.
export type {
  GoldenCase,
  GoldenCovariates,
  GoldenLinkParameters,
  GoldenPromptLaw,
  GoldenQuantities,
  GoldenQuantity,
  GoldenSizes,
  GoldenTask,
  Rows,
} from "./golden/golden-case.ts";
export { goldenCase, goldenCases, goldenQuantities } from "./golden/golden-cases.ts";
export { lawFileOfGolden, reasonWithoutLawFile, type LawFile, type LawFilePart } from "./golden/law-file.ts";

// Arbitraries: what properties are tried on.
export { anyCovariance, anySpectrum, type SpectrumOptions } from "./arbitraries/covariance.ts";
export { anyMatrix, anyOrthogonal } from "./arbitraries/matrix.ts";
export { anyEntry, anyNoiseVariance, anyVector } from "./arbitraries/number.ts";
export { anyContextLength, anyDimension, anySeed } from "./arbitraries/size.ts";

// Assertions with a stated tolerance, or a stated probability of a false alarm.
export { expectClose, expectMatrixClose } from "./expect-close.ts";
export { expectPlausible, expectRejected, expectWithin, type StatisticalOptions } from "./statistics/expect-within.ts";
export { expectPasses, expectRefuses, type ConformanceCheck } from "./statistics/expect-check.ts";
export { DEFAULT_ALPHA, falseAlarmSpent, SUITE_ALPHA } from "./statistics/false-alarm.ts";

// One seed for a run.
export { seedForTests } from "./seed.ts";
