import { describe, expect, test } from "vitest";
import { lawFile, runCli } from "./run-cli.ts";

const law = (changes: object = {}): object => ({
  contextLength: 20,
  dimension: 5,
  covariates: { law: "gaussian" },
  target: { law: "linear", tasks: { law: "gaussian" } },
  noise: { law: "none" },
  ...changes,
});
const noisy = law({ noise: { law: "gaussian", variance: 0.25 } });
const isotropic = lawFile("isotropic", law());
const withNoise = lawFile("with-noise", noisy);
const tilted = lawFile("tilted-theory", {
  ...noisy,
  dimension: 2,
  covariates: {
    law: "gaussian",
    covariance: [
      [2, 0.5],
      [0.5, 1],
    ],
  },
});
const relu = lawFile("relu", law({ target: { law: "single-index", link: "relu" } }));

interface TheoryDocument {
  readonly quantity: string;
  readonly value: unknown;
  readonly formula: string;
  readonly hypotheses: readonly string[];
  readonly source: { readonly key: string; readonly locator: string };
}

const theory = async (...args: string[]): Promise<TheoryDocument> => {
  const { code, stdout, stderr } = await runCli(["theory", ...args, "--json"]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout) as TheoryDocument;
};

const close = (value: number, digits: number): unknown => expect.closeTo(value, digits);
const anyNumber: unknown = expect.any(Number);

/** One run of each shape of value: the numbers are those of theory.md g.6 and j.6, and of the golden cases. */
const values: readonly { quantity: string; args: readonly string[]; value: unknown }[] = [
  { quantity: "bayes-risk", args: ["--law", withNoise], value: close(0.337013699, 8) },
  {
    quantity: "least-squares-risk",
    args: ["--law", lawFile("square", law({ contextLength: 5, noise: { law: "gaussian", variance: 1 } }))],
    value: "infinite",
  },
  {
    quantity: "depth",
    args: ["--law", isotropic, "--layers", "2"],
    value: {
      stepSizes: [close(0.51537, 5), close(1.24957, 5)],
      loss: close(0.36124, 5),
      bestPolynomialLoss: close(0.36124, 5),
    },
  },
  {
    quantity: "gd-plus-plus",
    args: ["--law", withNoise, "--layers", "2"],
    value: { a: [anyNumber, anyNumber], b: [anyNumber], loss: close(0.387972, 6) },
  },
  {
    quantity: "rank",
    args: ["--law", isotropic, "--rank", "0"],
    value: { preconditioner: Array.from({ length: 5 }, () => [0, 0, 0, 0, 0]), loss: 5 },
  },
  {
    quantity: "dynamics",
    args: ["--law", withNoise, "--times", "0,1e3", "--initial", "0.001"],
    value: [close(0.001, 12), close(20 / 26.25, 12)],
  },
  {
    quantity: "wishart-moments",
    args: ["--context", "7", "--dimension", "4", "--order", "6"],
    value: ["28", "336", "5208", "94416", "1920240", "42904512"],
  },
  {
    quantity: "bayes-risk",
    args: ["--law", tilted, "--seed", "3"],
    value: { estimate: close(0.2789, 3), standardError: anyNumber },
  },
];

