import { DomainError, exp, log, NumericalError } from "@onestep/core";
import { requireSizes } from "../deep/parametrisations/sizes.ts";
import { euclideanNorm } from "./euclidean-norm.ts";
import { placeAt } from "./line-search.ts";
import { requireFiniteStart, type Objective, type Slope } from "./objective.ts";
import { requirePositive } from "./settings.ts";

/** How a flow is followed. */
export interface FlowPlan {
  /** θ(0) */
  readonly from: Float64Array;
  /** When the flow is shown, ascending from 0; it may be endless, and then the caller breaks off. */
  readonly times: Iterable<number>;
  /** The error of one step relative to ‖θ‖, default 1e-9. */
  readonly tolerance?: number;
  /** The most steps in all, those included that are found too long; default 100,000. A step takes six gradients. */
  readonly most?: number;
  /** An `AbortSignal`: ends the flow before its next step, silently, as a caller that breaks off does. */
  readonly signal?: { readonly aborted: boolean };
}

/** The flow at one time. */
export interface FlowState {
  readonly time: number;
  readonly position: Float64Array;
  /** L(θ(t)) */
  readonly loss: number;
  /** ∇L(θ(t)) */
  readonly gradient: Float64Array;
  /** `"exhausted"` comes last, at the time that was reached, where the flow is out of steps. */
  readonly status: "running" | "exhausted";
}

/**
 * Follows the gradient flow θ̇ = −∇L by steps of adaptive length, of order five, and shows it at the times asked for.
 *
 * @throws DomainError for a tolerance that is not positive, a number of steps that is not whole, or times that do not ascend from 0
 * @throws NumericalError where the loss is not finite at the start, or no step is short enough
 *
 * Source: Dormand & Prince, J. Comput. Appl. Math. 6(1), 1980, RK5(4)7M.
 *
 * @example
 * const parabola = ([x]) => ({ loss: x * x, gradient: Float64Array.of(2 * x) });
 * const flow = gradientFlow(parabola, { from: Float64Array.of(1), times: [1], tolerance: 1e-13 });
 * (await flow.next()).value.position[0]; // ≈ 0.135335283237
 */
export async function* gradientFlow(
  objective: Objective,
  { from, times, tolerance: asked = 1e-9, most = 100_000, signal }: FlowPlan,
): AsyncGenerator<FlowState, void, undefined> {
  const tolerance = requirePositive("gradientFlow", "tolerance", asked);
  requireSizes("gradientFlow", { most });
  let time = 0;
  let position = from;
  let slope = await objective(position);
  let steps = 0;
  requireFiniteStart("gradientFlow", from, slope);
  // A first step that moves the position by a hundredth of its length.
  let length = (0.01 * euclideanNorm(position)) / euclideanNorm(slope.gradient) || 1;
  for (const until of times) {
    requireLater(time, until);
    while (time < until) {
      if (signal?.aborted) return;
      if (steps === most) {
        yield { time, position, ...slope, status: "exhausted" };
        return;
      }
      steps += 1;
      const rest = until - time;
      const step = Math.min(length, rest);
      const tried = await tryStep(objective, position, slope, step);
      const allowed = tolerance * Math.max(euclideanNorm(position), euclideanNorm(tried.position));
      const isClose = tried.error <= allowed;
      const proposed = step * growthOf(tried.error / allowed);
      // A close step that `until` cut short says nothing against the length that it was cut from.
      length = isClose && step < length ? Math.max(length, proposed) : proposed;
      if (isClose) {
        time = step === rest ? until : time + step;
        ({ position, slope } = tried);
      }
      if (!(time + length > time)) throw noStep(time, "a step that follows the flow");
    }
    yield { time, position, ...slope, status: "running" };
  }
}

/** What the stages' slopes weigh in each stage, `a_ij`; the last row is the step itself. */
const stages: readonly (readonly number[])[] = [
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
];

/** Fifth order minus fourth. */
const errorWeights = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40];

async function tryStep(
  objective: Objective,
  position: Float64Array,
  slope: Slope,
  step: number,
): Promise<{ position: Float64Array; slope: Slope; error: number }> {
  const slopes = [slope];
  let next = position;
  for (const weights of stages) {
    const along = combine(weights, slopes);
    next = position.map((value, i) => value - step * along[i]);
    const there = await placeAt(objective, next);
    if (!isFinite(there)) return { position, slope, error: Infinity };
    slopes.push({ loss: there.loss, gradient: there.gradient });
  }
  // The last stage is evaluated at the end of the step, where the next one begins.
  return { position: next, slope: slopes[stages.length], error: step * euclideanNorm(combine(errorWeights, slopes)) };
}

function combine(weights: readonly number[], slopes: readonly Slope[]): Float64Array {
  const sum = new Float64Array(slopes[0].gradient.length);
  weights.forEach((weight, stage) => {
    const { gradient } = slopes[stage];
    for (let i = 0; i < sum.length; i++) sum[i] += weight * gradient[i];
  });
  return sum;
}

/** The usual controller: an error of order five, a margin, and no sudden changes. */
function growthOf(excess: number): number {
  if (!(excess > 0)) return 5; // nothing moved
  return Math.min(5, Math.max(0.2, 0.9 * exp(-log(excess) / 5)));
}

function isFinite({ loss, gradient }: Slope): boolean {
  return Number.isFinite(loss) && gradient.every(Number.isFinite);
}

function requireLater(time: number, until: number): void {
  if (until >= time && until < Infinity) return;
  throw new DomainError({
    where: "gradientFlow.times",
    expected: `finite times in ascending order, the next at least ${time}`,
    arrived: String(until),
    hint: "sort the times; the flow starts at 0",
  });
}

function noStep(time: number, expected: string): NumericalError {
  return new NumericalError({
    where: "gradientFlow",
    expected,
    arrived: `none at time ${time}`,
    hint: "start nearer to zero, or ask for a larger tolerance",
  });
}
