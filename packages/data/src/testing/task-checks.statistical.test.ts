import { childKey, randomKey, scale } from "@onestep/core";
import { expectPasses, expectRefuses, seedForTests } from "@onestep/testkit";
import { describe, it } from "vitest";
import type { TaskLaw } from "../define/define-task.ts";
import { gaussianTasks } from "../tasks/gaussian.ts";
import { skewedTasks } from "../tasks/skewed.ts";
import type { Check } from "./check.ts";
import { taskChecks } from "./task-checks.ts";

const key = childKey(randomKey(seedForTests()), "task checks");
const gaussian = gaussianTasks({ dimension: 3 });
const named = (law: TaskLaw, name: string): Check => taskChecks(law).find((check) => check.name === name)!;
const declaring = (law: TaskLaw, invariance: TaskLaw["declares"]["invariance"]): TaskLaw => ({
  ...law,
  declares: { invariance },
});
let drawn = 0;

/** What is wrong · the law that says so · the check that must notice. */
const wrong: readonly (readonly [string, TaskLaw, string])[] = [
  [
    "a second moment a tenth too large",
    { ...gaussian, secondMoment: scale(gaussian.secondMoment, 1.1) },
    "second moment",
  ],
  [
    "a second moment without its mean",
    { ...gaussianTasks({ dimension: 3, mean: 0.4 }), secondMoment: gaussian.secondMoment },
    "second moment",
  ],
  [
    "anisotropic tasks turned freely",
    declaring(gaussianTasks({ covariance: [1, 1, 1.6] }), "rotations"),
    "invariance under rotations",
  ],
  [
    "unlike coordinates exchanged",
    declaring(gaussianTasks({ covariance: [1, 1, 1.6] }), "signed-permutations"),
    "invariance under signed-permutations",
  ],
  [
    "correlated coordinates mirrored one by one",
    declaring(
      gaussianTasks({
        covariance: [
          [1, 0.4],
          [0.4, 1],
        ],
      }),
      "coordinate-signs",
    ),
    "invariance under coordinate-signs",
  ],
  [
    "skewed tasks mirrored",
    declaring(skewedTasks({ dimension: 3, skewness: 1.5, variance: 1 }), "signs"),
    "invariance under signs",
  ],
  [
    "draws that depend on earlier draws",
    {
      ...gaussian,
      draw(stream, into) {
        gaussian.draw(stream, into);
        drawn += 1;
        if (drawn % 10 === 0) into[0] = 0;
      },
    },
    "draws",
  ],
  [
    "a draw beside its task vector",
    {
      ...gaussian,
      draw(stream, into) {
        gaussian.draw(stream, into);
        into[3] = 0;
      },
    },
    "draws",
  ],
  [
    "a number that is none",
    {
      ...gaussian,
      draw(stream, into) {
        gaussian.draw(stream, into);
        into[1] = Math.sqrt(into[1]);
      },
    },
    "draws",
  ],
];

describe("taskChecks", () => {
  it.each(wrong)("refuse %s", (_, law, name) => {
    expectRefuses(named(law, name), randomKey(0));
  });

  it("pass a task vector that is always the same, and one in other units", () => {
    for (const law of [gaussianTasks({ dimension: 2, covariance: 0 }), gaussianTasks({ covariance: [1e-14, 3e-14] })]) {
      for (const check of taskChecks(law)) expectPasses(check, key);
    }
  });
});
