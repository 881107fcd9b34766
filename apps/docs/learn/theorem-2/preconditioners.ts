import { scale, toRows } from "@onestep/core";
import {
  bestStepSize,
  gaussianLinearMoments,
  optimalPreconditioner,
  optimalPreconditionerLoss,
  type ScalarStep,
} from "@onestep/theory";
import { axesOf, gaussianLinearSetting, type CovarianceSetting, type Direction } from "./covariance-setting.ts";

type Rows = readonly (readonly number[])[];

/** What theory says of a setting, before anything is trained. */
export interface Prediction {
  /** Γ*, row by row */
  readonly preconditioner: Rows;
  /** L* */
  readonly loss: number;
  /** The best Γ = ηI, and its loss */
  readonly plain: ScalarStep;
  /** uᵀΓ*u along the first axis of Σ, and along the second */
  readonly steps: readonly [first: number, second: number];
}

/** Γ*, L*, and what plain gradient descent can do, from `@onestep/theory`. */
export function predictionOf(setting: CovarianceSetting): Prediction {
  const law = gaussianLinearSetting(setting);
  const preconditioner = toRows(optimalPreconditioner(law).value);
  return {
    preconditioner,
    loss: optimalPreconditionerLoss(law).value,
    plain: bestStepSize(gaussianLinearMoments(law)).value,
    steps: alongAxes(preconditioner, setting),
  };
}

/** Γ in the axes of Σ: uᵀΓu along each, and u₁ᵀΓu₂ and u₂ᵀΓu₁ between them. */
export function inAxes(rows: Rows, setting: Pick<CovarianceSetting, "angle">): readonly [Direction, Direction] {
  const [first, second] = axesOf(setting);
  return [
    [form(first, rows, first), form(first, rows, second)],
    [form(second, rows, first), form(second, rows, second)],
  ];
}

/** Γ in the axes of Σ, in units of Γ*: theory has 1 along both, and 0 between them. */
export type Shares = readonly [first: number, second: number, between: number];

/** How far Γ has come to Γ*. */
export function sharesOf(rows: Rows, setting: Pick<CovarianceSetting, "angle">, { steps }: Prediction): Shares {
  const [[first, oneWay], [otherWay, second]] = inAxes(rows, setting);
  return [first / steps[0], second / steps[1], (oneWay + otherWay) / 2 / Math.sqrt(steps[0] * steps[1])];
}

/** uᵀΓu along the first axis of Σ, and along the second. */
export function alongAxes(rows: Rows, setting: Pick<CovarianceSetting, "angle">): readonly [number, number] {
  const [[first], [, second]] = inAxes(rows, setting);
  return [first, second];
}

/**
 * The part of the way to the task that a step goes on average, along each axis: E[Γ Xᵀy | w] = nΓΣw, and Σ only
 * stretches along its axes.
 */
export function partsOfTheWay(
  [first, second]: readonly [number, number],
  { contextLength, variances }: CovarianceSetting,
): readonly [number, number] {
  return [contextLength * first * variances[0], contextLength * second * variances[1]];
}

/** ‖Γ − Γ*‖_F / ‖Γ*‖_F */
export function distanceBetween(rows: Rows, optimum: Rows): number {
  const norm = (entry: (i: number, j: number) => number): number =>
    Math.sqrt(optimum.reduce((sum, row, i) => sum + row.reduce((inner, _, j) => inner + entry(i, j) ** 2, 0), 0));
  return norm((i, j) => rows[i][j] - optimum[i][j]) / norm((i, j) => optimum[i][j]);
}

/** The verdict asks for a distance of at most 1 %. */
export const TOLERANCE: number = 0.01;

/** The longest context of the curve. */
export const LONGEST_CONTEXT: number = 1000;

/** Along one axis of Σ: uᵀΓ*u against n, and 1/(nλ), which it runs to. */
export interface StepCurve {
  readonly steps: readonly (readonly [n: number, step: number])[];
  readonly limit: readonly (readonly [n: number, step: number])[];
}

/** The two eigenvalues of Γ* as the context grows. */
export function stepCurves(setting: CovarianceSetting): readonly [first: StepCurve, second: StepCurve] {
  const law = gaussianLinearSetting(setting);
  const lengths = new Set(Array.from({ length: 41 }, (_, k) => Math.round(LONGEST_CONTEXT ** (k / 40))));
  const steps = Array.from(lengths, (n) => {
    const optimum = optimalPreconditioner({ ...law, contextLength: n }).value;
    return { n, along: alongAxes(toRows(optimum), setting) };
  });
  const curve = (axis: 0 | 1): StepCurve => ({
    steps: steps.map(({ n, along }) => [n, along[axis]] as const),
    limit: [1, LONGEST_CONTEXT].map((n) => [n, 1 / (n * setting.variances[axis])] as const),
  });
  return [curve(0), curve(1)];
}

/** Σ⁻¹/n: what one step is when the context is so long that XᵀX = nΣ. */
export function leastSquaresLimit(setting: CovarianceSetting): number[][] {
  const { tasks } = gaussianLinearSetting({ ...setting, tasks: "whitened" });
  return toRows(scale(tasks.matrix, 1 / setting.contextLength));
}

function form(left: Direction, rows: Rows, right: Direction): number {
  return left.reduce((sum, u, i) => sum + u * (rows[i][0] * right[0] + rows[i][1] * right[1]), 0);
}