describe("theory --json", () => {
  test.concurrent.each(values)("$quantity", async ({ quantity, args, value }) => {
    const document = await theory(quantity, ...args);
    expect(Object.keys(document)).toEqual(["quantity", "value", "formula", "hypotheses", "source"]);
    expect(document.quantity).toBe(quantity);
    expect(document.value).toEqual(value);
    expect(Object.keys(document.source)).toEqual(["key", "locator"]);
  });

  test("the optimum stands at the top level, and its document is a step for shift and gradient", async () => {
    const { stdout } = await runCli(["theory", "optimum", "--law", withNoise, "--json"]);
    const optimum = JSON.parse(stdout) as Record<string, unknown>;
    expect(Object.keys(optimum)).toEqual([
      "quantity",
      "stepSize",
      "whitenedStepSize",
      "attains",
      "preconditioner",
      "loss",
      "formula",
      "hypotheses",
      "source",
    ]);
    const [rows, document] = [lawFile("rows", optimum["preconditioner"]), lawFile("optimum", stdout)];
    const [fromRows, fromDocument, gradient] = await Promise.all([
      theory("shift", "--law", withNoise, "--preconditioner", rows),
      theory("shift", "--law", withNoise, "--preconditioner", document),
      theory("gradient", "--law", withNoise, "--preconditioner", document),
    ]);
    expect(fromRows.value).toBeCloseTo(optimum["loss"] as number, 12);
    expect(fromDocument).toEqual(fromRows);
    expect((gradient.value as { gradient: number[][] }).gradient[0][0]).toBeCloseTo(0, 12);
  });

  test("a law composed of flags is the law of the file that says the same", async () => {
    const file = lawFile("composed", {
      contextLength: 20,
      covariates: { law: "student", degreesOfFreedom: 9, covariance: [2, 1] },
      target: { law: "linear", tasks: { law: "sparse", sparsity: 1, variance: 2 } },
      noise: { law: "gaussian", variance: 0.25 },
    });
    const flags = [
      "--covariates",
      "student:degreesOfFreedom=9,covariance=[2,1]",
      "--tasks",
      "sparse:sparsity=1,variance=2",
    ];
    const [fromFile, fromFlags] = await Promise.all([
      theory("moments", "--law", file),
      theory("moments", ...flags, "--noise", "gaussian:variance=0.25", "--context", "20"),
    ]);
    expect(fromFlags).toEqual(fromFile);
  });

  test("an estimate belongs to its seed", async () => {
    const [first, again, other] = await Promise.all(
      ["1", "1", "2"].map((seed) => theory("bayes-risk", "--law", tilted, "--seed", seed)),
    );
    expect(again).toEqual(first);
    expect(other.value).not.toEqual(first.value);
  });
});

test("for people: the value, and a passport without mark-up", async () => {
  const { stdout } = await runCli(["theory", "depth", "--law", withNoise, "--layers", "2"]);
  expect(stdout).toBe(
    [
      "  depth  the best step sizes of L layers, and their loss",
      "",
      "  step sizes            0.517794632514  1.21675610211",
      "  loss                  0.67243988876",
      "  best polynomial loss  0.67243988876",
      "",
      "  formula     aₗ = 1/rootₗ(q),  q(u) = (λ + u q̃(u))/(u+λ),  q̃ ⊥ uρ(u) du",
      "  hypotheses  L layers that share the x-rows: P_l = e eᵀ, Q_l = −diag(a_l Σ⁻¹, 0)",
      "              squared error, no ½",
      "              covariates x ~ N(0, Σ), rows and query independent",
      "              task vectors w ~ N(0, ω²Σ⁻¹)",
      "              independent noise of mean 0 and variance σ², on the query's response too",
      "  source      Kwangjun Ahn, Xiang Cheng, Hadi Daneshmand, Suvrit Sra (2023), arXiv 2306.00297: Theorems 2 and 3",
      "",
    ].join("\n"),
  );
});

