import { dot } from "@onestep/core";
import { overflowAt } from "../pretrain/overflow.ts";
import type { Objective, Slope } from "./objective.ts";

/** A position, with the loss and its slopes there. */
export type Place = { readonly position: Float64Array } & Slope;

/** Along a line the loss falls as far as numbers go. */
export type Bottomless = "unbounded";

/** A point on a line θ + t p. */
export interface LinePoint extends Place {
  /** t */
  readonly length: number;
  /** φ'(t) = ⟨∇L, p⟩ */
  readonly descent: number;
}

/** φ(t) must fall by this share of what the slope at 0 promises. */
const SUFFICIENT = 1e-4;

/** |φ'(t)| must fall to this share of |φ'(0)|: loose, as a quasi-Newton step is already close. */
const CURVATURE = 0.9;

/** What rounding may add to a loss that no longer falls. */
const SLACK = 2 ** -48;

const MOST_POINTS = 60;

/**
 * A point on the line from `start` along `direction` that meets the strong Wolfe conditions
 *
 * $$ \varphi(t) \le \varphi(0) + c_1 t\,\varphi'(0), \qquad |\varphi'(t)| \le c_2\,|\varphi'(0)|, $$
 *
 * or undefined where there is none to be found, as when rounding hides every descent. A line down which the loss falls
 * further than numbers go is `"unbounded"`. The second condition is what
 * leaves a saddle: close to it the slope still grows along the line, so that the step has to grow as well.
 *
 * Source: Nocedal & Wright, Numerical Optimization, 2nd ed., Algorithms 3.5 and 3.6.
 */
export async function wolfePoint(
  objective: Objective,
  start: Place,
  direction: Float64Array,
): Promise<LinePoint | Bottomless | undefined> {
  const at = async (length: number): Promise<LinePoint> => {
    const place = await placeAt(
      objective,
      start.position.map((value, i) => value + length * direction[i]),
    );
    return { ...place, length, descent: dot(place.gradient, direction) };
  };
  const origin: LinePoint = { ...start, length: 0, descent: dot(start.gradient, direction) };
  if (!(origin.descent < 0)) return undefined;
  const slack = SLACK * Math.abs(origin.loss);
  const falls = (point: LinePoint): boolean =>
    point.loss <= origin.loss + SUFFICIENT * point.length * origin.descent + slack;
  const isFlat = (point: LinePoint): boolean => Math.abs(point.descent) <= CURVATURE * -origin.descent;

  // `low` falls enough, and of such points it is the lowest; between it and `high` there is a point that is flat as well.
  let low = origin;
  let high: LinePoint | undefined;
  for (let points = 0; points < MOST_POINTS; points++) {
    const point = await at(high === undefined ? 4 * low.length || 1 : between(low, high));
    if (point.loss === -Infinity) return "unbounded";
    if (!falls(point) || !(point.loss <= low.loss + slack) || !isFinite(point)) {
      high = point;
    } else if (isFlat(point)) {
      return point;
    } else {
      // The slope at `low` always points to `high`.
      const towards = high === undefined ? 1 : high.length - point.length;
      if (point.descent * towards >= 0) high = low;
      low = point;
    }
  }
  return high === undefined ? "unbounded" : undefined;
}

/** The place at a position; where that is out of range of numbers the loss is infinite, and is not asked for. */
export async function placeAt(objective: Objective, position: Float64Array): Promise<Place> {
  if (position.every(Number.isFinite)) return { position, ...(await objective(position)) };
  return { position, ...overflowAt(position.length) };
}

/** Where the cubic through both points and their slopes is least, if that is well inside; else the middle. */
function between(low: LinePoint, high: LinePoint): number {
  const width = high.length - low.length;
  const secant = low.descent + high.descent - (3 * (high.loss - low.loss)) / width;
  const root = Math.sign(width) * Math.sqrt(secant * secant - low.descent * high.descent);
  const share = 1 - (high.descent + root - secant) / (high.descent - low.descent + 2 * root);
  return low.length + width * (share > 0.1 && share < 0.9 ? share : 0.5);
}

function isFinite({ loss, descent }: LinePoint): boolean {
  return Number.isFinite(loss) && Number.isFinite(descent);
}
