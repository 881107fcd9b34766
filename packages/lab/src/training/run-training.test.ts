import { BackendError, DomainError, randomKey } from "@onestep/core";
import { decodeCheckpoint, encodeCheckpoint } from "@onestep/model";
import { describe, expect, it } from "vitest";
import { runTraining, type TrainingOptions } from "./run-training.ts";
import type { TrainingReport, TrainingSnapshot } from "./training-report.ts";

const law = {
  contextLength: 10,
  dimension: 2,
  covariates: {
    law: "gaussian",
    covariance: [
      [2, 0.5],
      [0.5, 1],
    ],
  },
  target: { law: "linear", tasks: { law: "gaussian" } },
  noise: { law: "gaussian", variance: 0.25 },
};
/** Its tasks are N(0, Σ⁻¹): theory knows the best deep models. */
const whitened = {
  ...law,
  covariates: { law: "gaussian", covariance: [4, 1] },
  target: { law: "linear", tasks: { law: "gaussian", covariance: [0.25, 1] } },
};

const training = { steps: 120, batch: 64, starts: 3 };
const train = (changes: object, options?: TrainingOptions): Promise<TrainingReport> =>
  runTraining({ law, training, ...changes }, options);

/** The report of a run that was stopped after a step, stored as bytes, and gone on with. */
async function interrupted(changes: object, at: number): Promise<TrainingReport> {
  let stored: Uint8Array | undefined;
  const signal = { aborted: false };
  const stopped = await train(changes, {
    signal,
    onState({ step, snapshot }) {
      signal.aborted = step === at - 1;
      if (snapshot !== undefined) stored = encodeCheckpoint("training", { key: randomKey(0), step, state: snapshot });
    },
  });
  expect([stopped.status, stopped.steps]).toEqual(["interrupted", at]);
  return train(changes, { snapshot: decodeCheckpoint<TrainingSnapshot>("training", stored!).state });
}

describe("runTraining", () => {
  it("trains one layer to Γ* on the exact loss", async () => {
    const report = await train({ training: { method: "exact", steps: 1500 } });
    expect(report).toMatchObject({ status: "finished", standardError: 0, optimum: { attains: "minimum" } });
    expect(report.excessLoss).toBeLessThan(1e-9);
    expect(report.distance).toBeLessThan(1e-4);
    expect(report.parameters).toMatchObject({ keyQuery: { length: 3 }, valueProjection: { length: 3 } });
  });

  it.each([
    ["sampled prompts", { training: { ...training, steps: 600 } }],
    ["rao-blackwell", { training: { ...training, steps: 600, method: "rao-blackwell" } }],
    ["rows in float64", { training: { ...training, steps: 600 }, backend: "float64" }],
    ["two heads", { model: { heads: 2 }, training: { ...training, steps: 600, starts: 1 } }],
    ["the sparse family", { model: { family: "sparse" }, training: { ...training, steps: 600, starts: 1 } }],
  ])("comes near Γ* by %s", async (_, changes) => {
    const { distance, excessLoss, optimalLoss } = await train(changes);
    expect(distance).toBeLessThan(0.1);
    expect(excessLoss! / optimalLoss!).toBeLessThan(0.01);
  });

  it.each(["sparse", "tied", "gd-plus-plus", "full"])(
    "comes near the best two layers of the family %s",
    async (family) => {
      const report = await train({
        law: whitened,
        model: { layers: 2, family },
        training: { steps: 500, batch: 200, starts: 5 },
      });
      const { excessLoss, optimalLoss, standardError, parameters } = report;
      expect(Math.abs(excessLoss!) / optimalLoss!).toBeLessThan(0.05);
      expect(standardError).toBeLessThan(0.01 * optimalLoss!);
      expect(parameters).toMatchObject({ P: { length: 2 }, Q: { length: 2 }, dividesByLength: true });
      expect(report).not.toHaveProperty("distance");
    },
  );

  it("records every step at first, then ever fewer, and the last", async () => {
    const { trainingLoss } = await train({});
    const steps = trainingLoss.map(({ step }) => step);
    expect(steps.slice(0, 10)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(steps.length).toBeLessThan(60);
    expect(steps[steps.length - 1]).toBe(120);
  });

  it.each([
    ["one layer in its race", {}, 50],
    ["a deep model", { law: whitened, model: { layers: 2, family: "sparse" }, training: { steps: 60, batch: 32 } }, 33],
    ["the exact loss", { training: { method: "exact", steps: 60 } }, 59],
  ])("goes on with %s, bit by bit", async (_, changes, at) => {
    expect(await interrupted(changes, at)).toEqual(await train(changes));
  });

  it("ends a run that diverges with its last finite parameters", async () => {
    const report = await train({
      training: { ...training, optimizer: "gradient-descent", learningRate: 1e6, steps: 400 },
    });
    expect(report.status).toBe("diverged");
    expect(report.steps).toBeLessThan(400);
    expect(JSON.stringify(report.parameters)).not.toContain("null");
  });

  it("trains on laws of which nothing is known but their prompts", async () => {
    const heavy = { ...law, covariates: { law: "student-product", degreesOfFreedom: 3 } };
    const report = await train({ law: heavy, training: { ...training, steps: 30 } });
    expect(report.loss).toBeGreaterThan(0);
    expect(report).not.toHaveProperty("optimalLoss");
  });

  it("judges prompts of several queries as it judges those of one: their queries are alike", async () => {
    const apart = { ...law, query: { covariates: { law: "uniform" } } };
    const [three, one] = await Promise.all(
      [3, 1].map((queries) =>
        train({ law: { ...apart, queries }, training: { ...training, steps: 2, method: "sampled" } }),
      ),
    );
    expect(Math.abs(three.loss! - one.loss!)).toBeLessThan(0.05 * one.loss!);
  });

  it("refuses the snapshot of another config, and a backend that nobody opened", async () => {
    const seen: TrainingSnapshot[] = [];
    const keep: TrainingOptions = {
      checkpoints: (step) => step === 3,
      onState: ({ snapshot }) => void (snapshot && seen.push(snapshot)),
    };
    await train({}, keep);
    await expect(train({ seed: 1 }, { snapshot: seen[0] })).rejects.toThrow(DomainError);
    await expect(train({ backend: "tfjs:cpu" })).rejects.toThrow(BackendError);
  });
});
