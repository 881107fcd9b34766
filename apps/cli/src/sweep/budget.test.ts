import { checkTrainingConfig, type TrainingConfig } from "@onestep/lab";
import { expect, test } from "vitest";
import {
  expectedSeconds,
  planBudget,
  promisedDistances,
  requireFreeTraining,
  withPlan,
  type PointCost,
} from "./budget.ts";
import { parseSweepFile } from "./sweep-file.ts";

const law = (variance: number): object => ({
  contextLength: 10,
  dimension: 3,
  covariates: { law: "gaussian" },
  target: { law: "linear", tasks: { law: "gaussian" } },
  noise: { law: "gaussian", variance },
});
const configs = [0.1, 4].map((variance) => checkTrainingConfig({ law: law(variance) }, "config"));
const cost: PointCost = { fixed: 0.1, step: 1e-5, width: 1e-3, prompt: 1e-6 };
const costs = configs.map(() => cost);
const planned = (budget: number, workers = 1): readonly TrainingConfig[] => {
  const plan = planBudget({ budget, spent: 0, workers }, configs, costs);
  return configs.map((config, index) => withPlan(config, plan, index));
};

test("the time is used but for a margin, and every point gets the same multiple of its planned prompts", () => {
  const plan = planBudget({ budget: 60, spent: 10, workers: 1 }, configs, costs);
  expect(plan.steps).toBe(2000);
  expect(expectedSeconds(plan, costs, 1)).toBeCloseTo(0.8 * 50, 1);
  const multiples = plan.batches.map((batch, index) => batch / configs[index].training.batch!);
  expect(multiples[0] / multiples[1]).toBeCloseTo(1, 2);
});

test("twice the workers are worth twice the time, and four times the prompts halve the promised error", () => {
  expect(planned(30, 2).map(({ training }) => training.batch)).toEqual(
    planned(60, 1).map(({ training }) => training.batch),
  );
  const few = promisedDistances(planned(20))!;
  const config = planned(20)[0];
  const more = withPlan(config, { steps: config.training.steps, batches: [4 * config.training.batch!] }, 0);
  expect(promisedDistances([more])![0]).toBeCloseTo(promisedDistances([config])![0] / 2, 12);
  expect(few[0]).toBeLessThanOrEqual(few[1]);
});

test("a small budget takes steps before minibatches become tiny; one too small is refused with what is enough", () => {
  const small = planBudget({ budget: 1, spent: 0, workers: 1 }, configs, costs);
  expect(small.steps).toBeLessThan(2000);
  expect(Math.min(...small.batches)).toBeGreaterThanOrEqual(32);
  const tooSmall = (): unknown => planBudget({ budget: 0.2, spent: 0, workers: 1 }, configs, costs);
  expect(tooSmall).toThrow(/--budget: expected 1 s or more for 2 points on this machine; got 0.2 s/);
  expect(planBudget({ budget: 1, spent: 0, workers: 1 }, configs, costs).batches).toHaveLength(2);
});

test("what the file says itself is not chosen again", () => {
  const refused = (sweep: object): (() => void) => {
    const file = parseSweepFile(sweep, "sweep.yaml");
    return () => requireFreeTraining(file, configs);
  };
  expect(refused({ base: { law: law(1), training: { steps: 5 } } })).toThrow(/training.steps in the file/);
  expect(refused({ base: { law: law(1) }, grid: { "training.batch": [5] } })).toThrow(/training.batch in the file/);
  expect(refused({ base: { law: law(1) } })).not.toThrow();
});

test("no error is promised where no theory knows the step", () => {
  const deep = checkTrainingConfig({ law: law(0), model: { layers: 2, family: "sparse" } }, "config");
  expect(promisedDistances([deep])).toBeUndefined();
});
