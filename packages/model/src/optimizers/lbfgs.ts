import { dot } from "@onestep/core";
import { requireSizes } from "../deep/parametrisations/sizes.ts";
import { euclideanNorm } from "./euclidean-norm.ts";
import { placeAt, wolfePoint, type Bottomless, type Place } from "./line-search.ts";
import { negativeCurvature } from "./negative-curvature.ts";
import { requireFiniteStart, type Objective } from "./objective.ts";
import { relativeSlope } from "./relative-slope.ts";
import { requirePositive } from "./settings.ts";

/** How a loss is minimised. */
export interface DescentPlan {
  readonly from: Float64Array;
  /** How many past steps estimate the curvature, default 20. */
  readonly memory?: number;
  /**
   * The descent is done where the next step promises less than this share ε of the loss and, in `lbfgs`,
   * Σ|θᵢ ∂L/∂θᵢ| ≤ √ε·|L|; or where it promises less than ε of the loss at the start, and nothing lower is found along
   * it, down the slope, or along the direction that curves down most. `newton` is done where the step within its radius
   * promises less than ε of the loss, and so does that of length 1, or Σ|θᵢ ∂L/∂θᵢ| ≤ ∛ε·|L|. Default 1e-13.
   */
  readonly tolerance?: number;
  /** The most steps, default 1000. */
  readonly most?: number;
}

/** The descent after some step. */
export interface DescentState {
  readonly step: number;
  readonly position: Float64Array;
  readonly loss: number;
  readonly gradient: Float64Array;
  /**
   * `"escaping"` follows a step down from a saddle. The others come last: `"converged"` where the next step promises next
   * to nothing and the loss curves down nowhere; `"stalled"` where a step promises more, but nothing lower is found, as at
   * a kink; `"diverged"` where the loss falls without end; `"exhausted"` out of steps.
   */
  readonly status: "running" | "escaping" | "converged" | "stalled" | "diverged" | "exhausted";
}

/** 2⁻¹⁷ of a position, doubled so often, is 2⁶³ of it. */
const MOST_DOUBLINGS = 80;

/** A past step and what it did to the gradient. */
interface Pair {
  readonly move: Float64Array;
  readonly change: Float64Array;
  readonly product: number;
}

/**
 * Minimises a loss by L-BFGS with a strong Wolfe line search. Where the slope vanishes it asks whether the loss still
 * curves down, and then goes that way: attention with small parameters starts beside a saddle, and training visits others.
 * Local minima it does not leave: of large random starts many end in a layer that attends by covariates, and of small
 * ones of separate keys and queries some on a slope that takes thousands of steps. Take the best of several starts.
 *
 * @throws DomainError for a tolerance that is not positive, or a memory or number of steps that is not whole, at least 1
 * @throws NumericalError where the loss is not finite at the start
 *
 * Source: Nocedal & Wright, Numerical Optimization, 2nd ed., Algorithms 7.4 and 7.5.
 *
 * @example
 * const valley = ([x, y]) => ({
 *   loss: (x * x - 1) ** 2 + y * y,
 *   gradient: Float64Array.of(4 * x * (x * x - 1), 2 * y),
 * });
 * let last = 0;
 * for await (const { loss } of lbfgs(valley, { from: Float64Array.of(0, 1) })) last = loss;
 * last < 1e-20; // => true
 */
