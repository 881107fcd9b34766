import { symmetricEigen, symmetricPart, zeros, type SymmetricEigen } from "@onestep/core";
import { requireSizes } from "../deep/parametrisations/sizes.ts";
import { euclideanNorm } from "./euclidean-norm.ts";
import type { DescentPlan, DescentState } from "./lbfgs.ts";
import { placeAt, type Place } from "./line-search.ts";
import { requireFiniteStart, type Objective } from "./objective.ts";
import { relativeSlope } from "./relative-slope.ts";
import { secondDerivative } from "./second-derivative.ts";
import { requirePositive } from "./settings.ts";
import { trustRegionStep } from "./trust-region.ts";

/** A loss that falls by less than this share of what the model promised is not gone to. */
const ACCEPTED = 1e-4;

/** What rounding may add to a loss that no longer falls. */
const SLACK = 2 ** -48;

const FIRST_RADIUS = 1;

/** A quarter of the range of numbers. */
const LAST_RADIUS = 2 ** 1022;

/** What a step that the radius cut short makes of it, and twice that after the next: an endless slope is soon at its end. */
const GROWTH = 2;

/**
 * Minimises a loss by Newton's method in a trust region: the digits of the result double with each of the last steps,
 * and a saddle is left along the direction that curves down most. Local minima it does not leave, as `lbfgs`.
 *
 * A step takes the whole Hessian, 2N gradients for N numbers, and its eigenvectors: a dozen steps reach the last digits
 * where `lbfgs` takes some fifty, though of one gradient each.
 *
 * @throws DomainError for a tolerance that is not positive, or a number of steps that is not whole, at least 1
 * @throws NumericalError where the loss is not finite at the start
 *
 * Source: Nocedal & Wright, Numerical Optimization, 2nd ed., Algorithm 4.1.
 *
 * @example
 * const valley = ([x, y]) => ({
 *   loss: (x * x - 1) ** 2 + y * y,
 *   gradient: Float64Array.of(4 * x * (x * x - 1), 2 * y),
 * });
 * let last = 0;
 * for await (const { loss } of newton(valley, { from: Float64Array.of(0, 1) })) last = loss;
 * last < 1e-20; // => true
 */
export async function* newton(
  objective: Objective,
  { from, tolerance: asked = 1e-13, most = 1000 }: Omit<DescentPlan, "memory">,
): AsyncGenerator<DescentState, void, undefined> {
  const tolerance = requirePositive("newton", "tolerance", asked);
  requireSizes("newton", { most });
  let place: Place = { position: from, ...(await objective(from)) };
  requireFiniteStart("newton", from, place);
  let [radius, growth] = [FIRST_RADIUS, GROWTH];
  for (let step = 1; step <= most; step++) {
    const hessian = await hessianAt(objective, place.position);
    const promiseWithin = (reach: number): number =>
      hessian === undefined ? NaN : trustRegionStep(hessian, place.gradient, reach).promised;
    let next: Place | undefined;
    while (next === undefined) {
      if (hessian === undefined || !(promiseWithin(radius) > tolerance * Math.abs(place.loss))) {
        // A radius that shrank to nothing makes no minimum, and neither does a curvature that is not to be had.
        const rests =
          promiseWithin(Math.max(radius, FIRST_RADIUS)) <= tolerance * Math.abs(place.loss) ||
          relativeSlope(place) <= Math.cbrt(tolerance);
        yield { step: step - 1, ...place, status: rests ? "converged" : "stalled" };
        return;
      }
      const { step: move, promised } = trustRegionStep(hessian, place.gradient, radius);
      const there = await placeAt(
        objective,
        place.position.map((value, i) => value + move[i]),
      );
      if (there.loss === -Infinity || !there.position.every(Number.isFinite)) {
        yield { step: step - 1, ...place, status: "diverged" };
        return;
      }
      const share = (place.loss - there.loss + SLACK * Math.abs(place.loss)) / promised;
      const length = euclideanNorm(move);
      // NaN, an overflow, is no share of anything.
      if (!(share >= 0.25)) radius = length / 4;
      const isCutShort = share > 0.75 && length > 0.9 * radius;
      if (isCutShort) radius = Math.min(growth * radius, LAST_RADIUS);
      growth = isCutShort ? 2 * growth : GROWTH;
      if (share > ACCEPTED && there.gradient.every(Number.isFinite)) next = there;
    }
    place = next;
    yield { step, ...place, status: step === most ? "exhausted" : "running" };
  }
}

/** Undefined where it is not finite, as beside a wall or at the end of the range of numbers. */
async function hessianAt(objective: Objective, position: Float64Array): Promise<SymmetricEigen | undefined> {
  const size = position.length;
  const hessian = zeros(size, size);
  for (let i = 0; i < size; i++) {
    const along = new Float64Array(size).fill(1, i, i + 1);
    hessian.values.set(await secondDerivative(objective, position, along), i * size);
  }
  if (!hessian.values.every(Number.isFinite)) return undefined;
  return symmetricEigen(symmetricPart(hessian));
}
