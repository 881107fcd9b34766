import { NumericalError, randomKey } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { parsePromptLaw } from "../law-file/parse.ts";
import { promptMoments } from "../moments/prompt-moments.ts";
import { samplePrompts } from "../prompt/sample-prompts.ts";
import type { PromptLaw } from "../prompt/prompt-law.ts";
import { integrateQueries } from "../statistics/integrated-queries.ts";
import { sampleContextStatistics } from "../statistics/sample-context-statistics.ts";
import { requireFiniteNumbers } from "./require-finite-numbers.ts";

const lawOf = (parts: object): PromptLaw =>
  parsePromptLaw({
    contextLength: 8,
    dimension: 2,
    covariates: { law: "gaussian" },
    target: { law: "linear", tasks: { law: "gaussian" } },
    noise: { law: "none" },
    ...parts,
  });
const some = { key: randomKey(0), count: 50 };
const index = (link: string, scale: number): PromptLaw => lawOf({ target: { law: "single-index", link, scale } });

describe("requireFiniteNumbers", () => {
  it("lets finite numbers pass, the largest among them", () => {
    requireFiniteNumbers("here", {
      ones: [1, -1],
      largest: Float64Array.of(Number.MAX_VALUE, -Number.MAX_VALUE),
      none: [],
    });
  });

  it.each([NaN, Infinity, -Infinity])("names the array and the entry of %d", (value) => {
    const refuse = (): void => requireFiniteNumbers("here", { ones: [1], others: [0, value, 2] });
    expect(refuse).toThrow(NumericalError);
    expect(refuse).toThrow(`here: expected others within the range of floating point; got ${value} at entry 1`);
  });
});

describe("no infinity leaves a public function", () => {
  it.each(["gelu", "relu", "softplus"])("from %s of a scale at the end of the range", (link) => {
    const law = index(link, 1e308);
    expect(() => samplePrompts(law, some)).toThrow("samplePrompts: expected responses within the range");
    expect(() => sampleContextStatistics(law, some)).toThrow(NumericalError);
    expect(() => promptMoments(law)).toThrow(NumericalError);
  });

  it.each([
    ["noise that grows", { noise: { law: "heteroscedastic", variance: 1e200, slope: 1e200 } }],
    ["noise levels", { noise: { law: "uniform-scale", max: 1e200 } }],
    [
      "large noise on large covariates",
      { covariates: { law: "gaussian", covariance: 1e10 }, noise: { law: "gaussian", variance: 1e300 } },
    ],
  ])("from moments with %s", (_, parts) => {
    expect(() => promptMoments(lawOf(parts))).toThrow(NumericalError);
  });

  it("from integrated queries", () => {
    expect(() => integrateQueries(index("gelu", 1e308), some)).toThrow("integrateQueries: expected E y²");
  });

  it("nor do moments that have underflowed", () => {
    const law = lawOf({ covariates: { law: "gaussian", covariance: 1e-308 } });
    expect(() => promptMoments(law)).toThrow("promptMoments: expected moments within the range of floating point");
    const kernel = lawOf({ target: { law: "gaussian-process", lengthScale: 1e-308 } });
    expect(() => promptMoments(kernel)).toThrow(NumericalError);
  });
});

describe("parameters that make no law", () => {
  it.each([
    ["law.covariates", { covariates: { law: "sphere", radius: 1e200 } }],
    [
      "law.covariates",
      {
        covariates: {
          law: "laplace",
          mixing: [
            [1e160, 0],
            [0, 1],
          ],
        },
      },
    ],
    ["law.target.tasks", { target: { law: "linear", tasks: { law: "sphere", radius: 1e200 } } }],
  ])("are refused under the path of the law: %s", (where, parts) => {
    expect(() => lawOf(parts)).toThrow(`${where}: expected parameters that make a law`);
  });

  it.each([1e155, -1e10, 2 ** 27])("among them a skewness of %d, which no draw would show", (skewness) => {
    const refuse = (): unknown => lawOf({ target: { law: "linear", tasks: { law: "skewed", skewness } } });
    expect(refuse).toThrow("law.target.tasks.skewness: expected a skewness of at most 2²⁶ in size");
  });
});