export async function* lbfgs(
  objective: Objective,
  { from, memory = 20, tolerance: asked = 1e-13, most = 1000 }: DescentPlan,
): AsyncGenerator<DescentState, void, undefined> {
  const tolerance = requirePositive("lbfgs", "tolerance", asked);
  requireSizes("lbfgs", { memory, most });
  let place: Place = { position: from, ...(await objective(from)) };
  requireFiniteStart("lbfgs", from, place);
  const scale = Math.abs(place.loss);
  let pairs: readonly Pair[] = [];
  for (let step = 1; step <= most; step++) {
    const direction = quasiNewtonDirection(place.gradient, pairs);
    const promised = -dot(place.gradient, direction) / 2;
    // Without a memory the direction has no scale, and promises nothing; a young memory knows little of other directions.
    const isFlat = relativeSlope(place) <= Math.sqrt(tolerance);
    const isDone = pairs.length > 0 && promised <= tolerance * Math.abs(place.loss) && isFlat;
    let next: Place | Bottomless | undefined = isDone ? undefined : await wolfePoint(objective, place, direction);
    let status: DescentState["status"] = "running";
    if (next === undefined && pairs.length > 0 && !isDone) {
      pairs = []; // a memory that leads nowhere is forgotten
      next = await wolfePoint(objective, place, quasiNewtonDirection(place.gradient, pairs));
    }
    if (next === undefined) {
      next = await belowSaddle(objective, place);
      [pairs, status] = [[], "escaping"];
    } else if (next !== "unbounded") {
      pairs = remember(pairs, place, next, memory);
    }
    if (next === undefined || next === "unbounded") {
      // Where the curvature underflows the memory promises nothing, and the slope alone has to tell.
      const hoped = Number.isFinite(promised) ? promised : dot(place.gradient, place.gradient) / 2;
      const rests = hoped <= tolerance * Math.max(scale, Math.abs(place.loss));
      const end = next === "unbounded" ? "diverged" : rests ? "converged" : "stalled";
      yield { step: step - 1, ...place, status: end };
      return;
    }
    place = { position: next.position, loss: next.loss, gradient: next.gradient };
    yield { step, ...place, status: step === most ? "exhausted" : status };
  }
}

/** −H∇L with the inverse Hessian H that the pairs suggest: the two-loop recursion. */
function quasiNewtonDirection(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const direction = gradient.map((slope) => -slope);
  const shares = pairs.map(() => 0);
  for (let k = pairs.length - 1; k >= 0; k--) {
    const { move, change, product } = pairs[k];
    shares[k] = dot(move, direction) / product;
    change.forEach((value, i) => (direction[i] -= shares[k] * value));
  }
  const newest = pairs[pairs.length - 1];
  const scale = newest === undefined ? 1 : newest.product / dot(newest.change, newest.change);
  direction.forEach((value, i) => (direction[i] = scale * value));
  pairs.forEach(({ move, change, product }, k) => {
    const share = shares[k] - dot(change, direction) / product;
    move.forEach((value, i) => (direction[i] += share * value));
  });
  return direction;
}

function remember(pairs: readonly Pair[], from: Place, to: Place, memory: number): readonly Pair[] {
  const move = to.position.map((value, i) => value - from.position[i]);
  const change = to.gradient.map((slope, i) => slope - from.gradient[i]);
  const product = dot(move, change);
  // The Wolfe conditions make the product positive; rounding may not.
  return product > 0 ? [...pairs, { move, change, product }].slice(-memory) : pairs;
}

/** The lowest of points ever further down the most negative curvature; undefined at a minimum. */
async function belowSaddle(objective: Objective, place: Place): Promise<Place | Bottomless | undefined> {
  const curvature = await negativeCurvature(objective, place.position);
  if (curvature === undefined) return undefined;
  const { direction } = curvature;
  const sign = dot(direction, place.gradient) > 0 ? -1 : 1;
  const start = 2 ** -17 * (euclideanNorm(place.position) || 1);
  let lowest = place;
  for (let doublings = 0; doublings < MOST_DOUBLINGS; doublings++) {
    const length = start * 2 ** doublings;
    const point = await placeAt(
      objective,
      place.position.map((value, i) => value + sign * length * direction[i]),
    );
    if (point.loss === -Infinity) return "unbounded";
    // At first rounding may hide the descent.
    if (!(point.loss <= lowest.loss && point.gradient.every(Number.isFinite))) break;
    if (doublings === MOST_DOUBLINGS - 1 && point.loss < lowest.loss) return "unbounded";
    lowest = point;
  }
  return lowest.loss < place.loss ? lowest : undefined;
}
