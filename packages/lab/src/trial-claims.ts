import {
  jackknifeError,
  leaveOneOut,
  multiply,
  trace,
  type LsaParameters,
  type Matrix,
  type PromptMoments,
} from "@onestep/core";
import { inducedStep, populationLoss, type GaussianLinearPopulation } from "@onestep/model";
import { bestStepSize, pretrainingLoss, singleHeadOptimum, type ClosedForm } from "@onestep/theory";
import type { Claim, ClaimSource } from "./claim.ts";
import type { Trial } from "./experiment.ts";
import type { LayerEstimates } from "./measure/layer-energies.ts";
import { averageLayers } from "./measure/average-layers.ts";
import { offDiagonalError, relativeDistance } from "./measure/preconditioner-distance.ts";

/** How close a trained layer must come, as fractions. */
export const tolerances = {
  /** of ‖Γ*‖_F */
  distance: 0.02,
  /** of the mean eigenvalue of Σ^{1/2}Γ*Σ^{1/2} */
  offDiagonal: 0.01,
  /** √(E f_even² / E f_odd²) */
  leakage: 0.01,
  /** of L* */
  excessLoss: 0.01,
  /** of the predicted step size */
  stepSize: 0.02,
  /** the least √(min_η E(ŷ − ηx_qᵀXᵀy)² / E ŷ²) that counts as another predictor than gradient descent's */
  departure: 0.05,
  /** the largest standard error of the loss on fresh prompts, of L* */
  lossError: 0.005,
} as const;

/** All that the claims of a trial are made of. */
export interface TrialEvidence {
  readonly trial: Trial;
  readonly moments: PromptMoments;
  /** Γ* and the place it comes from. */
  readonly prediction: ClosedForm<Matrix>;
  /** L*, the loss of Γ*. */
  readonly optimalLoss: number;
  /** The law as a Gaussian linear one, where it is: then every loss is exact. */
  readonly population: Required<GaussianLinearPopulation> | undefined;
  readonly parameters: LsaParameters<Matrix>;
  /** Averages over blocks of the run, for the sampling error of `parameters`. */
  readonly blocks: readonly LsaParameters<Matrix>[];
  /** Monte Carlo on fresh prompts. */
  readonly estimates: LayerEstimates;
}

/** Claims, and what could not be claimed. */
export interface TrialFindings {
  readonly claims: readonly Claim[];
  readonly notes: readonly string[];
}

/** Claims of a law on which the theory knows the layer's global minimum: it was reached. */
export function claimsOfOptimum(evidence: TrialEvidence): TrialFindings {
  const { trial, moments, prediction, optimalLoss, parameters, estimates } = evidence;
  const { source } = prediction;
  const covariates = trial.law.covariates.covariance;
  const optimum = prediction.value;
  const exactly = (name: string, tolerance: number, statistic: (layer: LsaParameters<Matrix>) => number): Claim => ({
    name,
    relation: "within",
    predicted: 0,
    observed: statistic(parameters),
    standardError: trainingError(evidence.blocks, statistic),
    tolerance,
    source,
  });
  const lossClaims = [
    exactly("excess loss", tolerances.excessLoss, (layer) => (layerLoss(evidence, layer) - optimalLoss) / optimalLoss),
    freshLossClaim(evidence, layerLoss(evidence, parameters), source),
  ];
  if (optimum.values.every((entry) => entry === 0)) {
    const note = "Γ* = 0 on this law, so distances relative to it mean nothing: the excess loss decides.";
    return { claims: lossClaims, notes: [note] };
  }
  const stepOf = (layer: LsaParameters<Matrix>): Matrix => inducedStep(layer).preconditioner;
  const oddEnergy = (layer: LsaParameters<Matrix>): number => oddEnergyOf(moments, stepOf(layer));
  const leakage =
    evidence.population === undefined
      ? estimatedLeakage(estimates, oddEnergy(parameters), source)
      : exactly("leakage", tolerances.leakage, (layer) =>
          Math.sqrt(populationLoss(evidence.population!, layer).evenEnergy / oddEnergy(layer)),
        );
  return {
    claims: [
      ...stepSizeClaims(evidence),
      exactly("preconditioner", tolerances.distance, (layer) => relativeDistance(stepOf(layer), optimum)),
      exactly("off-diagonal", tolerances.offDiagonal, (layer) => offDiagonalError(stepOf(layer), optimum, covariates)),
      leakage,
      ...lossClaims,
    ],
    notes: [],
  };
}

