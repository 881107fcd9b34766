import { DomainError } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { UnknownNameError } from "../define/unknown-name-error.ts";
import { parsePromptLaw } from "./parse.ts";
import { lawFileOfFlags, type LawFlags } from "./parse-flags.ts";
import { splitOutside } from "./split-outside.ts";

describe("lawFileOfFlags", () => {
  it("takes the plainest law for every part that is left out", () => {
    expect(lawFileOfFlags({ context: 20, dimension: 5 })).toEqual({
      contextLength: 20,
      dimension: 5,
      covariates: { law: "gaussian" },
      target: { law: "linear", tasks: { law: "gaussian" } },
      noise: { law: "none" },
    });
  });

  it.each<[string, LawFlags, string, unknown]>([
    ["a name", { covariates: "laplace" }, "covariates", { law: "laplace" }],
    [
      "parameters",
      { covariates: "student:degreesOfFreedom=5,covariance=[2,1]" },
      "covariates",
      { law: "student", degreesOfFreedom: 5, covariance: [2, 1] },
    ],
    [
      "a matrix",
      { covariates: "gaussian:covariance=[[2, 0.5], [0.5, 1]]" },
      "covariates",
      {
        law: "gaussian",
        covariance: [
          [2, 0.5],
          [0.5, 1],
        ],
      },
    ],
    [
      "a law of the query",
      { query: "gaussian:covariance=2" },
      "query",
      { covariates: { law: "gaussian", covariance: 2 } },
    ],
    ["queries", { queries: 3 }, "queries", 3],
    ["a table", { covariates: "empirical:file=a/rows.csv" }, "covariates", { law: "empirical", file: "a/rows.csv" }],
    ["JSON", { noise: ' {"law":"gaussian","variance":0.25}' }, "noise", { law: "gaussian", variance: 0.25 }],
    [
      "a link by name",
      { target: "single-index:link=tanh,scale=2" },
      "target",
      { law: "single-index", link: "tanh", scale: 2 },
    ],
    [
      "a link with parameters",
      { target: 'single-index:link={"name":"erf","scale":2},whiten=true' },
      "target",
      { law: "single-index", link: { name: "erf", scale: 2 }, whiten: true },
    ],
    [
      "tasks of their own",
      { tasks: "sparse:sparsity=2,variance=1" },
      "target",
      { law: "linear", tasks: { law: "sparse", sparsity: 2, variance: 1 } },
    ],
    [
      "a law inside a law, by its name",
      { target: "random-sign:of=linear", tasks: "rademacher" },
      "target",
      { law: "random-sign", of: { law: "linear", tasks: { law: "rademacher" } } },
    ],
    [
      "a law inside a law, in JSON",
      { target: 'random-sign:of={"law":"single-index","link":"relu"}' },
      "target",
      { law: "random-sign", of: { law: "single-index", link: "relu" } },
    ],
  ])("reads %s", (_, flags, part, law) => {
    expect(lawFileOfFlags(flags)[part]).toEqual(law);
  });

  it("writes law files that parse", () => {
    const law = parsePromptLaw(
      lawFileOfFlags({ covariates: "gaussian:covariance=[2,1]", noise: "gaussian:variance=1", context: 3 }),
    );
    expect(law).toMatchObject({ dimension: 2, contextLength: 3, noise: { variance: 1 } });
  });

  it.each<[string, LawFlags, new (...parts: never[]) => Error, RegExp]>([
    ["an unknown law", { covariates: "laplac" }, UnknownNameError, /^--covariates: .*did you mean "laplace"/],
    [
      "an unknown law inside",
      { target: "random-sign:of=liner" },
      UnknownNameError,
      /^--target of: .*did you mean "linear"/,
    ],
    ["an unknown parameter", { noise: "gaussian:varience=1" }, UnknownNameError, /^--noise: .*did you mean "variance"/],
    ["a parameter without a value", { noise: "gaussian:variance" }, DomainError, /give "variance" a value/],
    ["a trailing comma", { noise: "gaussian:variance=1," }, DomainError, /^--noise: expected gaussian:parameter=value/],
    ["broken JSON", { noise: '{"law":' }, DomainError, /^--noise: expected a JSON object/],
    [
      "tasks for a target without any",
      { target: "quadratic", tasks: "sparse" },
      DomainError,
      /^--tasks: .*got "quadratic"/,
    ],
    [
      "tasks beside tasks",
      { target: 'linear:tasks={"law":"gaussian"}', tasks: "rademacher" },
      DomainError,
      /^--tasks: .*got "linear"/,
    ],
  ])("refuses %s", (_, flags, kind, message) => {
    expect(() => lawFileOfFlags(flags)).toThrow(kind);
    expect(() => lawFileOfFlags(flags)).toThrow(message);
  });
});

describe("splitOutside", () => {
  it.each([
    ["a:b:c", ["a", "b", "c"]],
    ['{"a":1}:b', ['{"a":1}', "b"]],
    ['"x:\\":y":z', ['"x:\\":y"', "z"]],
    ["", [""]],
  ])("splits %j", (text, parts) => {
    expect(splitOutside(text, ":")).toEqual(parts);
  });
});
