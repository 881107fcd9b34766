import { optimalStepSize, wishartTraceMoments } from "@onestep/theory";
import { quantities } from "@onestep/lab";
import { describe, expect, it } from "vitest";

import { answer, type Answer } from "./answer.ts";
import { examples } from "./examples.ts";
import { headlineOf, valuesOf } from "./present.ts";
import { questionAt } from "./question.ts";

const ask = (name: string, address: string): Answer =>
  answer(
    questionAt(
      quantities.find((quantity) => quantity.name === name)!,
      address,
    ),
  );

function answered(name: string, address: string = examples[name]): Extract<Answer, { document: unknown }> {
  const found = ask(name, address);
  if ("refusal" in found) throw new Error(found.refusal);
  return found;
}

describe("an answer", () => {
  it("is the closed form's own number", () => {
    const found = answered("optimum", "context=20&dimension=5&variance=0.25");
    const { value } = optimalStepSize({ contextLength: 20, dimension: 5, noiseVariance: 0.25 });
    expect(found.document["stepSize"]).toBe(value);
    expect(found.source).toBe("Arvind Mahankali, Tatsunori B. Hashimoto, Tengyu Ma (2023), Theorem 1");
    expect(found.formula).toContain("<math");
  });

  it("needs no law where the quantity needs none", () => {
    const { value } = wishartTraceMoments({ contextLength: 7, dimension: 4, order: 6 });
    expect(answered("wishart-moments").document["value"]).toEqual(value.slice(1).map(String));
  });

  it.each([
    ["no context length", "optimum", "dimension=3", /pairs in a prompt/],
    ["an option left out", "depth", "context=20&dimension=3", /how many layers, a number; got nothing/],
    ["a law outside the hypotheses", "cross-entropy", "context=20&dimension=5", /labels ±1/],
    ["an unknown law", "optimum", "context=20&dimension=5&covariates=laplac", /did you mean "laplace"/],
    ["rows that are none", "shift", "context=9&dimension=2&preconditioner=[1,2", /rows of a matrix/],
    ["a negative variance", "optimum", "context=9&dimension=2&variance=-1", /variance/],
    [
      "a list with a gap",
      "dynamics",
      "context=9&dimension=2&times=0,,1&initial=1",
      /numbers with commas between them; got 0,,1/,
    ],
    ["words for numbers", "dynamics", "context=9&dimension=2&times=soon&initial=1", /got NaN/],
  ])("refuses %s in the library's words", (_, name, address, words) => {
    const found = ask(name, address);
    expect("refusal" in found && found.refusal).toMatch(words);
  });
});

describe("the values of an answer", () => {
  const shown = (name: string): ReturnType<typeof valuesOf> => valuesOf(answered(name).document);

  it("are numbers in full, and matrices by their rows", () => {
    const [loss, gradient] = shown("gradient");
    expect("text" in loss && Number(loss.text)).toBe((answered("gradient").document["value"] as { loss: number }).loss);
    expect("rows" in gradient && gradient.rows.map((row) => row.length)).toEqual([2, 2]);
    expect(headlineOf(shown("one-step-risk"))).toBe("one step risk = 1.4500000000000002");
  });

  it("leave out what is not there, and say which one of several", () => {
    expect(shown("optimum").map(({ name }) => name)).toContain("step size");
    const anisotropic = answered("optimum", examples["shift"]);
    expect(valuesOf(anisotropic.document).map(({ name }) => name)).toEqual(["attains", "preconditioner", "loss"]);
    expect(shown("moments").map(({ name }) => name)).toContain("strata, step moment");
    expect(headlineOf(shown("plateaus"))).toMatch(/^plateaus = 5\.25, /);
  });
});
