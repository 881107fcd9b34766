import { trace, multiply, transpose } from "@onestep/core";
import { parsePromptLaw, promptMoments } from "@onestep/data";
import { runTraining } from "@onestep/lab";
import { optimalStep } from "@onestep/theory";
import { describe, expect, it } from "vitest";

import { drawMemory, type MemoryEstimate } from "./draw-memory.ts";
import { floorsOf, limitCurve, lossesOf, poolCurve, poolPrediction } from "./pool-risks.ts";
import { CHOICES, configOf, DEFAULT_SETTING, lawFileOf } from "./pool-setting.ts";
import { verdictOf } from "./verdict.ts";

describe("the best step for a pool", () => {
  it("is that of the law that is trained on, whose even part cannot help", () => {
    const moments = promptMoments(parsePromptLaw(lawFileOf(DEFAULT_SETTING)));
    expect(moments.evenPartDecouples).toBe("proved");
    const { preconditioner, loss } = optimalStep(moments).value;
    const { step, best } = poolPrediction(DEFAULT_SETTING);
    step.values.forEach((entry, at) => expect(entry).toBeCloseTo(preconditioner.values[at], 13));
    expect(best.seen).toBeCloseTo(loss, 12);
  });

  it("errs on new tasks as the page says", () => {
    const { step, best } = poolPrediction(DEFAULT_SETTING);
    const [n, d, noise] = [20, 5, 0.25];
    const squares = trace(multiply(step, transpose(step)));
    expect(best.fresh).toBeCloseTo(d + noise - 2 * n * trace(step) + n * (n + d + 1 + noise) * squares, 12);
  });

  it("comes to the minimum with many tasks, and never below it on new ones", () => {
    const curve = poolCurve(DEFAULT_SETTING);
    const { oneStep, ridge } = floorsOf(DEFAULT_SETTING);
    for (const { fresh } of curve) expect(fresh).toBeGreaterThan(oneStep);
    const last = curve[curve.length - 1];
    expect(last.fresh / oneStep).toBeCloseTo(1, 2);
    expect(last.seen / oneStep).toBeCloseTo(1, 1);
    expect(ridge).toBeLessThan(oneStep);
  });

  it("has the limit of many dimensions, a tenth lower at d = 5", () => {
    const limitAt = (tasks: number, setting = DEFAULT_SETTING): number =>
      limitCurve(setting).find(([at]) => at === tasks)![1];
    const large = { ...DEFAULT_SETTING, dimension: 80, contextLength: 320, tasks: 32 };
    expect(limitAt(32, large) / poolPrediction(large).best.fresh).toBeCloseTo(1, 1);
    const many = { ...DEFAULT_SETTING, tasks: 1024 };
    expect(limitAt(1024) / poolPrediction(many).best.fresh).toBeCloseTo(0.9, 1);
  });
});

it("a layer that is trained on few tasks comes to the best step for them", async () => {
  for (const setting of [
    { ...DEFAULT_SETTING, dimension: 3, contextLength: 10 },
    { ...DEFAULT_SETTING, tasks: 64, dimension: 3, contextLength: 10, noiseVariance: 1, seed: 1 },
  ]) {
    const { preconditioner } = await runTraining(configOf(setting));
    expect(verdictOf(lossesOf(setting, preconditioner!), poolPrediction(setting).best).isConfirmed).toBe(true);
  }
});

it("the verdict asks for both losses", () => {
  const best = { seen: 1, fresh: 2 };
  expect(verdictOf({ seen: 1.005, fresh: 2.04 }, best)).toMatchObject({ isConfirmed: true });
  expect(verdictOf({ seen: 1.02, fresh: 2 }, best).isConfirmed).toBe(false);
  expect(verdictOf({ seen: 1, fresh: 2.1 }, best).isConfirmed).toBe(false);
  expect(verdictOf(undefined, best).isConfirmed).toBe(false);
});

it("an ideal memory answers new tasks better the more it holds, and never as well as ridge regression", () => {
  let points: MemoryEstimate["points"] = [];
  for (const estimate of drawMemory(DEFAULT_SETTING)) {
    points = estimate.points;
    if (estimate.step === 4) break;
  }
  expect(points.map(({ tasks }) => tasks)).toEqual(CHOICES.tasks);
  const [first, middle, last] = [0, 5, 10].map((at) => points[at]);
  expect(first.loss).toBeGreaterThan(middle.loss + 4 * middle.standardError);
  expect(middle.loss).toBeGreaterThan(last.loss + 4 * last.standardError);
  expect(last.loss).toBeGreaterThan(floorsOf(DEFAULT_SETTING).ridge);
});
