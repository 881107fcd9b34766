import { childKey, DomainError, openStream, randomKey, toRows } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import type { TaskLaw } from "../define/define-task.ts";
import { rademacherTasks } from "./rademacher.ts";
import { skewedTasks } from "./skewed.ts";
import { sparseTasks } from "./sparse.ts";
import { sphereTasks } from "./sphere.ts";

const drawMany = (law: TaskLaw): readonly Float64Array[] =>
  Array.from({ length: 50 }, (_, i) => {
    const taskVector = new Float64Array(law.dimension);
    law.draw(openStream(childKey(randomKey(1), "task", i)), taskVector);
    return taskVector;
  });

describe("sparseTasks", () => {
  const law = sparseTasks({ dimension: 5, sparsity: 2, variance: 10 });

  it("declares Ω = (s v/d) I", () => {
    expect(toRows(sparseTasks({ dimension: 2, sparsity: 1, variance: 3 }).secondMoment)).toEqual([
      [1.5, 0],
      [0, 1.5],
    ]);
    expect(law.declares).toEqual({ invariance: "signed-permutations" });
    expect(law.parameters).toEqual({ sparsity: 2, variance: 10 });
  });

  it("has s entries that are not zero, anywhere, and leaves nothing of an earlier draw", () => {
    const supports = drawMany(law).map((w) => w.map((entry) => (entry === 0 ? 0 : 1)).join(""));
    expect(new Set(supports).size).toBe(10);
    for (const support of supports) expect(support.replaceAll("0", "")).toBe("11");
    const reused = Float64Array.of(7, 7, 7, 7, 7);
    law.draw(openStream(childKey(randomKey(1), "task", 0)), reused);
    expect(reused).toEqual(drawMany(law)[0]);
  });

  it("refuses more entries than there are", () => {
    expect(() => sparseTasks({ dimension: 2, sparsity: 3 })).toThrow(DomainError);
    expect(() => sparseTasks({ dimension: 2, sparsity: 3 })).toThrow(
      "sparse tasks.sparsity: expected at most 2 entries, the dimension; got 3",
    );
    expect(() => sparseTasks({ dimension: 2, sparsity: 1.5 })).toThrow(/an integer ≥ 1; got 1.5/);
  });
});

describe("sphereTasks", () => {
  it("has one length, √d unless told, and records it", () => {
    for (const w of drawMany(sphereTasks({ dimension: 9 }))) expectClose(Math.hypot(...w), 3, 1e-14);
    for (const w of drawMany(sphereTasks({ dimension: 2, radius: 5 }))) expectClose(Math.hypot(...w), 5, 1e-14);
    expect(sphereTasks({ dimension: 9 }).parameters).toEqual({ radius: 3 });
    expect(toRows(sphereTasks({ dimension: 2, radius: 2 }).secondMoment)).toEqual([
      [2, 0],
      [0, 2],
    ]);
  });
});

describe("rademacherTasks", () => {
  it("draws both signs and nothing else", () => {
    const entries = drawMany(rademacherTasks({ dimension: 3 })).flatMap((w) => [...w]);
    expect(new Set(entries)).toEqual(new Set([-1, 1]));
  });
});

describe("skewedTasks", () => {
  it("is Gaussian at skewness 0, and declares a symmetry only there", () => {
    const law = skewedTasks({ dimension: 3, skewness: 0, variance: 4 });
    expect(law.declares).toEqual({ invariance: "rotations" });
    const normals = new Float64Array(3);
    openStream(childKey(randomKey(1), "task", 0)).fillNormals(normals, 0, 3);
    expect(drawMany(law)[0]).toEqual(normals.map((z) => 2 * z));
    expect(skewedTasks({ dimension: 3, skewness: 1e-3 }).declares).toEqual({ invariance: "none" });
  });

  it("is mirrored for negative skewness, and ends at ∓2√v/γ", () => {
    const [right, left] = [2, -2].map((skewness) => drawMany(skewedTasks({ dimension: 4, skewness, variance: 9 })));
    expect(left).toEqual(right.map((w) => w.map((entry) => -entry)));
    expect(Math.min(...right.flatMap((w) => [...w]))).toBeGreaterThan(-3);
  });

  it("stays sound for skewness beyond what arithmetic can tell from none", () => {
    for (const skewness of [1e-7, 1e-12, 1e-300]) {
      for (const w of drawMany(skewedTasks({ dimension: 4, skewness }))) {
        for (const entry of w) expect(Math.abs(entry)).toBeLessThan(6);
      }
    }
  });
});
