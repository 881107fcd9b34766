// What a number carries
export { mapClosedForm, type ClosedForm } from "./closed-form.ts";
export { hypotheses, type HypothesisName } from "./hypotheses.ts";
export { sources, type Citation, type Source, type SourceKey } from "./sources.ts";
export { theorems, type Theorem } from "./theorems.ts";

// Moments of laws
export { ar1SquaredCorrelations, correlatedRowMoments } from "./moments/correlated-rows.ts";
export {
  ellipticalFourthMoment,
  gaussianFourthMoment,
  heteroscedasticNoiseMoment,
  kurtosisOf,
  mixtureFourthMoment,
  mixtureSecondMoment,
  productFourthMoment,
  sphereRadialFactor,
  studentKurtosis,
  studentRadialFactor,
  type GaussianMixture,
} from "./moments/fourth-moment.ts";
export { gaussianLinearMoments } from "./moments/gaussian-linear.ts";
export { independentRowMoments, linearMoments, type IndependentRows, type LinearLaw } from "./moments/linear.ts";
export { stratifiedMoments, type Stratum } from "./moments/strata.ts";
export { wishartTraceMoments } from "./moments/wishart.ts";

// Nonlinear and structured targets
export { energyMoments, scaleEnergies, type TargetEnergies, type TargetSetting } from "./target/energies.ts";
export { kernelEnergies, momentsFromKernel, rbfProcessEnergies, type InvariantKernel } from "./target/kernel.ts";
export {
  gaussianWeightEnergies,
  hermiteLinkMoments,
  singleIndexEnergies,
  twoLayerEnergies,
  type LinkMoments,
} from "./target/single-index.ts";
export { coordinateEnergies, frozenFeatureMoments, sparseTaskVariance } from "./target/structured.ts";

// The optimum of one layer
export { bestStepSize, type ScalarStep } from "./optimum/best-step-size.ts";
export { lossCurvature, type LossCurvature } from "./optimum/curvature.ts";
export { gaussianPriorMoments, type GaussianPriorSetting } from "./optimum/gaussian-prior.ts";
export { liftToLsa, stepSizeOf, whitenedStepSize } from "./optimum/lift.ts";
export { distanceToMinimizers, minimizers, type MinimizerSet } from "./optimum/minimizers.ts";
export { multiHeadOptimum, type MultiHeadOptimum } from "./optimum/multi-head.ts";
export { optimalPreconditioner } from "./optimum/preconditioner.ts";
export {
  autoregressiveSteps,
  randomLengthStep,
  type AutoregressiveSteps,
  type LengthProbability,
} from "./optimum/prompt-formats.ts";
export {
  exponentialSpectrum,
  randomSpectrumLoss,
  randomSpectrumStep,
  type RandomSpectrumSetting,
} from "./optimum/random-spectrum.ts";
export { optimalStepOfRank } from "./optimum/rank.ts";
export { rotationInvariantStep } from "./optimum/rotation-invariant-step.ts";
export { singleHeadOptimum, type SingleHeadOptimum } from "./optimum/single-head.ts";
export { optimalStepLoss, optimalStepSize, type IsotropicSetting } from "./optimum/step-size.ts";
export { optimalStep, type OptimalStep } from "./optimum/step.ts";
export {
  symmetryReduction,
  type DeclaredSymmetry,
  type SymmetryGroup,
  type SymmetryReduction,
} from "./optimum/symmetry-reduction.ts";

// Risk of learners
export { bayesRiskEquivalent, marchenkoPasturRisk, type DeterministicEquivalent } from "./risk/asymptotic.ts";
export { bayesRisk, bayesRiskGivenContext } from "./risk/bayes.ts";
export { gradientDescentRisk, type DescentSchedule } from "./risk/gradient-descent.ts";
export type { LinearSetting } from "./risk/isotropic.ts";
export { leastSquaresRisk } from "./risk/least-squares.ts";
export { oneStepRisk } from "./risk/one-step.ts";
export { excessLoss, lossGradient, pretrainingLoss } from "./risk/pretraining-loss.ts";
export { ridgeRisk } from "./risk/ridge.ts";
export { zeroRisk } from "./risk/zero.ts";
export { rescaledForLength, shiftedLoss } from "./shift/shifted-loss.ts";

// Depth
export { coalescenceThreshold } from "./depth/coalescence.ts";
export { depthFloor, type DepthFloor } from "./depth/depth-floor.ts";
export {
  gdPlusPlusRisk,
  optimalGdPlusPlus,
  type GdPlusPlusOptimum,
  type GdPlusPlusParameters,
} from "./depth/gd-plus-plus.ts";
export { optimalDepth, type OptimalDepth } from "./depth/optimal-depth.ts";
export { tiedDepth } from "./depth/tied-depth.ts";

// The spectrum of the context
export { wishartDensity } from "./spectrum/wishart-density.ts";
export { expectedTrace, wishartSpectrum, type WishartSpectrum } from "./spectrum/wishart-spectrum.ts";

// Training dynamics
export {
  mergedBalance,
  mergedFlow,
  mergedHalfTime,
  mergedLimit,
  type FlowPoint,
  type MergedFlow,
  type MergedLimit,
} from "./dynamics/merged-flow.ts";
export {
  learnedDirections,
  plateauLength,
  plateauLosses,
  rankOneTime,
  type LearnedDirection,
  type RankOneGrowth,
} from "./dynamics/separate-flow.ts";

// Other attention, other losses
export { crossEntropyStep, type SignLabels } from "./attention/cross-entropy.ts";
export { pointwiseAttention, pointwiseMoments, reluAttention, type PointwiseMoments } from "./attention/pointwise.ts";
export { softmaxHeads, type SoftmaxHeads } from "./attention/softmax-heads.ts";
