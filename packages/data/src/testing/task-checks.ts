import { childKey, dot, drawUnitVector, multiplyVector, openStream, trace } from "@onestep/core";
import type { TaskLaw } from "../define/define-task.ts";
import { exactCheck, type Check } from "./check.ts";
import { firstDifference, firstNotFinite } from "./compare-arrays.ts";
import { project } from "./directions.ts";
import { invarianceCheck, type Group } from "./invariance-check.ts";
import { meanCheck } from "./mean-check.ts";

/**
 * Everything that a law of task vectors declares, as checks against its own draws.
 *
 * @example
 * const checks = taskChecks(gaussianTasks({ covariance: [2, 1] }));
 * checks.map(({ name }) => name); // => ["draws", "second moment", "invariance under coordinate-signs"]
 */
export function taskChecks(law: TaskLaw): readonly Check[] {
  const { invariance } = law.declares;
  return [
    taskDrawsCheck(law),
    taskSecondMomentCheck(law),
    ...(invariance === "none" ? [] : [taskInvarianceCheck(law, invariance)]),
  ];
}

/** A task vector depends on the stream alone, and fills d entries and no more. */
function taskDrawsCheck(law: TaskLaw): Check {
  return exactCheck("draws", (key) => {
    const keys = Array.from({ length: 16 }, (_, i) => childKey(key, "draws", i));
    const drawAll = (): Float64Array[] =>
      keys.map((one) => {
        const padded = new Float64Array(law.dimension + 1).fill(-7);
        law.draw(openStream(one), padded);
        return padded;
      });
    const [before, again] = [drawAll(), drawAll()];
    for (const [i, taskVector] of before.entries()) {
      if (firstDifference(taskVector, again[i]) !== undefined) return "one key drew two different task vectors";
      if (taskVector[law.dimension] !== -7) return "a draw wrote beside its task vector";
      const strange = firstNotFinite(taskVector);
      if (strange !== undefined) return `a coordinate is ${strange}`;
    }
    return undefined;
  });
}

/** E⟨u, w⟩⟨v, w⟩ = uᵀRv, R the declared second moment. */
function taskSecondMomentCheck(law: TaskLaw): Check {
  const { dimension: d, secondMoment } = law;
  return meanCheck("second moment", (stream) => {
    const size = sizeOf(law);
    const drawScaled = (): Float64Array => drawUnitVector(stream, new Float64Array(d)).map((entry) => entry / size);
    const [u, v, taskVector] = [drawScaled(), drawScaled(), new Float64Array(d)];
    const declared = (left: Float64Array, right: Float64Array): number =>
      dot(left, multiplyVector(secondMoment, right));
    return {
      claims: [
        { what: "E⟨u, w⟩²", declared: declared(u, u) },
        { what: "E⟨v, w⟩²", declared: declared(v, v) },
        { what: "E⟨u, w⟩⟨v, w⟩", declared: declared(u, v) },
      ],
      draw(into) {
        law.draw(stream, taskVector);
        const [a, b] = [project(u, taskVector), project(v, taskVector)];
        into[0] = a * a;
        into[1] = b * b;
        into[2] = a * b;
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

/** The typical size of a coordinate of w: √(tr(R)/d), and 1 for a task vector that is always 0. */
function sizeOf({ secondMoment, dimension }: TaskLaw): number {
  const square = trace(secondMoment) / dimension;
  return square > 0 ? Math.sqrt(square) : 1;
}
