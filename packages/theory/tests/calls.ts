import { diagonal, identity, isotropic, zeros, type Matrix } from "@onestep/core";
import * as theory from "../src/index.ts";
import type { ClosedForm } from "../src/index.ts";

/** What stands for a number in a call: itself, or something broken in its place. */
export type Numbers = (value: number) => number;

const sizes = (x: Numbers) => ({ contextLength: 9, dimension: 3, noiseVariance: x(0.3) });
const setting = (x: Numbers) => ({
  contextLength: 9,
  covariates: isotropic(3),
  tasks: isotropic(3),
  noiseVariance: x(0.3),
});
const moments = (x: Numbers) => ({
  ...theory.gaussianLinearMoments(setting((value) => value)),
  responseSecondMoment: x(3.3),
});
const energies = (x: Numbers) => ({ signalEnergy: x(0.25), targetEnergy: 3, targetSecondMoment: 0.5 });
const prior = (x: Numbers) => ({ ...setting(x), taskMean: [x(1), 0, 0] });
const square = (x: Numbers): Matrix => ({ ...identity(3), values: identity(3).values.map((value) => x(value)) });
const link = (x: Numbers) => ({ c1: x(0.5), a: x(0.5), b2: x(1.5) });

/** Every exported function that returns a closed form, called on a law it applies to. */
export const closedForms: Readonly<Record<string, (x: Numbers) => ClosedForm<unknown>>> = {
  autoregressiveSteps: (x) => theory.autoregressiveSteps(4, sizes(x)),
  balancedStart: (x) => theory.balancedStart(0.01, square(x)),
  bayesRisk: (x) => theory.bayesRisk(sizes(x)),
  bayesRiskEquivalent: (x) => theory.bayesRiskEquivalent(setting(x)),
  bayesRiskGivenContext: (x) => theory.bayesRiskGivenContext(setting(x), isotropic(3).matrix),
  bestStepSize: (x) => theory.bestStepSize(moments(x)),
  coalescenceThreshold: (x) => theory.coalescenceThreshold({ ...sizes((value) => value), taskVariance: x(1) }, 2),
  crossEntropyStep: (x) => theory.crossEntropyStep({ contextLength: 3, dimension: 2, flipProbability: x(0.1) }),
  depthFloor: (x) => theory.depthFloor(moments(x)),
  excessLoss: (x) =>
    theory.excessLoss(
      moments((value) => value),
      { ...zeros(3, 3), values: zeros(3, 3).values.map(() => x(0)) },
    ),
  finitePretrainingRisk: (x) =>
    theory.finitePretrainingRisk({ contextRatio: x(10), taskRatio: 0.5, promptRatio: 2, noiseRatio: 0.01 }),
  gdPlusPlusRisk: (x) =>
    theory.gdPlusPlusRisk(
      sizes((value) => value),
      { a: [x(0.5), 1], b: [0.5] },
    ),
  gradientDescentRisk: (x) =>
    theory.gradientDescentRisk(
      sizes((value) => value),
      { steps: 3, rate: x(0.5) },
    ),
  learnedDirections: (x) => theory.learnedDirections(setting(x)),
  leastSquaresRisk: (x) => theory.leastSquaresRisk(sizes(x)),
  lossCurvature: (x) => theory.lossCurvature(moments(x)),
  lossGradient: (x) => theory.lossGradient(moments(x), zeros(3, 3)),
  marchenkoPasturRisk: (x) => theory.marchenkoPasturRisk(sizes(x)),
  mergedEscapeRate: (x) =>
    theory.mergedEscapeRate(
      setting((value) => value),
      x(0.1),
    ),
  mergedFlow: (x) => theory.mergedFlow({ setting: sizes(x), initial: 0.001 }, [1]),
  mergedHalfTime: (x) => theory.mergedHalfTime({ setting: sizes((value) => value), initial: x(0.001) }),
  mergedLimit: (x) => theory.mergedLimit(isotropic(2).matrix, x(0.5), 1),
  minimizers: (x) => theory.minimizers(moments(x)),
  multiHeadOptimum: (x) => theory.multiHeadOptimum(prior(x)),
  oneStepRisk: (x) =>
    theory.oneStepRisk(
      moments((value) => value),
      x(0.05),
    ),
  optimalDepth: (x) => theory.optimalDepth(sizes(x), 2),
  optimalGdPlusPlus: (x) => theory.optimalGdPlusPlus(sizes(x), 2),
  tiedGdPlusPlus: (x) => theory.tiedGdPlusPlus(sizes(x), 2),
  optimalPreconditioner: (x) => theory.optimalPreconditioner(setting(x)),
  optimalPreconditionerLoss: (x) => theory.optimalPreconditionerLoss(setting(x)),
  optimalStep: (x) => theory.optimalStep(moments(x)),
  optimalStepLoss: (x) => theory.optimalStepLoss(sizes(x)),
  optimalStepOfRank: (x) => theory.optimalStepOfRank(moments(x), 1),
  optimalStepSize: (x) => theory.optimalStepSize(sizes(x)),
  plateauLength: (x) =>
    theory.plateauLength(
      { contextLength: 9, direction: { covariateVariance: 1, taskVariance: 1, gamma: 0.1, lossReduction: 1 } },
      x(0.1),
    ),
  plateauLosses: (x) => theory.plateauLosses(setting(x)),
  pointwiseAttention: (x) =>
    theory.pointwiseAttention(9, { alignment: x(3), ownEnergy: 15, crossEnergy: 3, responseSecondMoment: 3 }),
  pretrainingLoss: (x) => theory.pretrainingLoss(moments(x), zeros(3, 3)),
  randomLengthStep: (x) => theory.randomLengthStep([{ contextLength: 9, probability: 1 }], sizes(x)),
  randomSpectrumLoss: (x) =>
    theory.randomSpectrumLoss(
      { contextLength: 9, spectrumMoments: [x(1), 2, 6], tasks: isotropic(2), noiseVariance: 0 },
      zeros(2, 2),
    ),
  randomSpectrumStep: (x) =>
    theory.randomSpectrumStep({
      contextLength: 9,
      spectrumMoments: [x(1), 2, 6],
      tasks: isotropic(2),
      noiseVariance: 0,
    }),
  rankOneTime: (x) =>
    theory.rankOneTime(
      { contextLength: 9, direction: { covariateVariance: 1, taskVariance: 1, gamma: 0.1, lossReduction: 1 } },
      x(0.1),
      0.5,
    ),
  reluAttention: (x) => theory.reluAttention(sizes(x)),
  ridgeRisk: (x) =>
    theory.ridgeRisk(
      sizes((value) => value),
      x(0.5),
    ),
  rotationInvariantStep: (x) =>
    theory.rotationInvariantStep(
      energies(x),
      sizes((value) => value),
    ),
  separateBalance: (x) => theory.separateBalance({ readout: 1, query: square(x), key: identity(3) }),
  severalQueriesStep: (x) => theory.severalQueriesStep(moments(x), 4),
  shiftedLoss: (x) => theory.shiftedLoss(zeros(3, 3), moments(x)),
  singleHeadOptimum: (x) => theory.singleHeadOptimum(prior(x)),
  softmaxHeads: (x) => theory.softmaxHeads(setting(x)),
  symmetryReduction: (x) => theory.symmetryReduction({ group: "orthogonal", dimension: x(3) }),
  tiedDepth: (x) => theory.tiedDepth(sizes(x), 2),
  wishartDensity: (x) => theory.wishartDensity({ contextLength: 4, dimension: 2 }, [x(1)]),
  wishartTraceMoments: (x) => theory.wishartTraceMoments({ contextLength: x(4), dimension: 2, order: 3 }),
  zeroRisk: (x) => theory.zeroRisk(moments(x)),
};

