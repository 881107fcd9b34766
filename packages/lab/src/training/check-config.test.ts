import { AssumptionError, DomainError } from "@onestep/core";
import { UnknownNameError } from "@onestep/data";
import { describe, expect, it } from "vitest";
import { checkTrainingConfig } from "./check-config.ts";
import { trainingConfigSchema } from "./config-schema.ts";

const law = {
  contextLength: 20,
  dimension: 3,
  covariates: { law: "gaussian" },
  target: { law: "linear", tasks: { law: "gaussian" } },
  noise: { law: "gaussian", variance: 0.25 },
};
const check = (changes: object): ReturnType<typeof checkTrainingConfig> =>
  checkTrainingConfig({ law, ...changes }, "config");

describe("checkTrainingConfig", () => {
  it("fills in all that a law alone leaves open, and keeps what it returned as it is", () => {
    const config = check({});
    expect(config).toMatchObject({
      law: { covariates: { law: "gaussian", covariance: 1 } },
      model: { layers: 1, family: "full", heads: 1 },
      training: { method: "sampled", steps: 2000, optimizer: "adam", learningRate: 0.02, starts: 9 },
      backend: "wasm",
      seed: 0,
    });
    expect(checkTrainingConfig(config, "config")).toEqual(config);
  });

  it("plans larger minibatches for a law with more noise", () => {
    const noisy = check({ law: { ...law, noise: { law: "gaussian", variance: 25 } } });
    expect(noisy.training.batch).toBeGreaterThan(2 * check({}).training.batch!);
  });

  it("lets a file name its schema, for editors", () => {
    expect(check({ $schema: "./config.schema.json" })).toEqual(check({}));
  });

  it("keeps what is given", () => {
    const training = { method: "rao-blackwell", steps: 7, batch: 5, optimizer: "adam-w", learningRate: 0.5, starts: 2 };
    expect(check({ training, seed: 3, backend: "wasm-f32" })).toMatchObject({ training, seed: 3, backend: "wasm-f32" });
  });

  it("takes no minibatch for the exact loss, and runs it in float64", () => {
    const { training, backend } = check({ training: { method: "exact", batch: 100 } });
    expect([training.batch, backend]).toEqual([undefined, "float64"]);
  });

  it.each([
    [{ modell: {} }, /config: .*did you mean "model"/],
    [{ training: { batches: 5 } }, /config\.training: .*did you mean "batch"/],
    [{ training: { optimizer: "adm" } }, /config\.training\.optimizer: .*did you mean "adam"/],
    [{ backend: "wsm" }, /config\.backend: .*did you mean "wasm"/],
    [{ law: { ...law, covariates: { law: "gausian" } } }, /law\.covariates: .*did you mean "gaussian"/],
  ])("names the nearest of %j", (changes, message) => {
    expect(() => check(changes)).toThrow(UnknownNameError);
    expect(() => check(changes)).toThrow(message);
  });

  it.each([
    [{ training: { steps: 0 } }, /config\.training\.steps: expected an integer ≥ 1; got 0/],
    [{ training: { learningRate: -1 } }, /config\.training\.learningRate: expected a positive number; got -1/],
    [{ training: [] }, /config\.training: expected an object with method, steps.*; got a list/],
    [{ model: { family: "sparse", heads: 2 } }, /config\.model\.heads: expected one head/],
    [{ model: { layers: 2 }, training: { method: "exact" } }, /config\.training\.method: .*one layer/],
    [
      { model: { heads: 2 }, training: { method: "rao-blackwell" } },
      /config\.training\.method: .*one layer of one head/,
    ],
    [{ model: { layers: 1e9 } }, /config\.model: expected what fits in 4 GiB of memory; got 1000000000 layers/],
    [{ backend: "tfjs:cpu", training: { method: "exact" } }, /config\.backend: expected float64/],
  ])("refuses %j", (changes, message) => {
    expect(() => check(changes)).toThrow(DomainError);
    expect(() => check(changes)).toThrow(message);
  });

  it("refuses a closed form of a law that has none", () => {
    const changes = { law: { ...law, covariates: { law: "laplace" } }, training: { method: "exact" } };
    expect(() => check(changes)).toThrow(AssumptionError);
  });
});

describe("trainingConfigSchema", () => {
  it("has the fields of a config that was read, and their defaults", () => {
    const { properties } = trainingConfigSchema as { properties: Record<string, { properties: object }> };
    const config = check({});
    expect(Object.keys(properties)).toEqual(Object.keys(config));
    expect(Object.keys(properties["training"].properties)).toEqual(Object.keys(config.training));
    expect(properties["model"].properties).toMatchObject({
      layers: { type: "integer", minimum: 1, default: config.model.layers },
      family: { enum: ["full", "sparse", "tied", "gd-plus-plus"], default: config.model.family },
    });
  });
});
