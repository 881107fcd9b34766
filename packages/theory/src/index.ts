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
  productFourthMoment,
  type HeteroscedasticNoise,
} from "./moments/fourth-moment.ts";
export { gaussianLinearMoments } from "./moments/gaussian-linear.ts";
export { kurtosisOf, sphereRadialFactor, studentKurtosis, studentRadialFactor } from "./moments/kurtosis.ts";
export { independentRowMoments, linearMoments, type IndependentRows, type LinearLaw } from "./moments/linear.ts";
export { mixtureFourthMoment, mixtureSecondMoment, type GaussianMixture } from "./moments/mixture.ts";
export { stratifiedMoments, type Stratum } from "./moments/strata.ts";
export { wishartTraceMoments } from "./moments/wishart.ts";

// Nonlinear and structured targets
export { energyMoments, scaleEnergies, type TargetEnergies, type TargetSetting } from "./target/energies.ts";
export type { InvariantKernel } from "./target/invariant-kernel.ts";
export { kernelEnergies, momentsFromKernel, rbfProcessEnergies } from "./target/kernel.ts";
export { hermiteLinkMoments, type LinkMoments } from "./target/link.ts";
export { gaussianWeightEnergies, singleIndexEnergies, twoLayerEnergies } from "./target/single-index.ts";
export { coordinateEnergies, frozenFeatureMoments, sparseTaskVariance } from "./target/structured.ts";

// The optimum of one layer
export { bestStepSize, type ScalarStep } from "./optimum/best-step-size.ts";
export { lossCurvature, type LossCurvature } from "./optimum/curvature.ts";
export { gaussianPriorMoments, type GaussianPriorSetting } from "./optimum/gaussian-prior.ts";
export { liftToLsa, stepSizeOf, whitenedStepSize } from "./optimum/lift.ts";
export { distanceToMinimizers, minimizers, type MinimizerSet } from "./optimum/minimizers.ts";
export { multiHeadOptimum, type MultiHeadOptimum } from "./optimum/multi-head.ts";
export { optimalPreconditioner } from "./optimum/preconditioner.ts";
export { optimalPreconditionerLoss } from "./optimum/preconditioner-loss.ts";
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
export { severalQueriesStep } from "./optimum/several-queries.ts";
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
export { finitePretrainingRisk, type PretrainingSizes } from "./risk/finite-pretraining.ts";
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
export { gdPlusPlusRisk, type GdPlusPlusParameters } from "./depth/gd-plus-plus.ts";
export { optimalDepth, type OptimalDepth } from "./depth/optimal-depth.ts";
export { optimalGdPlusPlus, type GdPlusPlusOptimum } from "./depth/optimal-gd-plus-plus.ts";
export type { SearchReport } from "./depth/search-report.ts";
export { tiedGdPlusPlus } from "./depth/tied-gd-plus-plus.ts";
export { tiedDepth, type TiedDepth } from "./depth/tied-depth.ts";

// The spectrum of the context
export { wishartDensity } from "./spectrum/wishart-density.ts";
export {
  expectedTrace,
  wishartSpectrum,
  type WishartSizes,
  type WishartSpectrum,
} from "./spectrum/wishart-spectrum.ts";

// Training dynamics
export { balancedStart } from "./dynamics/balanced-start.ts";
export { mergedEscapeRate } from "./dynamics/escape-rate.ts";
export { learnedDirections, plateauLosses, type LearnedDirection } from "./dynamics/learned-directions.ts";
export { mergedFlow, mergedHalfTime, type FlowPoint, type MergedFlow } from "./dynamics/merged-flow.ts";
export { mergedBalance, mergedLimit, type MergedLimit } from "./dynamics/merged-limit.ts";
export { plateauLength, rankOneTime, type RankOneGrowth } from "./dynamics/rank-one-growth.ts";
export { separateBalance, type SeparateBalance, type SeparateHead } from "./dynamics/separate-balance.ts";

// Other attention, other losses
export { crossEntropyStep, type SignLabels } from "./attention/cross-entropy.ts";
export { quadraticPointwiseMoments } from "./attention/pointwise-quadratic.ts";
export { pointwiseAttention, pointwiseMoments, reluAttention, type PointwiseMoments } from "./attention/pointwise.ts";
export { softmaxHeads, type SoftmaxHeads } from "./attention/softmax-heads.ts";