/** Every exported function that turns numbers into numbers, moments or matrices without a passport of its own. */
export const plainFunctions: Readonly<Record<string, (x: Numbers) => unknown>> = {
  ar1SquaredCorrelations: (x) => theory.ar1SquaredCorrelations(6, x(0.5)),
  coordinateEnergies: (x) => theory.coordinateEnergies(link(x), 3),
  correlatedRowMoments: (x) =>
    theory.correlatedRowMoments(
      setting((value) => value),
      x(12),
    ),
  distanceToMinimizers: (x) => theory.distanceToMinimizers(theory.liftToLsa(identity(3)), square(x)),
  ellipticalFourthMoment: (x) => theory.ellipticalFourthMoment(identity(3), x(2), identity(3)),
  energyMoments: (x) =>
    theory.energyMoments(
      energies(x),
      sizes((value) => value),
    ),
  expectedTrace: (x) => theory.expectedTrace(theory.wishartSpectrum({ contextLength: 4, dimension: 2 }), () => x(1)),
  exponentialSpectrum: (x) => theory.exponentialSpectrum(x(2)),
  frozenFeatureMoments: (x) =>
    theory.frozenFeatureMoments(
      { cross: square(x), energy: diagonal([3, 3, 3]), secondMoment: 3 },
      { contextLength: 9, covariates: identity(3), noiseVariance: 0.3 },
    ),
  gaussianFourthMoment: (x) => theory.gaussianFourthMoment(identity(3), square(x)),
  gaussianLinearMoments: (x) => theory.gaussianLinearMoments(setting(x)),
  gaussianPriorMoments: (x) => theory.gaussianPriorMoments(prior(x)),
  gaussianWeightEnergies: (x) => theory.gaussianWeightEnergies(() => link(x), { dimension: 3, weightVariance: 1 }),
  hermiteLinkMoments: (x) => theory.hermiteLinkMoments([0, x(1), 0.5]),
  heteroscedasticNoiseMoment: (x) =>
    theory.heteroscedasticNoiseMoment({
      variance: 0.3,
      slope: x(1),
      covariates: identity(3),
      fourthMoment: diagonal([5, 5, 5]),
    }),
  independentRowMoments: (x) =>
    theory.independentRowMoments({
      contextLength: 9,
      covariates: identity(3),
      signalMoment: square(x),
      energyMoment: diagonal([5, 5, 5]),
      responseSecondMoment: 3,
      evenPartDecouples: "proved",
    }),
  kernelEnergies: (x) => theory.kernelEnergies((r, s, cosine) => x(r * s * cosine), 3),
  liftToLsa: (x) => theory.liftToLsa(square(x)),
  linearMoments: (x) =>
    theory.linearMoments({
      contextLength: 9,
      covariates: identity(3),
      tasks: identity(3),
      fourthMoment: diagonal([5, 5, 5]),
      noiseVariance: x(0.3),
    }),
  mergedBalance: (x) => theory.mergedBalance(1, square(x)),
  mixtureFourthMoment: (x) =>
    theory.mixtureFourthMoment(
      { weights: [0.5, 0.5], means: [[1], [x(-1)]], covariances: [identity(1), identity(1)] },
      identity(1),
    ),
  mixtureSecondMoment: (x) =>
    theory.mixtureSecondMoment({
      weights: [x(0.5), 0.5],
      means: [[1], [-1]],
      covariances: [identity(1), identity(1)],
    }),
  momentsFromKernel: (x) => theory.momentsFromKernel((r, s, cosine) => r * s * cosine, sizes(x)),
  pointwiseMoments: (x) =>
    theory.pointwiseMoments(
      (score) => x(score),
      sizes((value) => value),
    ),
  quadraticPointwiseMoments: (x) =>
    theory.quadraticPointwiseMoments(
      (score) => x(score),
      sizes((value) => value),
    ),
  productFourthMoment: (x) => theory.productFourthMoment(identity(3), x(3), identity(3)),
  rbfProcessEnergies: (x) => theory.rbfProcessEnergies({ dimension: 3, lengthScale: x(1) }),
  rescaledForLength: (x) => theory.rescaledForLength(square(x), { trainedOn: 10, testedOn: 40 }),
  scaleEnergies: (x) =>
    theory.scaleEnergies(
      energies((value) => value),
      x(2),
    ),
  singleIndexEnergies: (x) => theory.singleIndexEnergies(link(x), { dimension: 3 }),
  sparseTaskVariance: (x) => theory.sparseTaskVariance({ dimension: 3, sparsity: 1, variance: x(1) }),
  sphereRadialFactor: (x) => theory.sphereRadialFactor(x(3)),
  stepSizeOf: (x) => theory.stepSizeOf(square(x)),
  stratifiedMoments: (x) => theory.stratifiedMoments([{ probability: x(1), moments: moments((value) => value) }]),
  studentKurtosis: (x) => theory.studentKurtosis(x(10)),
  studentRadialFactor: (x) => theory.studentRadialFactor(x(10)),
  twoLayerEnergies: (x) =>
    theory.twoLayerEnergies(() => link((value) => value), {
      dimension: 3,
      width: 2,
      weightVariance: 1,
      readoutVariance: x(1),
    }),
  whitenedStepSize: (x) => theory.whitenedStepSize(square(x), isotropic(3)),
  wishartSpectrum: (x) => theory.wishartSpectrum({ contextLength: x(4), dimension: 2 }),
};
