import { childKey, diagonal, drawInteger, matrixFromRows, randomKey, scale, type RandomStream } from "@onestep/core";
import { expectPasses, expectRefuses, seedForTests } from "@onestep/testkit";
import { describe, it } from "vitest";
import type { DrawTaskVector, TaskLaw } from "../define/define-task.ts";
import { gaussianTasks } from "../tasks/gaussian.ts";
import { poolTasks } from "../tasks/pool.ts";
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
const drawing = (law: TaskLaw, change: (taskVector: Float64Array, before: Float64Array) => void): TaskLaw => ({
  ...law,
  draw(stream, into) {
    const before = into.slice();
    law.draw(stream, into);
    change(into, before);
  },
});
/** Task vectors out of normals by another recipe than that of the draws. */
const fromOtherNormals = (law: TaskLaw, fromNormals: DrawTaskVector["fromNormals"]): TaskLaw => ({
  ...law,
  draw: Object.assign((...of: Parameters<DrawTaskVector>) => law.draw(...of), { fromNormals }),
});
const pool = poolTasks({ size: 8, of: gaussian });
const pooled = (members: readonly Float64Array[], pick: (stream: RandomStream) => Float64Array): TaskLaw => ({
  ...pool,
  pool: members,
  draw: (stream, into) => into.set(pick(stream)),
});
const members = pool.pool!;
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
    "a correlation that is not there",
    {
      ...gaussian,
      secondMoment: matrixFromRows([
        [1, 0, 0],
        [0, 1, 0.1],
        [0, 0.1, 1],
      ]),
    },
    "second moment",
  ],
  [
    "a small coordinate twice as large as declared",
    { ...gaussianTasks({ covariance: [100, 4e-4, 1] }), secondMoment: diagonal([100, 1e-4, 1]) },
    "second moment",
  ],
  ["a coordinate that is declared to vanish", { ...gaussian, secondMoment: diagonal([1, 0, 1]) }, "draws"],
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
    "a task vector that depends on what the array held before",
    drawing(gaussian, (taskVector, before) => {
      if (before[0] < 0) taskVector[0] += 1e-3;
    }),
    "draws",
  ],
  [
    "a fast path with another covariance",
    fromOtherNormals(gaussian, (normals, offset, count) => {
      for (let at = offset; at < offset + 3 * count; at++) normals[at] *= 1.1;
    }),
    "draws",
  ],
  [
    "a fast path without the mean",
    fromOtherNormals(gaussianTasks({ dimension: 3, mean: 0.5 }), gaussian.draw.fromNormals),
    "draws",
  ],
  [
    "a fast path that forgets all tasks but the first",
    fromOtherNormals(gaussianTasks({ dimension: 3, covariance: 2 }), (normals, offset) =>
      gaussianTasks({ dimension: 3, covariance: 2 }).draw.fromNormals?.(normals, offset, 1),
    ),
    "draws",
  ],
  [
    "a pool that is drawn from another",
    pooled(poolTasks({ size: 8, of: gaussian, seed: 1 }).pool!, (stream) => members[drawInteger(stream, 8)]),
    "pool",
  ],
  [
    "a pool whose last task is listed and not drawn",
    pooled(members, (stream) => members[drawInteger(stream, 7)]),
    "frequencies of the pool",
  ],
  ["a pool one task short", pooled(members.slice(1), (stream) => members[drawInteger(stream, 8)]), "pool"],
  [
    "a pool that prefers its first task",
    pooled(members, (stream) => members[stream.uniform() < 0.1 ? 0 : drawInteger(stream, 8)]),
    "frequencies of the pool",
  ],
  [
    "the second moment of the law that the pool is drawn from",
    { ...pool, secondMoment: gaussian.secondMoment },
    "pool",
  ],
  [
    "a pool of vectors of another dimension",
    pooled(
      members.map((w) => w.subarray(0, 2)),
      (stream) => members[drawInteger(stream, 8)],
    ),
    "pool",
  ],
  [
    "a mean of the other sign than the one on record",
    { ...gaussianTasks({ dimension: 3, mean: 0.5 }), draw: gaussianTasks({ dimension: 3, mean: -0.5 }).draw },
    "recorded parameters",
  ],
  [
    "a covariance on record that is not the one drawn from",
    { ...gaussianTasks({ dimension: 3, covariance: 1.3 }), parameters: gaussian.parameters },
    "recorded parameters",
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
