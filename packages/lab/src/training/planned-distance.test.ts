import { expect, test } from "vitest";
import { checkTrainingConfig } from "./check-config.ts";
import { plannedDistance } from "./planned-distance.ts";
import { runTraining } from "./run-training.ts";

const law = (noiseVariance: number): object => ({
  contextLength: 10,
  dimension: 3,
  covariates: { law: "gaussian" },
  target: { law: "linear", tasks: { law: "gaussian" } },
  noise: { law: "gaussian", variance: noiseVariance },
});
const planned = (config: object): number | undefined => plannedDistance(checkTrainingConfig(config, "config"));

test("four times the prompts, in steps or in minibatches, halve the distance", () => {
  const distance = planned({ law: law(1), training: { steps: 1000, batch: 100 } })!;
  expect(planned({ law: law(1), training: { steps: 4000, batch: 100 } })).toBeCloseTo(distance / 2, 14);
  expect(planned({ law: law(1), training: { steps: 1000, batch: 400 } })).toBeCloseTo(distance / 2, 14);
  expect(planned({ law: law(4), training: { steps: 1000, batch: 100 } })).toBeGreaterThan(distance);
});

test("a training comes about as near as its plan says", async () => {
  const ratios: number[] = [];
  for (const seed of [0, 1, 2]) {
    const config = { law: law(1), training: { steps: 2000, batch: 50 }, seed };
    const { distance } = await runTraining(config);
    ratios.push(distance! / planned(config)!);
  }
  const ratio = Math.hypot(...ratios) / Math.sqrt(ratios.length);
  expect(ratio).toBeGreaterThan(1 / 2);
  expect(ratio).toBeLessThan(2);
});

test("where training is exact, or theory knows no step, nothing is promised", () => {
  expect(planned({ law: law(1), training: { method: "exact" } })).toBeUndefined();
  expect(planned({ law: law(1), model: { layers: 2, family: "sparse" } })).toBeUndefined();
});
