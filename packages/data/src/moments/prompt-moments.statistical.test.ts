import { childKey, dot, meanAccumulator, multiplyVector, randomKey } from "@onestep/core";
import { expectRejected, expectWithin, seedForTests } from "@onestep/testkit";
import { describe, it } from "vitest";
import { parsePromptLaw } from "../law-file/parse.ts";
import { samplePrompts } from "../prompt/sample-prompts.ts";
import { promptMoments } from "./prompt-moments.ts";

const PROMPTS = 100_000;
const covariance = [
  [2, 0.5, -0.3],
  [0.5, 1, 0.2],
  [-0.3, 0.2, 0.6],
];
const [gaussian, isotropic] = [
  { law: "gaussian", covariance },
  { law: "gaussian", covariance: 1.4 },
];
const noise = { law: "gaussian", variance: 0.3 };

const laws: Readonly<Record<string, object>> = {
  "linear tasks with a mean": {
    covariates: gaussian,
    target: { law: "linear", tasks: { law: "gaussian", covariance: [1, 0, 0.5], mean: [0.5, -1, 0] } },
    noise,
  },
  "linear, query of its own": {
    covariates: gaussian,
    target: { law: "linear", tasks: { law: "gaussian" } },
    noise: { law: "none" },
    query: { covariates: { law: "gaussian", covariance: [2, 1, 0.5] } },
  },
  "sign, anisotropic": { covariates: gaussian, target: { law: "single-index", link: "sign" }, noise },
  "tanh, anisotropic, scaled": {
    covariates: gaussian,
    target: { law: "single-index", link: "tanh", scale: 1.5, amplitude: -2 },
    noise,
  },
  "relu with a random sign, whitened": {
    covariates: gaussian,
    target: { law: "random-sign", of: { law: "single-index", link: "relu", whiten: true } },
    noise,
  },
  "gelu, isotropic, query of its own": {
    covariates: isotropic,
    target: { law: "single-index", link: "gelu" },
    noise,
    query: { covariates: gaussian },
  },
  "erf, anisotropic, isotropic query": {
    covariates: gaussian,
    target: { law: "single-index", link: "erf" },
    noise,
    query: { covariates: isotropic },
  },
};

/** Quadratic forms of A and B in fixed directions, and E y_q², estimated from prompts. */
describe("declared moments are those of the drawn prompts", () => {
  it.each(Object.entries(laws))("%s", (name, parts) => {
    const law = parsePromptLaw({ contextLength: 4, ...parts });
    const [p, q] = [Float64Array.of(1, -0.4, 0.6), Float64Array.of(0.9, 0.3, 0.8)];
    const [cross, step, response] = [meanAccumulator(), meanAccumulator(), meanAccumulator()];

    const key = childKey(childKey(randomKey(seedForTests()), "prompt moments"), name);
    const { covariates, responses, queryCovariates, queryResponses } = samplePrompts(law, { key, count: PROMPTS });
    for (let i = 0; i < PROMPTS; i++) {
      let along = 0; // ⟨p, b⟩, b = Xᵀy
      for (let row = 4 * i; row < 4 * i + 4; row++) {
        along += responses[row] * dot(p, covariates.subarray(3 * row, 3 * row + 3));
      }
      const yq = queryResponses[i];
      cross.push(along * yq * dot(q, queryCovariates.subarray(3 * i, 3 * i + 3)));
      step.push(along * along);
      response.push(yq * yq);
    }

    const { crossMoment, strata, responseSecondMoment } = promptMoments(law);
    const declaredCross = dot(p, multiplyVector(crossMoment, q));
    const declaredStep = dot(p, multiplyVector(strata[0].stepMoment, p));
    expectWithin(cross.estimate(), declaredCross);
    expectWithin(step.estimate(), declaredStep);
    expectWithin(response.estimate(), responseSecondMoment);
    // Power: errors of 13 standard errors or more, 6 for the level and 7 for never missing them.
    expectRejected(cross.estimate(), declaredCross * 0.6);
    expectRejected(step.estimate(), declaredStep * 0.8);
    expectRejected(response.estimate(), responseSecondMoment * 0.8);
  });
});
