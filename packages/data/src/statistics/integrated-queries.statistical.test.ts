import { childKey, meanAccumulator, randomKey, type Estimate } from "@onestep/core";
import { expectRejected, expectWithin, seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { parsePromptLaw } from "../law-file/parse.ts";
import { expectedSquaredError, integrateQueries } from "./integrated-queries.ts";
import { sampleContextStatistics } from "./sample-context-statistics.ts";

const PROMPTS = 20_000;
const noise = { law: "gaussian", variance: 0.25 };
const targets: Readonly<Record<string, object>> = {
  linear: { law: "linear", tasks: { law: "gaussian", mean: 0.5 } },
  "relu of random sign": { law: "random-sign", of: { law: "single-index", link: "relu", amplitude: 2, scale: 1.5 } },
};

describe("a query integrated out leaves the mean loss and lowers its variance", () => {
  it.each(Object.entries(targets))("%s", (name, target) => {
    const covariates = { law: "gaussian", covariance: [2, 1, 0.5] };
    const query = { covariates: { law: "gaussian", covariance: [1, 1, 2] } };
    const law = parsePromptLaw({ contextLength: 6, covariates, target, noise, query });
    const key = childKey(childKey(randomKey(seedForTests()), "integrated queries"), name);
    const statistics = sampleContextStatistics(law, { key, count: PROMPTS, gram: false });
    const queries = integrateQueries(law, { key, count: PROMPTS });
    const [drawn, integrated, gap] = [meanAccumulator(), meanAccumulator(), meanAccumulator()];
    for (let i = 0; i < PROMPTS; i++) {
      const step = statistics.crossProduct.slice(3 * i, 3 * i + 3).map((entry) => 0.05 * entry);
      const prediction = step.reduce((sum, entry, j) => sum + entry * statistics.queryCovariates[3 * i + j], 0);
      const [one, other] = [(statistics.queryResponses[i] - prediction) ** 2, expectedSquaredError(queries, i, step)];
      drawn.push(one);
      integrated.push(other);
      gap.push(one - other);
    }
    const difference: Estimate = gap.estimate();
    expectWithin(difference, 0);
    expectRejected(difference, 0.3 * drawn.mean);
    expect(integrated.variance).toBeLessThan(0.5 * drawn.variance);
  });

  it("refuses laws without a closed form, and says what to do", () => {
    const law = parsePromptLaw({
      contextLength: 2,
      dimension: 2,
      covariates: { law: "laplace" },
      target: { law: "single-index", link: "tanh" },
      noise,
    });
    expect(() => integrateQueries(law, { key: randomKey(0), count: 1 })).toThrow("average over drawn queries");
  });
});
