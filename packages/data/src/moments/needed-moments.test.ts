import { AssumptionError, randomKey } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { defineTarget } from "../define/define-target.ts";
import { parsePromptLaw } from "../law-file/parse.ts";
import { studentCovariates } from "../covariates/student.ts";
import { noNoise } from "../noise/none.ts";
import { promptLaw, type PromptLaw } from "../prompt/prompt-law.ts";
import { estimatePromptMoments } from "./estimate-prompt-moments.ts";
import { lackingMoment, ordersOfStandardErrors, ordersOfStep } from "./needed-moments.ts";
import { promptMoments } from "./prompt-moments.ts";

const lawOf = (parts: object): PromptLaw =>
  parsePromptLaw({
    contextLength: 4,
    dimension: 2,
    covariates: { law: "gaussian" },
    target: { law: "linear", tasks: { law: "gaussian" } },
    noise: { law: "none" },
    ...parts,
  });
const student = (degreesOfFreedom: number): object => ({ law: "student", degreesOfFreedom });
const product = (degreesOfFreedom: number): object => ({ law: "student-product", degreesOfFreedom });
const coordinate = (link: string): object => ({ law: "coordinate", link });
const unmetBy = (compute: () => unknown): readonly string[] => {
  try {
    compute();
  } catch (error) {
    if (error instanceof AssumptionError) return error.unmet;
    throw error;
  }
  return [];
};

describe("the moments that a step asks for", () => {
  it.each([
    ["linear", lawOf({}), { rows: 4, query: 2, noise: 2 }],
    ["bounded", lawOf({ target: coordinate("tanh") }), { rows: 2, query: 2, noise: 2 }],
    ["cubic, its sign drawn", lawOf({ target: { law: "random-sign", of: coordinate("cube") } }), { rows: 8, query: 6 }],
    ["quadratic", lawOf({ target: { law: "quadratic" } }), { rows: 6, query: 4 }],
    [
      "bounded, under noise that grows",
      lawOf({ target: coordinate("sign"), noise: { law: "heteroscedastic", variance: 1, slope: 1 } }),
      { rows: 4, query: 2 },
    ],
  ])("follow from how its responses grow: %s", (_, law, orders) => {
    expect(ordersOfStep(law)).toMatchObject(orders);
  });

  it("are names of what is missing, one order above the last that is finite", () => {
    const target = coordinate("cube");
    const exact = (nu: number): readonly string[] =>
      unmetBy(() => promptMoments(lawOf({ covariates: product(nu), target })));
    expect([7, 8].map(exact)).toEqual([["E‖x‖⁸ is finite"], ["E‖x‖⁸ is finite"]]);
    expect(promptMoments(lawOf({ covariates: product(8.5), target })).responseSecondMoment).toBeGreaterThan(15);
  });

  it.each([
    ["a quadratic target", { covariates: product(6), target: { law: "quadratic" } }, "E‖x‖⁶ is finite"],
    ["a relu, not the lack of a closed form", { covariates: student(3), target: relu() }, "E‖x‖⁴ is finite"],
    ["the query alone", { target: coordinate("cube"), query: { covariates: product(5) } }, "E‖x‖⁶ is finite"],
  ])("are named for %s", (_, parts, unmet) => {
    expect(unmetBy(() => promptMoments(lawOf(parts)))).toEqual([unmet]);
  });

  it("are few for a bounded target: only the closed form is missing then", () => {
    const law = lawOf({ covariates: student(3), target: { law: "single-index", link: "tanh" } });
    expect(unmetBy(() => promptMoments(law))).toEqual(["the covariates are Gaussian"]);
  });

  it("are all that there could be for a target that declares no growth", () => {
    const silent = defineTarget({
      name: "silent",
      summary: "Zero, but nothing is declared.",
      parameters: {},
      declares: () => ({ signSymmetric: true, invariance: "rotations" }),
      over: () => ({
        draw: () => ({ at: () => 0 }),
        moments() {
          throw new Error("never asked");
        },
      }),
    });
    const covariates = studentCovariates({ dimension: 2, degreesOfFreedom: 30 });
    const law = promptLaw({ contextLength: 2, covariates, target: silent({ dimension: 2 }), noise: noNoise() });
    expect(unmetBy(() => promptMoments(law))).toEqual(["every E‖x‖ᵖ is finite"]);
  });
});

describe("standard errors ask for twice the orders", () => {
  it.each([
    ["linear over ν = 8", { covariates: student(8) }, "E‖x‖⁸"],
    ["linear over ν = 8.5", { covariates: student(8.5) }, undefined],
    ["noise of ν = 4", { noise: { law: "student", degreesOfFreedom: 4, variance: 1 } }, "E|ε|⁴"],
    ["bounded over ν = 6", { covariates: student(6), target: coordinate("tanh") }, undefined],
    ["bounded over ν = 3", { covariates: student(3), target: coordinate("tanh") }, "E‖x‖⁴"],
  ])("%s", (_, parts, missing) => {
    const law = lawOf(parts);
    expect(lackingMoment(law, ordersOfStandardErrors(law))?.missing).toBe(missing);
    const estimate = (): unknown => estimatePromptMoments(law, { key: randomKey(0), limit: 2, precision: 10 });
    expect(unmetBy(estimate)).toEqual(missing === undefined ? [] : [`${missing} is finite`]);
  });
});

function relu(): object {
  return { law: "single-index", link: "relu" };
}
