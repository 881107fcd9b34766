import { childKey, randomKey } from "@onestep/core";
import { expectPlausible, expectRejected, expectWithin, seedForTests } from "@onestep/testkit";
import { describe, it } from "vitest";
import { parsePromptLaw } from "../law-file/parse.ts";
import { samplePrompts } from "../prompt/sample-prompts.ts";
import { symmetries, testSymmetries } from "./symmetry-tests.ts";

const linear = { law: "linear", tasks: { law: "gaussian" } };
const noise = { law: "gaussian", variance: 0.25 };
const all = Object.keys(symmetries);
const root = childKey(randomKey(seedForTests()), "orbit tests");

/** Small samples: the level is exact whatever their size. */
describe("a symmetry that holds is rejected at 5 % in one sample of twenty", () => {
  const REPETITIONS = 1000;
  it.each([
    ["gaussian, tanh", { covariates: { law: "gaussian" }, target: { law: "single-index", link: "tanh" }, noise }, all],
    [
      "rademacher, linear",
      { covariates: { law: "rademacher" }, target: linear, noise },
      ["label-signs", "covariate-signs", "signed-permutations"],
    ],
    ["heavy-tailed", { covariates: { law: "student", degreesOfFreedom: 3 }, target: linear, noise }, all],
  ])("%s", (name, parts, tested) => {
    const law = parsePromptLaw({ contextLength: 3, dimension: 2, ...parts });
    const rejections = new Map<string, number>(tested.map((test) => [test, 0]));
    for (let r = 0; r < REPETITIONS; r++) {
      const key = childKey(childKey(root, name), "repetition", r);
      for (const test of testSymmetries(samplePrompts(law, { key, count: 12 }), { key, randomizations: 19 })) {
        if (test.pValue <= 0.05) rejections.set(test.name, (rejections.get(test.name) ?? 0) + 1);
      }
    }
    for (const test of tested) {
      const rejected = rejections.get(test) ?? 0;
      const value = rejected / REPETITIONS;
      const share = { value, standardError: Math.sqrt((0.05 * 0.95) / REPETITIONS), count: REPETITIONS };
      expectWithin(share, 0.05);
      expectRejected(share, 0.12); // a level that is more than twice too large would be seen
    }
  });
});

describe("a symmetry that fails is rejected after Holm's adjustment, in 99 samples of 100", () => {
  const REPETITIONS = 20;
  it.each([
    [
      "relu",
      { covariates: { law: "gaussian" }, target: { law: "single-index", link: "relu" }, noise },
      ["label-signs"],
    ],
    ["laplace", { covariates: { law: "laplace" }, target: linear, noise }, ["rotations"]],
    [
      "one larger variance",
      { covariates: { law: "gaussian", covariance: [1, 1, 1.3] }, target: linear, noise },
      ["signed-permutations", "rotations"],
    ],
  ])("%s", (name, parts, failing) => {
    const law = parsePromptLaw({ contextLength: 8, dimension: 3, ...parts });
    let missed = 0;
    for (let r = 0; r < REPETITIONS; r++) {
      const key = childKey(childKey(root, name), "repetition", r);
      const tests = testSymmetries(samplePrompts(law, { key, count: 150 }), { key, randomizations: 99 });
      const seen = tests.some(({ name: test, adjustedPValue }) => failing.includes(test) && adjustedPValue <= 0.05);
      if (!seen) missed += 1;
    }
    expectPlausible(atLeast(missed, REPETITIONS, 0.01));
  });
});

/** The probability of at least `k` misses in `n` samples. */
function atLeast(k: number, n: number, share: number): number {
  let [term, below] = [(1 - share) ** n, 0];
  for (let i = 0; i < k; i++) {
    below += term;
    term *= ((n - i) / (i + 1)) * (share / (1 - share));
  }
  return 1 - below;
}
