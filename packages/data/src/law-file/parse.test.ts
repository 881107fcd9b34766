import { DomainError, NumericalError, ShapeError, toRows, type OnestepError } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { UnknownNameError } from "../define/unknown-name-error.ts";
import { describePromptLaw } from "./describe.ts";
import { parsePromptLaw } from "./parse.ts";

const linear = { law: "linear", tasks: { law: "gaussian" } };
const plain = {
  contextLength: 20,
  dimension: 2,
  covariates: { law: "gaussian" },
  target: linear,
  noise: { law: "none" },
};
const gaussian = (covariance: unknown): object => ({ law: "gaussian", covariance });

describe("parsePromptLaw", () => {
  it("reads the law file of the contract", () => {
    const law = parsePromptLaw({
      contextLength: 20,
      dimension: 2,
      covariates: {
        law: "gaussian",
        covariance: [
          [2, 0.5],
          [0.5, 1],
        ],
      },
      target: { law: "linear", tasks: { law: "gaussian", covariance: 1, mean: 0 } },
      noise: { law: "gaussian", variance: 0.25 },
      query: { covariates: { law: "gaussian", covariance: 1 } },
      queries: 1,
    });
    expect(law).toMatchObject({ contextLength: 20, dimension: 2, noise: { variance: 0.25 } });
    expect(toRows(law.covariates.covariance.matrix)).toEqual([
      [2, 0.5],
      [0.5, 1],
    ]);
    expect(toRows(law.queryCovariates.covariance.matrix)).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  it("lets the query share the context's law unless it has its own", () => {
    const law = parsePromptLaw({ ...plain, query: {} });
    expect(law.queryCovariates).toBe(law.covariates);
  });

  it.each([
    ["the covariates' list", { covariates: gaussian([1, 2]) }],
    [
      "the covariates' matrix",
      {
        covariates: gaussian([
          [1, 0],
          [0, 1],
        ]),
      },
    ],
    ["the tasks inside the target", { target: { law: "linear", tasks: gaussian([1, 0]) } }],
    ["the tasks' mean", { target: { law: "linear", tasks: { law: "gaussian", mean: [0, 1] } } }],
    ["a law two levels deep", { target: { law: "random-sign", of: { law: "linear", tasks: gaussian([1, 0]) } } }],
    ["the query's list", { query: { covariates: gaussian([1, 2]) } }],
  ])("takes the dimension from %s", (_, parts) => {
    expect(parsePromptLaw({ ...plain, dimension: undefined, ...parts }).dimension).toBe(2);
  });

  it("records every default, so that the description is a law file of the same law", () => {
    const law = parsePromptLaw({
      ...plain,
      target: { law: "random-sign", of: { law: "single-index", link: "erf" } },
      query: { covariates: gaussian(2) },
    });
    const described = describePromptLaw(law);
    expect(described).toEqual({
      contextLength: 20,
      dimension: 2,
      covariates: { law: "gaussian", covariance: 1 },
      target: {
        law: "random-sign",
        of: { law: "single-index", link: { name: "erf", scale: 1 }, scale: 1, amplitude: 1, whiten: false },
      },
      noise: { law: "none" },
      query: { covariates: { law: "gaussian", covariance: 2 } },
    });
    expect(describePromptLaw(parsePromptLaw(JSON.parse(JSON.stringify(described))))).toEqual(described);
  });
});

type Refusal = readonly [string, object, new (...parts: never[]) => OnestepError, string, RegExp];

/** What is wrong · the entries that say so · the error · its path · what the message must contain. */
const refusals: readonly Refusal[] = [
  [
    "an asymmetric covariance",
    {
      covariates: gaussian([
        [1, 0.5],
        [0, 1],
      ]),
    },
    NumericalError,
    "law.covariates.covariance",
    /entries \[1\]\[0\] = 0 and \[0\]\[1\] = 0\.5/,
  ],
  [
    "an indefinite covariance",
    {
      covariates: gaussian([
        [1, 2],
        [2, 1],
      ]),
    },
    NumericalError,
    "law.covariates.covariance",
    /smallest eigenvalue of -/,
  ],
  [
    "a singular covariance",
    {
      covariates: gaussian([
        [1, 1],
        [1, 1],
      ]),
    },
    NumericalError,
    "law.covariates",
    /rank 2: Γ\* is not identified .* of rank 1\. Try: drop/,
  ],
  ["no variance at all", { covariates: gaussian(0) }, NumericalError, "law.covariates", /of rank 0/],
  [
    "a matrix of another size",
    { covariates: gaussian([[1]]) },
    ShapeError,
    "law.covariates.covariance",
    /a 2×2 matrix.*got 1 rows/,
  ],
  [
    "a ragged matrix",
    { covariates: gaussian([[1, 0], [0]]) },
    ShapeError,
    "law.covariates.covariance",
    /one of which is a list of 1/,
  ],
  [
    "a matrix among numbers",
    { covariates: gaussian([[1, 0], 1]) },
    ShapeError,
    "law.covariates.covariance",
    /one of which is 1/,
  ],
  [
    "a list of another length",
    { covariates: gaussian([1, 2, 3]) },
    ShapeError,
    "law.covariates.covariance",
    /2 entries.*a list of 3/,
  ],
  ["an empty list", { covariates: gaussian([]) }, ShapeError, "law.covariates.covariance", /a list of 0/],
  [
    "a negative variance",
    { covariates: gaussian(-1) },
    DomainError,
    "law.covariates.covariance",
    /a variance ≥ 0; got -1/,
  ],
  [
    "a negative variance in a list",
    { covariates: gaussian([1, -2]) },
    DomainError,
    "law.covariates.covariance[1]",
    /got -2/,
  ],
  ["NaN", { covariates: gaussian(NaN) }, DomainError, "law.covariates.covariance", /expected a finite number; got NaN/],
  ['"NaN"', { covariates: gaussian("NaN") }, DomainError, "law.covariates.covariance", /a finite number; got "NaN"/],
  [
    "Infinity in a matrix",
    {
      covariates: gaussian([
        [1, 0],
        [0, Infinity],
      ]),
    },
    DomainError,
    "law.covariates.covariance[1][1]",
    /got Infinity/,
  ],
  [
    "null in a matrix",
    {
      covariates: gaussian([
        [1, 0],
        [0, null],
      ]),
    },
    DomainError,
    "law.covariates.covariance[1][1]",
    /got null/,
  ],
  [
    "negative noise",
    { noise: { law: "gaussian", variance: -0.5 } },
    DomainError,
    "law.noise.variance",
    /≥ 0; got -0\.5/,
  ],
  ["null where a default stands", { covariates: gaussian(null) }, DomainError, "law.covariates.covariance", /got null/],
  ["no noise variance", { noise: { law: "gaussian" } }, DomainError, "law.noise.variance", /it has no default/],
  [
    "a mean of another length",
    { target: { law: "linear", tasks: { law: "gaussian", mean: [1] } } },
    ShapeError,
    "law.target.tasks.mean",
    /2 entries/,
  ],
  ["n = 0", { contextLength: 0 }, DomainError, "law.contextLength", /n ≥ 1; got 0/],
  ["half an n", { contextLength: 2.5 }, DomainError, "law.contextLength", /got 2\.5/],
  ["n in words", { contextLength: "20" }, DomainError, "law.contextLength", /got "20"/],
  ["no n", { contextLength: undefined }, DomainError, "law.contextLength", /got nothing/],
  [
    "lengths in disorder",
    { contextLength: { law: "uniform", from: 3, to: 2 } },
    DomainError,
    "law.contextLength",
    /got from 3 to 2/,
  ],
  [
    "half a random length",
    { contextLength: { law: "uniform", from: 1 } },
    DomainError,
    "law.contextLength.to",
    /got nothing/,
  ],
  [
    "a length in quotes",
    { contextLength: { law: "uniform", from: "1", to: 3 } },
    DomainError,
    "law.contextLength.from",
    /got "1"/,
  ],
  [
    "another law of lengths",
    { contextLength: { law: "unifrom", from: 1, to: 2 } },
    UnknownNameError,
    "law.contextLength",
    /uniform/,
  ],
  ["no queries", { queries: 0 }, DomainError, "law.queries", /got 0/],
  ["queries in words", { queries: "2" }, DomainError, "law.queries", /got "2"/],
  ["d = 0", { dimension: 0 }, DomainError, "law.dimension", /≥ 1; got 0/],
  ["no dimension", { dimension: undefined }, DomainError, "law.dimension", /got nothing/],
  ["no covariates", { covariates: undefined }, DomainError, "law.covariates", /got nothing/],
  ["a law by name alone", { noise: "none" }, DomainError, "law.noise", /got "none"/],
  ["a query that is not an object", { query: 3 }, DomainError, "law.query", /got 3/],
  ["no scale", { target: { law: "single-index", link: "relu", scale: 0 } }, DomainError, "law.target.scale", /got 0/],
  [
    "whiten in words",
    { target: { law: "single-index", link: "relu", whiten: "yes" } },
    DomainError,
    "law.target.whiten",
    /got "yes"/,
  ],
  ["a link of no kind", { target: { law: "single-index", link: 3 } }, DomainError, "law.target.link", /got 3/],
  [
    "no coefficients",
    { target: { law: "single-index", link: "hermite" } },
    DomainError,
    "law.target.link.coefficients",
    /no default/,
  ],
  [
    "NaN in a link",
    { target: { law: "single-index", link: { name: "hermite", coefficients: [1, NaN] } } },
    DomainError,
    "law.target.link.coefficients[1]",
    /got NaN/,
  ],
  ["an unknown law", { covariates: { law: "gausian" } }, UnknownNameError, "law.covariates", /did you mean "gaussian"/],
  [
    "an unknown law inside",
    { target: { law: "random-sign", of: { law: "liner" } } },
    UnknownNameError,
    "law.target.of",
    /did you mean "linear"/,
  ],
  [
    "an unknown link",
    { target: { law: "single-index", link: "leakyrelu" } },
    UnknownNameError,
    "law.target.link",
    /did you mean "leaky-relu"/,
  ],
  [
    "an unknown parameter",
    { noise: { law: "gaussian", varience: 1 } },
    UnknownNameError,
    "law.noise",
    /did you mean "variance"/,
  ],
  [
    "an unknown parameter of a link",
    { target: { law: "single-index", link: { name: "sin", scael: 1 } } },
    UnknownNameError,
    "law.target.link",
    /did you mean "scale"/,
  ],
  ["an unknown entry", { contextLenght: 3 }, UnknownNameError, "law", /did you mean "contextLength"/],
  [
    "an unknown entry of query",
    { query: { covariate: {} } },
    UnknownNameError,
    "law.query",
    /did you mean "covariates"/,
  ],
];

describe("parsePromptLaw refuses", () => {
  it.each(refusals)("%s", (_, parts, kind, where, message) => {
    const parse = (): unknown => parsePromptLaw({ ...plain, ...parts });
    expect(parse).toThrow(kind);
    expect(parse).toThrow(message);
    try {
      parse();
    } catch (error) {
      expect((error as OnestepError).where).toBe(where);
    }
  });

  it.each([null, 3, "law", [plain]])("%j, which is no law file", (json) => {
    expect(() => parsePromptLaw(json)).toThrow(/^law: expected an object/);
  });
});