const refusals: readonly { what: string; args: readonly string[]; code: number; says: RegExp }[] = [
  { what: "an unknown quantity", args: ["optimun", "--law", isotropic], code: 2, says: /did you mean optimum\?/ },
  { what: "no law", args: ["optimum"], code: 2, says: /a law: --law FILE, or --covariates, .*; got none of them/ },
  {
    what: "parts beside a law file",
    args: ["optimum", "--law", isotropic, "--noise", "none"],
    code: 2,
    says: /--law alone: .*got --noise beside it/,
  },
  {
    what: "parts without a context length",
    args: ["optimum", "--covariates", "laplace", "--dimension", "3"],
    code: 2,
    says: /--context n.*got --covariates, --dimension without it/,
  },
  {
    what: "parts without a dimension",
    args: ["optimum", "--covariates", "laplace", "--context", "3"],
    code: 3,
    says: /law\.dimension/,
  },
  {
    what: "an unknown law",
    args: ["optimum", "--covariates", "laplac", "--context", "3", "--dimension", "2"],
    code: 2,
    says: /did you mean "laplace"/,
  },
  {
    what: "a parameter of an unknown name",
    args: ["optimum", "--noise", "gaussian:varience=1", "--context", "3", "--dimension", "2"],
    code: 2,
    says: /--noise: .*did you mean "variance"/,
  },
  {
    what: "parts where no law is needed",
    args: ["wishart-moments", "--noise", "none", "--context", "3", "--dimension", "2", "--order", "2"],
    code: 2,
    says: /no law: .*got --noise/,
  },
  {
    what: "a law where none is needed",
    args: ["wishart-moments", "--law", isotropic, "--context", "3", "--dimension", "2", "--order", "2"],
    code: 2,
    says: /no law/,
  },
  {
    what: "a missing option",
    args: ["depth", "--law", isotropic],
    code: 2,
    says: /--layers L: how many layers; got no --layers\. Try: onestep theory depth --law law\.json --layers L \[--tied\]/,
  },
  {
    what: "another quantity's option",
    args: ["optimum", "--law", isotropic, "--layers", "2"],
    code: 2,
    says: /no option besides --law; got --layers/,
  },
  {
    what: "another quantity's flag",
    args: ["rank", "--law", isotropic, "--rank", "1", "--tied"],
    code: 2,
    says: /besides --law and --rank; got --tied/,
  },
  {
    what: "an option that is no number",
    args: ["rank", "--law", isotropic, "--rank", "one"],
    code: 2,
    says: /"one" is not a number/,
  },
  {
    what: "a list with a hole",
    args: ["dynamics", "--law", isotropic, "--times", "1,,2", "--initial", "1"],
    code: 2,
    says: /"" is not a number/,
  },
  {
    what: "an unknown flag",
    args: ["depth", "--law", isotropic, "--layer", "2"],
    code: 2,
    says: /did you mean --layers/,
  },
  {
    what: "a step that is not there",
    args: ["shift", "--law", isotropic, "--preconditioner", "no-such.json"],
    code: 2,
    says: /rows of a matrix that can be read; got no-such\.json \(no such file\)/,
  },
  {
    what: "a step that is no matrix",
    args: ["shift", "--law", isotropic, "--preconditioner", lawFile("words", '{"gamma": 1}')],
    code: 3,
    says: /rows of numbers/,
  },
  {
    what: "a ragged step",
    args: ["shift", "--law", isotropic, "--preconditioner", lawFile("ragged", "[[1, 2], [3]]")],
    code: 3,
    says: /entries in row 1/,
  },
  {
    what: "a step of another dimension",
    args: ["shift", "--law", isotropic, "--preconditioner", lawFile("small", "[[1]]")],
    code: 3,
    says: /5×5; got 1×1/,
  },
  {
    what: "a step with a NaN",
    args: ["shift", "--law", isotropic, "--preconditioner", lawFile("not-a-number", "[[NaN]]")],
    code: 3,
    says: /finite numbers; got NaN/,
  },
  { what: "no layers", args: ["depth", "--law", isotropic, "--layers", "0"], code: 3, says: /at least 1; got 0/ },
  {
    what: "an infinite rate",
    args: ["gradient-descent-risk", "--law", isotropic, "--steps", "1", "--rate", "Infinity"],
    code: 3,
    says: /a finite rate; got Infinity/,
  },
  { what: "a negative penalty", args: ["ridge-risk", "--law", isotropic, "--lambda=-1"], code: 3, says: /got -1/ },
  {
    what: "a nonlinear target where linear ones are spoken of",
    args: ["bayes-risk", "--law", relu],
    code: 3,
    says: /got a single-index target with link relu\. Try: optimum/,
  },
  {
    what: "an anisotropic law where isotropic ones are",
    args: ["ridge-risk", "--law", tilted, "--lambda", "1"],
    code: 3,
    says: /isotropic covariates.*Try: bayes-risk/,
  },
];

test.concurrent.each(refusals)("theory refuses $what with exit code $code", async ({ args, code, says }) => {
  const { code: exitCode, stdout, stderr } = await runCli(["theory", ...args, "--json"]);
  expect(stderr).toMatch(says);
  expect(exitCode).toBe(code);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  const { error } = JSON.parse(stdout) as { error: Record<string, string> };
  expect(Object.keys(error)).toEqual(["code", "where", "message", "hint"]);
});

test("lists and help name every quantity and every option", async () => {
  const [list, help] = await Promise.all([runCli(["list", "quantities", "--json"]), runCli(["theory", "--help"])]);
  const quantities = JSON.parse(list.stdout) as {
    name: string;
    summary: string;
    options: { name: string; flag: string; type: string; required: boolean; description: string }[];
  }[];
  expect(quantities.map(({ name }) => name)).toContain("optimum");
  expect(quantities.find(({ name }) => name === "depth")!.options).toEqual([
    expect.objectContaining({ name: "layers", flag: "--layers", type: "number", required: true }),
    expect.objectContaining({ name: "tied", flag: "--tied", type: "flag", required: false }),
  ]);
  for (const { name, summary, options } of quantities) {
    expect(help.stdout).toContain(name);
    expect(help.stdout).toContain(summary);
    for (const { flag } of options) expect(help.stdout).toContain(flag);
  }
});
