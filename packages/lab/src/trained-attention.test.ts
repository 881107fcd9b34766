import { childKey, isotropic, pointwiseFunctions, randomKey } from "@onestep/core";
import {
  gaussianCovariates,
  gaussianNoise,
  gaussianTasks,
  linearTarget,
  promptLaw,
  samplePrompts,
} from "@onestep/data";
import { adam, pointwiseStep, pretrain, softmaxPair, type PredictorFamily } from "@onestep/model";
import { pointwiseAttention, pointwiseMoments, reluAttention, softmaxHeads } from "@onestep/theory";
import { describe, expect, it } from "vitest";

const setting = { contextLength: 16, dimension: 4, noiseVariance: 0.2 };
const law = promptLaw({
  contextLength: setting.contextLength,
  covariates: gaussianCovariates({ dimension: setting.dimension }),
  target: linearTarget({ tasks: gaussianTasks({ dimension: setting.dimension }) }),
  noise: gaussianNoise({ variance: setting.noiseVariance }),
});
/** As many prompts as make the loss known within 1 %. */
const fresh = samplePrompts(law, { key: randomKey(1), count: 100_000 });

describe("attention that is not linear, trained on sampled prompts", () => {
  it("reaches with two softmax heads of opposite sign the loss of linear attention with one pair less", async () => {
    const { contextLength, dimension, noiseVariance } = setting;
    const gaussian = { contextLength, covariates: isotropic(dimension), tasks: isotropic(dimension), noiseVariance };
    const { loss, linearLoss } = softmaxHeads(gaussian).value;
    const trained = await train(softmaxPair());
    const reached = meanSquare(softmaxPair().predict(trained, fresh));
    expect(Math.abs(reached / loss - 1)).toBeLessThan(0.05);
    expect(reached).toBeGreaterThan(linearLoss);
  });

  it("takes through ReLU the step of Theorem 5, and through tanh the one that its moments give", async () => {
    const tanh = pointwiseAttention(setting.contextLength, pointwiseMoments(pointwiseFunctions.tanh, setting));
    for (const [name, { stepSize, loss }] of [
      ["relu", reluAttention(setting).value],
      ["tanh", tanh.value],
    ] as const) {
      const family = pointwiseStep(pointwiseFunctions[name]);
      const trained = await train(family);
      expect(Math.abs(trained.stepSize / stepSize - 1)).toBeLessThan(0.02);
      expect(Math.abs(meanSquare(family.predict(trained, fresh)) / loss - 1)).toBeLessThan(0.02);
    }
  });
});

async function train<P>(family: PredictorFamily<P>): Promise<P> {
  const run = pretrain({
    key: randomKey(0),
    model: () => family,
    prompts: (step) => samplePrompts(law, { key: childKey(randomKey(0), "train", step), count: 500 }),
    optimizer: adam({ learningRate: 0.02 }),
    steps: 300,
    schedule: (done) => 1 - done,
  });
  let parameters: P | undefined;
  for await (const state of run) parameters = state.parameters;
  return parameters!;
}

function meanSquare(predictions: Float64Array): number {
  return predictions.reduce((sum, one, i) => sum + (one - fresh.queryResponses[i]) ** 2 / fresh.count, 0);
}
