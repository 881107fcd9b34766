import {
  cos,
  drawOrthogonal,
  drawSignedPermutation,
  drawUnitVector,
  sin,
  zeros,
  type Matrix,
  type RandomStream,
} from "@onestep/core";
import type { Invariance } from "../define/law-kind.ts";
import type { Check } from "./check.ts";
import { project } from "./directions.ts";
import { meanCheck } from "./mean-check.ts";

/** A group that is not trivial. */
export type Group = Exclude<Invariance, "none">;

/** Random points whose joint law a group leaves as it is. */
export interface InvariantPoints {
  readonly group: Group;
  readonly dimension: number;
  /** How many points there are; all are moved alike. */
  readonly count: number;
  /** Opens them on a stream: each call of the result draws `[count, d]` numbers of order 1. */
  readonly open: (stream: RandomStream) => (into: Float64Array) => void;
}

const FREQUENCY = 2;

/**
 * The points and the moved points have one law: for U uniform on the group, E h(ZU) = E h(Z) with bounded h, the sine and
 * the cosine of a linear function of Z: of its first coordinate, of the first point, and of all points.
 */
export function invarianceCheck({ group, dimension: d, count, open }: InvariantPoints): Check {
  return meanCheck(`invariance under ${group}`, (stream) => {
    const linear = (first: number): Float64Array =>
      drawUnitVector(stream, new Float64Array(count * d), 0, first).map((entry) => FREQUENCY * entry);
    const directions = [...new Set([1, d, count * d])].map(linear);
    const [points, moved] = [new Float64Array(count * d), new Float64Array(count * d)];
    const drawPoints = open(stream);
    return {
      claims: directions.flatMap((_, k) => [
        { what: `change of E cos, direction ${k}`, declared: 0 },
        { what: `change of E sin, direction ${k}`, declared: 0 },
      ]),
      draw(into) {
        drawPoints(points);
        move(points, drawElement(group, d, stream), moved);
        directions.forEach((direction, k) => {
          const [here, there] = [project(direction, points), project(direction, moved)];
          into[2 * k] = cos(there) - cos(here);
          into[2 * k + 1] = sin(there) - sin(here);
        });
      },
    };
  });
}

/** Z ↦ ZU, row by row. */
export function move(points: Float64Array, { rows: d, values }: Matrix, moved: Float64Array): void {
  for (let offset = 0; offset < points.length; offset += d) {
    for (let j = 0; j < d; j++) {
      let sum = 0;
      for (let i = 0; i < d; i++) sum += points[offset + i] * values[i * d + j];
      moved[offset + j] = sum;
    }
  }
}

/** A uniform element of a group, `[d, d]`. */
export function drawElement(group: Group, d: number, stream: RandomStream): Matrix {
  if (group === "rotations") return drawOrthogonal(stream, d);
  if (group === "signed-permutations") return drawSignedPermutation(stream, d);
  const element = zeros(d, d);
  const common = stream.sign();
  for (let i = 0; i < d; i++) element.values[i * (d + 1)] = group === "signs" ? common : stream.sign();
  return element;
}
