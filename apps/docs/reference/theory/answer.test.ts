import { optimalStepSize, wishartTraceMoments } from "@onestep/theory";
import { quantities } from "@onestep/lab";
import { describe, expect, it } from "vitest";

import { answer } from "./answer.ts";
import { examples } from "./examples.ts";
import { headlineOf, valuesOf } from "./present.ts";
import { questionAt } from "./question.ts";

const ask = (name: string, address: string): ReturnType<typeof answer> =>
  answer(
    questionAt(
      quantities.find((quantity) => quantity.name === name)!,
      address,
    ),
  );

describe("an answer", () => {
  it("is the closed form's own number", () => {
    const found = ask("optimum", "context=20&dimension=5&variance=0.25");
    const { value } = optimalStepSize({ contextLength: 20, dimension: 5, noiseVariance: 0.25 });
    expect(found).toMatchObject({ document: { stepSize: value }, source: expect.stringContaining("Theorem 1") });
    expect(found).toMatchObject({ formula: expect.stringContaining("<math") });
  });

  it("needs no law where the quantity needs none", () => {
    const { value } = wishartTraceMoments({ contextLength: 7, dimension: 4, order: 6 });
    expect(ask("wishart-moments", examples["wishart-moments"])).toMatchObject({
      document: { value: value.slice(1).map(String) },
    });
  });

  it.each([
    ["no context length", "optimum", "dimension=3", /pairs in a prompt/],
    ["an option left out", "depth", "context=20&dimension=3", /how many layers, a number; got nothing/],
    ["a law outside the hypotheses", "cross-entropy", "context=20&dimension=5", /labels ±1/],
    ["an unknown law", "optimum", "context=20&dimension=5&covariates=laplac", /did you mean "laplace"/],
    ["rows that are none", "shift", "context=9&dimension=2&preconditioner=[1,2", /rows of a matrix/],
    ["a negative variance", "optimum", "context=9&dimension=2&variance=-1", /variance/],
    ["words for numbers", "dynamics", "context=9&dimension=2&times=soon&initial=1", /got NaN/],
  ])("refuses %s in the library's words", (_, name, address, words) => {
    expect(ask(name, address)).toEqual({ refusal: expect.stringMatching(words) });
  });
});

describe("the values of an answer", () => {
  const shown = (name: string, address = examples[name]): ReturnType<typeof valuesOf> => {
    const found = ask(name, address);
    return "document" in found ? valuesOf(found.document) : [];
  };

  it("are numbers in full, and matrices by their rows", () => {
    expect(shown("gradient")).toEqual([
      { name: "loss", text: expect.stringMatching(/^\d\.\d+$/) },
      { name: "gradient", rows: [expect.any(Array), expect.any(Array)] },
    ]);
    expect(headlineOf(shown("one-step-risk"))).toBe("one step risk = 1.4500000000000002");
  });

  it("leave out what is not there, and say which one of several", () => {
    expect(shown("optimum").map(({ name }) => name)).toEqual(["attains", "preconditioner", "loss"]);
    expect(shown("moments").map(({ name }) => name)).toContain("strata, step moment");
    expect(headlineOf(shown("plateaus"))).toMatch(/^plateaus = 5\.25, /);
  });
});
