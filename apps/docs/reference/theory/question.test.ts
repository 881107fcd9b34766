import { quantities } from "@onestep/lab";
import { describe, expect, it } from "vitest";

import { examples } from "./examples.ts";
import { addressOf, commandOf, noiseOf, questionAt } from "./question.ts";

const named = (name: string): (typeof quantities)[number] => quantities.find((quantity) => quantity.name === name)!;
const commandAt = (name: string, address: string): string => commandOf(named(name), questionAt(named(name), address));

describe("a question and its address", () => {
  it.each(quantities.map(({ name }) => [name]))("are one, for the example of %s", (name) => {
    const quantity = named(name);
    const question = questionAt(quantity, examples[name]);
    expect(decodeURIComponent(addressOf(quantity, question))).toBe(examples[name]);
    expect(questionAt(quantity, addressOf(quantity, question))).toEqual(question);
  });

  it("forgets what the quantity does not take", () => {
    expect(questionAt(named("wishart-moments"), "order=3&covariates=laplace&colour=red")).toEqual({
      quantity: "wishart-moments",
      law: {},
      options: { context: "", dimension: "", order: "3" },
    });
  });
});

it("a switch is on only where its address says yes", () => {
  const depth = named("depth");
  expect(["tied=yes", "tied=no", "tied=", ""].map((address) => questionAt(depth, address).options["tied"])).toEqual([
    "yes",
    "",
    "",
    "",
  ]);
});

describe("the noise of a question", () => {
  it("is a law of its own before it is a variance", () => {
    expect(noiseOf({ noise: "student:degreesOfFreedom=9", variance: "1" })).toBe("student:degreesOfFreedom=9");
    expect(noiseOf({ variance: "0.5" })).toBe("gaussian:variance=0.5");
    expect([noiseOf({}), noiseOf({ variance: "0" })]).toEqual([undefined, undefined]);
  });
});

describe("the command of a question", () => {
  it("names the law and the options, and leaves out what is empty", () => {
    expect(commandAt("depth", "context=20&dimension=5&variance=0.25&layers=3&tied=yes")).toBe(
      "npm start --silent -- theory depth --noise gaussian:variance=0.25 --context 20 --dimension 5 --layers 3 --tied --json",
    );
  });

  it("quotes for a shell, and hands a matrix over on standard input", () => {
    expect(
      commandAt("shift", "context=9&dimension=2&covariates=gaussian:covariance=[2,1]&preconditioner=[[1,0],[0,1]]"),
    ).toBe(
      "echo '[[1,0],[0,1]]' | npm start --silent -- theory shift --covariates 'gaussian:covariance=[2,1]' --context 9 --dimension 2 --preconditioner - --json",
    );
  });
});