/** Claims of a law whose symmetry is broken: the layer leaves gradient descent, and gains by it. */
export function claimsOfDeparture(evidence: TrialEvidence): TrialFindings {
  const { moments, prediction, optimalLoss, population, parameters, estimates } = evidence;
  const loss = population === undefined ? estimates.loss.value : populationLoss(population, parameters).loss;
  const scalar = bestStepSize(moments);
  const departures: Claim[] = [
    {
      name: "departure from every ηI",
      relation: "above",
      predicted: 0,
      observed: estimates.departure.value,
      standardError: estimates.departure.standardError,
      tolerance: tolerances.departure,
      source: prediction.source,
    },
    {
      name: "loss below the best scalar step",
      relation: "below",
      predicted: scalar.value.loss,
      observed: loss,
      standardError: population === undefined ? estimates.loss.standardError : 0,
      tolerance: 0,
      source: scalar.source,
    },
  ];
  const freshLoss = freshLossClaim(evidence, loss, prediction.source);
  const note = `The even part may help on this law, so Γ* is the best step (loss ${optimalLoss.toPrecision(6)}), not the layer's minimum.`;
  if (population === undefined) {
    const unknown = "The loss of the best single head has no known form on this law, so no excess over it is claimed.";
    return { claims: [...departures, freshLoss], notes: [note, unknown] };
  }
  const head = singleHeadOptimum(population);
  const excessOver = (layer: LsaParameters<Matrix>): number =>
    (populationLoss(population, layer).loss - head.value.loss) / head.value.loss;
  const excess: Claim = {
    name: "excess over the best single head",
    relation: "within",
    predicted: 0,
    observed: excessOver(parameters),
    standardError: trainingError(evidence.blocks, excessOver),
    tolerance: tolerances.excessLoss,
    source: head.source,
  };
  // What the best head gains over the best scalar step is the energy of its departure, a part of E ŷ² = E y² − L.
  const gain = Math.max(0, scalar.value.loss - head.value.loss);
  const expectedDeparture = Math.sqrt(gain / (moments.responseSecondMoment - head.value.loss));
  if (expectedDeparture > 2 * tolerances.departure)
    return { claims: [...departures, freshLoss, excess], notes: [note] };
  const close =
    "The best single head of this law is close to a plain gradient step, so no departure from it is claimed.";
  return { claims: [freshLoss, excess], notes: [note, close] };
}

/** The step as one number, where the theorem gives one: η in Γ = ηI or Γ = ηΣ⁻¹. */
function stepSizeClaims({ trial, prediction, parameters, blocks }: TrialEvidence): Claim[] {
  if (trial.stepUnit === "none") return [];
  const { covariance } = trial.law.covariates;
  const stepSize = (step: Matrix): number =>
    trace(trial.stepUnit === "identity" ? step : multiply(step, covariance.matrix)) / step.rows;
  const statistic = (layer: LsaParameters<Matrix>): number => stepSize(inducedStep(layer).preconditioner);
  const predicted = stepSize(prediction.value);
  return [
    {
      name: "step size",
      relation: "within",
      predicted,
      observed: statistic(parameters),
      standardError: trainingError(blocks, statistic),
      tolerance: tolerances.stepSize * predicted,
      source: prediction.source,
    },
  ];
}

/** The sampling error that training left in a statistic of the layer, from the blocks that were averaged into it. */
function trainingError(
  blocks: readonly LsaParameters<Matrix>[],
  statistic: (layer: LsaParameters<Matrix>) => number,
): number {
  return jackknifeError(leaveOneOut(blocks).map((kept) => statistic(averageLayers(kept))));
}

/** Leakage where E f_even² has no closed form: by Monte Carlo, its error by the delta method. */
function estimatedLeakage({ evenEnergy }: LayerEstimates, oddEnergy: number, source: ClaimSource): Claim {
  const observed = Math.sqrt(evenEnergy.value / oddEnergy);
  return {
    name: "leakage",
    relation: "within",
    predicted: 0,
    observed,
    standardError: observed === 0 ? 0 : evenEnergy.standardError / (2 * observed * oddEnergy),
    tolerance: tolerances.leakage,
    source,
  };
}

/** The exact loss of these very parameters against fresh prompts. */
function freshLossClaim(evidence: TrialEvidence, exactLoss: number, source: ClaimSource): Claim {
  const { estimates, optimalLoss, population } = evidence;
  // Without a closed form for the even energy, R(Γ) is compared with what the prompts say beyond it.
  const estimate = population === undefined ? estimates.lossBeyondEven : estimates.loss;
  const shared = population === undefined ? estimates.evenEnergy.value : 0;
  return {
    name: "loss on fresh prompts",
    relation: "estimates",
    predicted: exactLoss,
    observed: estimate.value + shared,
    standardError: estimate.standardError,
    tolerance: 4 * tolerances.lossError * optimalLoss,
    source,
  };
}

/** The loss of a layer: exact on Gaussian linear laws, otherwise R(Γ) exact and E f_even² by Monte Carlo. */
function layerLoss(evidence: TrialEvidence, layer: LsaParameters<Matrix>): number {
  const { population, moments, estimates } = evidence;
  if (population !== undefined) return populationLoss(population, layer).loss;
  return pretrainingLoss(moments, inducedStep(layer).preconditioner).value + estimates.evenEnergy.value;
}

/** E f_odd² = Σ_k p_k tr(S_k Γ B_k Γᵀ), from R(Γ) = E y² − 2 tr(ΓA) + E f_odd². */
function oddEnergyOf(moments: PromptMoments, preconditioner: Matrix): number {
  const explained = trace(multiply(preconditioner, moments.crossMoment));
  return pretrainingLoss(moments, preconditioner).value - moments.responseSecondMoment + 2 * explained;
}
