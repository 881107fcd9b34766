import {
  covariance,
  inverseCovariance,
  isotropic,
  matrixFromRows,
  toRows,
  type Covariance,
  type GaussianLinearSetting,
} from "@onestep/core";

/** The law that tasks are drawn from: N(0, Σ⁻¹), as Theorem 2 asks, or N(0, I). */
export type TaskChoice = "whitened" | "isotropic";

/** What a reader may choose: Σ by its two axes, and the rest of the law. */
export interface CovarianceSetting {
  /** The variances of the covariates along the first axis of Σ and along the second. */
  readonly variances: readonly [first: number, second: number];
  /** From the horizontal to the first axis, in degrees. */
  readonly angle: number;
  readonly contextLength: number;
  readonly noiseVariance: number;
  readonly tasks: TaskChoice;
  readonly seed: number;
}

export const DEFAULT_SETTING: CovarianceSetting = {
  variances: [3, 0.4],
  angle: 30,
  contextLength: 20,
  noiseVariance: 0.25,
  tasks: "whitened",
  seed: 0,
};

/** What the controls offer. */
export const CHOICES: Readonly<Record<"contextLength" | "noiseVariance", readonly number[]>> = {
  contextLength: [4, 8, 20, 40, 64],
  noiseVariance: [0, 0.25, 1, 2],
};

export const TASK_CHOICES: readonly TaskChoice[] = ["whitened", "isotropic"];

/** The least and the largest variance along an axis. */
export const VARIANCES: { readonly least: number; readonly most: number } = { least: 0.25, most: 4 };

/** The nearest variance that can be set: two decimals. */
export function withinVariances(value: number): number {
  const { least, most } = VARIANCES;
  return Math.round(Math.min(most, Math.max(least, value)) * 100) / 100;
}

/** The nearest angle that can be set, and the least of those that name the same axis: whole degrees, 0 to 179. */
export function withinHalfTurn(degrees: number): number {
  return ((Math.round(degrees) % 180) + 180) % 180;
}

/** A direction of the plane. */
export type Direction = readonly [x: number, y: number];

/** The unit vectors along the two axes of Σ. */
export function axesOf({ angle }: Pick<CovarianceSetting, "angle">): readonly [first: Direction, second: Direction] {
  const radians = (angle * Math.PI) / 180;
  const [across, up] = [Math.cos(radians), Math.sin(radians)];
  return [
    [across, up],
    [-up, across],
  ];
}

/** Σ, row by row, to four decimals: what the page draws, trains and prints is one and the same matrix. */
export function covarianceRows(
  setting: Pick<CovarianceSetting, "variances" | "angle">,
): readonly (readonly number[])[] {
  const axes = axesOf(setting);
  const entry = (i: number, j: number): number =>
    Number(axes.reduce((sum, axis, k) => sum + setting.variances[k] * axis[i] * axis[j], 0).toFixed(4)) + 0; // no −0
  return [
    [entry(0, 0), entry(0, 1)],
    [entry(0, 1), entry(1, 1)],
  ];
}

/** Σ and Ω, n and σ²: what the closed forms ask for. */
export function gaussianLinearSetting(setting: CovarianceSetting): GaussianLinearSetting {
  const covariates = covariance(matrixFromRows(covarianceRows(setting)));
  const { contextLength, noiseVariance } = setting;
  return { contextLength, covariates, tasks: tasksOf(setting, covariates), noiseVariance };
}

function tasksOf({ tasks }: CovarianceSetting, covariates: Covariance): Covariance {
  return tasks === "whitened" ? inverseCovariance(covariates) : isotropic(2);
}

/** E y_q²: the loss of a prediction of 0. */
export function silentLoss({ tasks, variances, noiseVariance }: CovarianceSetting): number {
  return (tasks === "whitened" ? 2 : variances[0] + variances[1]) + noiseVariance;
}

/** Ω as a law file writes it: 1 is I. */
export function taskCovariance(setting: CovarianceSetting): 1 | number[][] {
  return setting.tasks === "isotropic" ? 1 : toRows(gaussianLinearSetting(setting).tasks.matrix);
}
