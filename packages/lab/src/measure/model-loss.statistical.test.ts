import { childKey, diagonal, matrix, randomKey, type Matrix } from "@onestep/core";
import { parsePromptLaw, promptMoments } from "@onestep/data";
import { construct, lsaHeads } from "@onestep/model";
import { expectRejected, expectWithin, seedForTests } from "@onestep/testkit";
import { gradientDescentRisk, pretrainingLoss } from "@onestep/theory";
import { expect, it } from "vitest";
import { modelLoss } from "./model-loss.ts";
import { stepOfLayer } from "./step-of-layer.ts";

const lawOf = (covariates: string, variance = 0.25): ReturnType<typeof parsePromptLaw> =>
  parsePromptLaw({
    contextLength: 10,
    dimension: 2,
    covariates: { law: covariates },
    target: { law: "linear", tasks: { law: "gaussian" } },
    noise: { law: "gaussian", variance },
  });
const fresh = { key: childKey(randomKey(seedForTests()), "model loss"), count: 20_000 };
const setting = { contextLength: 10, dimension: 2, noiseVariance: 0.25 };
const twoSteps = (rates: number[]): ReturnType<typeof construct.gradientDescent> =>
  construct.gradientDescent({ dimension: 2, stepSizes: rates });

it("the loss of a deep model is that of theory, and a model like it makes it sharper", () => {
  const exact = gradientDescentRisk(setting, { rates: [0.5, 0.8] }).value;
  const reference = {
    transformer: twoSteps([0.55, 0.75]),
    loss: gradientDescentRisk(setting, { rates: [0.55, 0.75] }).value,
  };
  const alone = modelLoss(lawOf("gaussian"), twoSteps([0.5, 0.8]), fresh, {});
  const beside = modelLoss(lawOf("gaussian"), twoSteps([0.5, 0.8]), fresh, { reference });
  for (const estimate of [alone, beside]) {
    expectWithin(estimate, exact);
    expectRejected(estimate, gradientDescentRisk({ ...setting, noiseVariance: 0.3 }, { rates: [0.5, 0.8] }).value);
  }
  expect(beside.standardError).toBeLessThan(alone.standardError / 4);
});

it("the loss of a layer on any law is that of its step, and what its even part adds", () => {
  const law = lawOf("laplace");
  const moments = promptMoments(law);
  const layer = (direction: number): ReturnType<typeof lsaHeads> =>
    lsaHeads([{ keyQuery: diagonal([0.05, 0.04, 0]), valueProjection: matrix(3, 1, [direction, 0, 1]) }]);
  const stepLoss = (step: Matrix): number => pretrainingLoss(moments, step).value;
  const exact = stepLoss(diagonal([0.05, 0.04]));
  expectWithin(modelLoss(law, layer(0), fresh, {}), exact);
  expect(modelLoss(law, layer(0), fresh, { moments })).toMatchObject({ value: exact, standardError: 0 });

  const reference = { transformer: layer(0), loss: exact };
  const near = lsaHeads([{ keyQuery: diagonal([0.045, 0.04, 0]), valueProjection: matrix(3, 1, [0, 0, 1]) }]);
  const [alone, beside] = [{}, { reference }].map((known) => modelLoss(law, near, { ...fresh, count: 4000 }, known));
  expectWithin(beside, stepLoss(diagonal([0.045, 0.04])));
  expect(beside.standardError).toBeLessThan(alone.standardError / 4);

  const [drawn, split] = [{}, { moments }].map((known) => modelLoss(law, layer(0.3), fresh, known));
  expect(split.standardError).toBeLessThan(drawn.standardError);
  const difference = { ...drawn, value: drawn.value - split.value };
  difference.standardError = Math.sqrt(drawn.standardError ** 2 + split.standardError ** 2);
  expectWithin(difference, 0);
  expectRejected(split, exact); // the even part costs something
});

it("Γ of a layer is read off heads with plain sums and off layers that divide by n alike", () => {
  const law = lawOf("gaussian");
  const plain = lsaHeads([{ keyQuery: diagonal([0.05, 0.04, 0]), valueProjection: matrix(3, 1, [0, 0, 1]) }]);
  const divided = construct.preconditionedGradientDescent({ preconditioners: [diagonal([0.5, 0.25])] });
  expect(stepOfLayer(plain, law)).toEqual(diagonal([0.05, 0.04]));
  expect(stepOfLayer(divided, law)).toEqual(diagonal([0.05, 0.025]));
  expect(stepOfLayer(twoSteps([0.5, 0.8]), law)).toBeUndefined();
});
