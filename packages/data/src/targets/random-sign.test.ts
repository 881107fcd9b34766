import { randomKey } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { parsePromptLaw } from "../law-file/parse.ts";
import { promptMoments } from "../moments/prompt-moments.ts";
import { samplePrompts } from "../prompt/sample-prompts.ts";

const lawOf = (target: object): ReturnType<typeof parsePromptLaw> =>
  parsePromptLaw({ contextLength: 3, dimension: 2, covariates: { law: "gaussian" }, target, noise: { law: "none" } });
const of = { law: "single-index", link: "abs" };

describe("randomSignTarget", () => {
  it("gives all responses of a prompt one sign, and prompts both signs", () => {
    const { responses, queryResponses } = samplePrompts(lawOf({ law: "random-sign", of }), {
      key: randomKey(0),
      count: 100,
    });
    const signs = Array.from(queryResponses, Math.sign);
    signs.forEach((sign, i) => {
      expect(Array.from(responses.subarray(3 * i, 3 * i + 3), Math.sign)).toEqual([sign, sign, sign]);
    });
    expect(new Set(signs)).toEqual(new Set([-1, 1]));
  });

  it("leaves every moment as it was", () => {
    expect(promptMoments(lawOf({ law: "random-sign", of }))).toEqual(promptMoments(lawOf(of)));
  });
});
