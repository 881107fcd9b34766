import {
  dot,
  drawOrthogonal,
  drawUnitVector,
  multiplyVector,
  trace,
  type Matrix,
  type RandomStream,
} from "@onestep/core";
import type { TaskLaw } from "../define/define-task.ts";
import type { Check } from "./check.ts";
import { pairsOf, project } from "./directions.ts";
import { invarianceCheck, type Group } from "./invariance-check.ts";
import { meanCheck } from "./mean-check.ts";
import { recordedLawCheck, type Observation } from "./recorded-law.ts";
import { taskDrawsCheck } from "./task-draws.ts";
import { poolCheck, poolFrequenciesCheck } from "./task-pool-checks.ts";

/**
 * Everything that a law of task vectors declares, as checks against its own draws: that they depend on the stream alone,
 * by every route; the second moment; the group; the pool; the recorded parameters.
 *
 * @example
 * const checks = taskChecks(gaussianTasks({ covariance: [2, 1] }));
 * checks.map(({ name }) => name).slice(0, 2); // => ["draws", "second moment"]
 */
export function taskChecks(law: TaskLaw): readonly Check[] {
  const { pool, declares } = law;
  return [
    taskDrawsCheck(law),
    taskSecondMomentCheck(law),
    declares.invariance !== "none" && taskInvarianceCheck(law, declares.invariance),
    pool !== undefined && poolCheck(law, pool),
    pool !== undefined && poolFrequenciesCheck(law, pool),
    recordedLawCheck("tasks", law, law.dimension, (one, setting) => observeTask(one, coordinateSizes(law), setting)),
  ].filter((check) => check !== false && check !== undefined);
}

/** Directions along which a second moment is compared, each with each: all there are, up to this dimension. */
const DIRECTIONS = 4;

/** E⟨u, w⟩⟨v, w⟩ = uᵀRv, R the declared second moment, along orthogonal directions of coordinates of one size. */
function taskSecondMomentCheck(law: TaskLaw): Check {
  const { dimension: d, secondMoment } = law;
  return meanCheck("second moment", (stream) => {
    const sizes = coordinateSizes(law);
    const { values } = drawOrthogonal(stream, d);
    const directions = Array.from({ length: Math.min(d, DIRECTIONS) }, (_, k) =>
      values.slice(k * d, (k + 1) * d).map((entry, i) => entry / sizes[i]),
    );
    const pairs = pairsOf(directions.length);
    const taskVector = new Float64Array(d);
    const along = new Float64Array(directions.length);
    return {
      claims: pairs.map(([j, k]) => ({
        what: `E⟨u${j}, w⟩⟨u${k}, w⟩`,
        declared: dot(directions[j], multiplyVector(secondMoment, directions[k])),
      })),
      draw(into) {
        law.draw(stream, taskVector);
        directions.forEach((u, j) => (along[j] = project(u, taskVector)));
        pairs.forEach(([j, k], at) => (into[at] = along[j] * along[k]));
      },
    };
  });
}

function taskInvarianceCheck(law: TaskLaw, group: Group): Check {
  const { dimension } = law;
  const size = sizeOf(law);
  return invarianceCheck({
    group,
    dimension,
    count: 1,
    open: (stream) => (into) => {
      law.draw(stream, into);
      for (let i = 0; i < dimension; i++) into[i] /= size;
    },
  });
}

/** Two combinations of the coordinates of w, in units of their sizes. */
function observeTask(law: TaskLaw, sizes: Float64Array, setting: RandomStream): Observation {
  const { dimension: d } = law;
  const [u, v] = [drawUnitVector(setting, new Float64Array(d)), drawUnitVector(setting, new Float64Array(d))];
  const taskVector = new Float64Array(d);
  return (stream) => {
    law.draw(stream, taskVector);
    for (let i = 0; i < d; i++) taskVector[i] /= sizes[i];
    return [project(u, taskVector), project(v, taskVector)];
  };
}

/** The typical size of a coordinate of w: √(tr(R)/d), and 1 for a task vector that is always 0. */
function sizeOf({ secondMoment, dimension }: TaskLaw): number {
  const square = trace(secondMoment) / dimension;
  return square > 0 ? Math.sqrt(square) : 1;
}

/** √R_ii, and the size of the others where a coordinate is declared 0. */
function coordinateSizes(law: TaskLaw): Float64Array {
  const { values, rows }: Matrix = law.secondMoment;
  return Float64Array.from({ length: rows }, (_, i) => {
    const square = values[i * (rows + 1)];
    return square > 0 ? Math.sqrt(square) : sizeOf(law);
  });
}
