import {
  depthFloor,
  energyMoments,
  optimalStepSize,
  rotationInvariantStep,
  singleIndexEnergies,
  type TargetEnergies,
} from "@onestep/theory";
import { momentsOf, type LinkChoice } from "./link-choice.ts";

/** What a reader may choose of a law: y = g(⟨u, x⟩) + ε, u uniform on the sphere. */
export interface NonlinearSetting {
  readonly link: LinkChoice;
  readonly contextLength: number;
  readonly dimension: number;
  readonly noiseVariance: number;
  readonly seed: number;
}

export const DEFAULT_SETTING: NonlinearSetting = {
  link: "tanh",
  contextLength: 10,
  dimension: 2,
  noiseVariance: 0,
  seed: 0,
};

/** What the controls offer. */
export const CHOICES: Readonly<Record<"contextLength" | "dimension" | "noiseVariance", readonly number[]>> = {
  contextLength: [6, 10, 20],
  dimension: [2, 3],
  noiseVariance: [0, 0.1, 0.25],
};

/** What theory says of a setting, before anything is trained. */
export interface Prediction {
  /** η* */
  readonly stepSize: number;
  /** L* */
  readonly loss: number;
  /** What no linear attention gets below, of any depth and at any context length. */
  readonly floor: number;
  /** E y²: the loss of a prediction of 0. */
  readonly silence: number;
  /** E‖β‖² = h₁² */
  readonly signal: number;
  /** E f² − E‖β‖²: the energy of the target that no step sees. */
  readonly unseen: number;
}

/** η*, L* and the floor of Theorem 3, from `@onestep/theory`. */
export function predictionOf(setting: Omit<NonlinearSetting, "seed">): Prediction {
  const energies = energiesOf(setting);
  const { stepSize, loss } = rotationInvariantStep(energies, setting).value;
  const { signalEnergy, targetSecondMoment } = energies;
  return {
    stepSize,
    loss,
    floor: depthFloor(energyMoments(energies, setting)).value.floor,
    silence: targetSecondMoment + setting.noiseVariance,
    signal: signalEnergy,
    unseen: Math.max(0, targetSecondMoment - signalEnergy),
  };
}

function energiesOf({ link, dimension }: Pick<NonlinearSetting, "link" | "dimension">): TargetEnergies {
  return singleIndexEnergies(momentsOf(link), { dimension });
}

/** The longest context of the curve. */
export const LONGEST_CONTEXT: number = 1000;

/** L* against n. */
export function lossCurve(setting: NonlinearSetting): readonly (readonly [n: number, loss: number])[] {
  const energies = energiesOf(setting);
  const lengths = new Set(Array.from({ length: 61 }, (_, k) => Math.round(LONGEST_CONTEXT ** (k / 60))));
  return Array.from(lengths, (n) => [n, rotationInvariantStep(energies, { ...setting, contextLength: n }).value.loss]);
}

/** The step size by which distances are measured: η*, and where η* = 0 that of a linear target. */
export function unitStep(setting: NonlinearSetting): number {
  const { contextLength, dimension, noiseVariance } = setting;
  const { stepSize } = predictionOf(setting);
  // A linear target ⟨u, x⟩ has tasks of covariance I/d.
  const linear = { contextLength, dimension, noiseVariance, taskVariance: 1 / dimension };
  return stepSize === 0 ? optimalStepSize(linear).value : stepSize;
}
