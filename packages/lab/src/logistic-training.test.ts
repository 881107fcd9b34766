import { childKey, float64Backend, identity, randomKey, scale } from "@onestep/core";
import { parsePromptLaw, promptMoments, samplePrompts } from "@onestep/data";
import {
  adam,
  inducedStep,
  inverseTime,
  layerInTokenFrame,
  logisticLoss,
  lossEngine,
  pretrain,
  type PretrainingState,
} from "@onestep/model";
import { expectMatrixClose } from "@onestep/testkit";
import { crossEntropyStep, optimalStep } from "@onestep/theory";
import { describe, expect, it } from "vitest";

describe("training on labels ±1 with the logistic loss", () => {
  it("ends within 2 % of the step that theory derives, and not in that of the squared loss", async () => {
    const law = parsePromptLaw({
      contextLength: 2,
      dimension: 3,
      covariates: { law: "gaussian" },
      target: { law: "single-index", link: "sign" },
      noise: { law: "none" },
    });
    const key = randomKey(0);
    let last: PretrainingState | undefined;
    for await (const state of pretrain({
      key: childKey(key, "initial"),
      model: layerInTokenFrame(lossEngine(float64Backend(), logisticLoss())),
      prompts: (step) => samplePrompts(law, { key: childKey(key, "train", step), count: 250 }),
      optimizer: adam({ learningRate: 0.02 }),
      schedule: inverseTime({ from: 0.3, final: 0.05 }),
      initialScale: 0.05,
      steps: 1500,
    })) {
      last = state;
    }
    const { preconditioner } = inducedStep(last!.parameters);
    const { stepSize } = crossEntropyStep({ contextLength: 2, dimension: 3 }).value;
    expectMatrixClose(preconditioner, scale(identity(3), stepSize), 0.02 * stepSize);
    // The squared loss has another optimum: c/(d + (n − 1)c) with c = 2/π.
    const ofSquares = optimalStep(promptMoments(law)).value.preconditioner.values[0];
    expect(Math.abs(ofSquares / stepSize - 1)).toBeGreaterThan(0.5);
  });
});
