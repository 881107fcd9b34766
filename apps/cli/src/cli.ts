import { DEFAULT_DRAWS, quantities } from "@onestep/lab";
import { buildApplication, buildCommand, buildRouteMap, type Application } from "@stricli/core";
import type { BenchFlags } from "./commands/bench.ts";
import type { CheckLawFlags } from "./commands/check-law.ts";
import type { DoctorFlags } from "./commands/doctor.ts";
import type { ListFlags } from "./commands/list.ts";
import type { ReproduceFlags } from "./commands/reproduce.ts";
import type { TheoryFlags } from "./commands/theory.ts";
import type { VerifyFlags } from "./commands/verify.ts";
import type { CliContext } from "./context.ts";
import { backendNames } from "./options/backend-names.ts";
import { optionalFlag, seedFlag, switchFlag } from "./options/flags.ts";
import { partFlags, sizeFlags } from "./options/law-flags.ts";
import { parseNumber } from "./options/numbers.ts";
import { quantityFlags } from "./options/quantity-options.ts";

// The command table: what --help reads aloud. Implementations load only when their command runs.

const jsonFlag = switchFlag("Print one JSON document on stdout");
const tablesAndProgress = switchFlag("No progress bar and no tables, only the last line");
const lawFlag = optionalFlag(String, "file", "The law file; - reads standard input");

const verifyCommand = buildCommand<VerifyFlags, string[], CliContext>({
  loader: () => import("./commands/verify.ts"),
  parameters: {
    positional: {
      kind: "array",
      parameter: {
        brief: "Experiments or trials; all of them when left out",
        parse: String,
        placeholder: "experiment",
      },
    },
    flags: {
      law: optionalFlag(String, "file", "A law file of your own instead of the experiments"),
      ...partFlags,
      ...sizeFlags,
      noiseVariance: optionalFlag(parseNumber, "σ²", "σ², the variance of the response noise"),
      seed: seedFlag("numbers"),
      steps: optionalFlag(parseNumber, "N", "Training steps instead of the planned number"),
      backend: { kind: "enum", values: backendNames, brief: "What the training runs on", default: "float64" },
      json: jsonFlag,
      quiet: tablesAndProgress,
    },
  },
  docs: {
    brief: "Train a layer, compare it with the theorem, judge",
    fullDescription: [
      "Trains linear self-attention from random parameters on freshly sampled prompts and holds what it learned against",
      "the closed form: the step, its off-diagonal, what leaks outside it, and the loss.",
      "",
      "Exit code: 0 supported, 1 contradicted, 2 usage, 3 refused (domain, shape, …), 4 undecided, 130 interrupted.",
    ].join("\n"),
    customUsage: [
      { input: "", brief: "all experiments, about half a minute" },
      { input: "thm1 --dimension 8 --context 30 --seed 7", brief: "Theorem 1 at another size" },
      { input: "thm3/tanh --json", brief: "one trial, for a program to read" },
      { input: "--law law.json", brief: "your own law against the general optimum" },
      { input: "--covariates laplace --context 10 --dimension 3", brief: "a law of your own without a file" },
    ],
  },
});

const reproduceCommand = buildCommand<ReproduceFlags, string[], CliContext>({
  loader: () => import("./commands/reproduce.ts"),
  parameters: {
    positional: {
      kind: "array",
      parameter: { brief: "Recipes, or all; all when left out", parse: String, placeholder: "recipe" },
    },
    flags: {
      scale: {
        kind: "enum",
        values: ["ci", "paper"],
        brief: "ci: a minute a recipe at most; paper: as published",
        default: "ci",
      },
      seed: seedFlag("numbers"),
      out: optionalFlag(
        String,
        "folder",
        "A folder for the results: report, figures, manifest; what it has already is not run again",
      ),
      force: switchFlag("Run again what the folder has already, and replace another run's results"),
      defect: optionalFlag(String, "name", "Make one of the recipe's mistakes on purpose, to see its verdict turn"),
      json: jsonFlag,
      quiet: tablesAndProgress,
    },
  },
  docs: {
    brief: "Make a published result again, with its figure and a verdict",
    fullDescription: [
      "Runs recipes: each makes the claims of a published result again, with exact targets, and draws its figure.",
      "onestep list recipes says which there are, and which mistakes each can make on purpose.",
      "",
      "Exit code: 0 supported, 1 contradicted, 2 usage, 3 refused (domain, shape, …), 4 undecided, 130 interrupted.",
    ].join("\n"),
    customUsage: [
      { input: "thm1-isotropic", brief: "one recipe" },
      { input: "all --out results", brief: "every recipe, with figures and a report that opens offline" },
      { input: "ahn-depth --scale paper --seed 1", brief: "at the sizes of the paper" },
      { input: "thm1-isotropic --defect one-example-fewer", brief: "a mistake made on purpose: contradicted" },
    ],
  },
});

const theoryCommand = buildCommand<TheoryFlags, [string], CliContext>({
  loader: () => import("./commands/theory.ts"),
  parameters: {
    positional: { kind: "tuple", parameters: [{ brief: "What to compute", parse: String, placeholder: "quantity" }] },
    flags: {
      law: lawFlag,
      ...partFlags,
      ...quantityFlags, // what each quantity takes, as it declares it
      ...sizeFlags,
      seed: seedFlag("estimate"),
      json: jsonFlag,
    },
  },
  docs: {
    brief: "Print what is known of a law, with formula, hypotheses and source",
    fullDescription: [
      "Computes a quantity of a law without training on it. Closed forms are exact; what has none is estimated, with its",
      "standard error. A law outside the hypotheses of a quantity is refused, with what still applies (exit code 3).",
      "",
      ...quantities.map(({ name, summary }) => `  ${name.padEnd(23)} ${summary}`),
    ].join("\n"),
    customUsage: [
      { input: "optimum --law law.json", brief: "the best step on a law, and its loss" },
      {
        input: "optimum --covariates laplace --noise gaussian:variance=0.25 --context 20 --dimension 5",
        brief: "the same without a file",
      },
      { input: "bayes-risk --law law.json --json", brief: "what no learner can beat, for a program to read" },
      { input: "depth --law law.json --layers 3", brief: "three layers, and their best step sizes" },
      { input: "shift --law test.json --preconditioner gamma.json", brief: "a fixed step on another law" },
      { input: "wishart-moments --context 7 --dimension 4 --order 6", brief: "exact integers; no law needed" },
    ],
  },
});

const checkLawCommand = buildCommand<CheckLawFlags, [], CliContext>({
  loader: () => import("./commands/check-law.ts"),
  parameters: {
    positional: { kind: "tuple", parameters: [] },
    flags: {
      law: lawFlag,
      prompts: optionalFlag(String, "file", "Prompts of an unknown law: CSV with the header prompt,role,x1,…,xd,y"),
      ...partFlags,
      ...sizeFlags,
      draws: optionalFlag(
        parseNumber,
        "N",
        `Prompts to draw from a law; default ${DEFAULT_DRAWS[0]}, and more where they do not decide`,
      ),
      seed: seedFlag("numbers"),
      json: jsonFlag,
      quiet: switchFlag("No progress"),
    },
  },
  docs: {
    brief: "Does the theorem apply to my law?",
    fullDescription: [
      "Says which form the optimum of one layer has: one step (Γ* = ηI), one preconditioned step (Γ* = ηΣ⁻¹), or another.",
      "Exactly, where the law proves it; approximately, where its prompts show that the form costs at most one percent",
      "of the least loss; or not. Prompts alone need some thousands to decide; where there are too few, the conclusion is",
      "undecided, with about how many would do.",
      "",
      "Exit code: 0 concluded, 2 usage, 3 refused (domain, shape, …), 4 undecided.",
    ].join("\n"),
    customUsage: [
      { input: "--law law.json", brief: "a law from a file" },
      { input: "--covariates laplace --context 10 --dimension 3", brief: "a law without a file" },
      { input: "--prompts prompts.csv --json", brief: "your own data, for a program to read" },
    ],
  },
});

const listCommand = buildCommand<ListFlags, [string?], CliContext>({
  loader: () => import("./commands/list.ts"),
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [
        {
          brief: "experiments, recipes, laws or quantities; all when left out",
          parse: String,
          placeholder: "shelf",
          optional: true,
        },
      ],
    },
    flags: { json: jsonFlag },
  },
  docs: {
    brief: "List experiments, recipes, laws with their parameters, and quantities",
    customUsage: [{ input: "laws --json", brief: "every law that a law file can name" }],
  },
});

const benchCommand = buildCommand<BenchFlags, [], CliContext>({
  loader: () => import("./commands/bench.ts"),
  parameters: {
    positional: { kind: "tuple", parameters: [] },
    flags: {
      peers: switchFlag("Also TensorFlow.js and PyTorch where they are installed, about 15 minutes"),
      all: switchFlag("With the peers' slowest sizes too, where one step takes a minute"),
      torch: optionalFlag(String, "python", "The Python that imports torch; default python3 if it does"),
      scaling: optionalFlag(String, "file", "An SVG to draw: how the cost grows with n, d, L and the batch"),
      layers: optionalFlag(parseNumber, "L", "L of a size of your own"),
      dimension: optionalFlag(parseNumber, "d", "d of a size of your own"),
      context: optionalFlag(parseNumber, "n", "n of a size of your own"),
      batch: optionalFlag(parseNumber, "B", "Prompts of a step at a size of your own"),
      json: jsonFlag,
      quiet: switchFlag("No progress"),
    },
  },
  docs: {
    brief: "How fast is a training step on this machine, ours and others'?",
    fullDescription: [
      "Takes training steps (fresh prompts, forward, backward, Adam) at ten sizes, every variant in turn, and prints",
      "prompts per second of processor time, on one thread. With peers it prints the ratios as well, and what the project",
      "set out to reach. Only ratios within one run are meant to be read.",
    ].join("\n"),
    customUsage: [
      { input: "", brief: "our kernels, half a minute" },
      { input: "--peers --json", brief: "against TensorFlow.js and PyTorch, for a program to read" },
      { input: "--torch peer/bin/python", brief: "against the PyTorch of a virtual environment" },
      { input: "--dimension 30 --context 100", brief: "our kernels at a size of your own" },
    ],
  },
});

const doctorCommand = buildCommand<DoctorFlags, [], CliContext>({
  loader: () => import("./commands/doctor.ts"),
  parameters: { positional: { kind: "tuple", parameters: [] }, flags: { json: jsonFlag } },
  docs: {
    brief: "Say what runs on this machine: Node, backends, kernels",
    customUsage: [{ input: "--json", brief: "the same for a program, with the reason why a backend is missing" }],
  },
});

/** The application, as `run` of stricli takes it. */
export const application: Application<CliContext> = buildApplication(
  buildRouteMap({
    routes: {
      verify: verifyCommand,
      reproduce: reproduceCommand,
      theory: theoryCommand,
      "check-law": checkLawCommand,
      list: listCommand,
      bench: benchCommand,
      doctor: doctorCommand,
    },
    docs: {
      brief: "onestep: a laboratory for the theory of in-context learning",
      fullDescription: [
        "onestep samples prompts, trains linear attention on them, proves in closed form what the training must converge",
        "to, and compares the three.",
        "",
        "  onestep verify                             all theorems, about half a minute",
        "  onestep verify thm1 --dimension 8          one theorem at another size",
        "  onestep reproduce ahn-depth --out results  a published result again, with its figure",
        "  onestep theory optimum --law law.json      the best step on your own law",
        "  onestep check-law --law law.json           does the theorem apply to your own law?",
        "  onestep list laws                          what a law file may contain",
        "  onestep doctor                             what runs on this machine",
      ].join("\n"),
    },
  }),
  {
    name: "onestep",
    versionInfo: { getCurrentVersion: async () => (await import("./version.ts")).version() },
    scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
    documentation: { caseStyle: "convert-camel-to-kebab", useAliasInUsageLine: false, onlyRequiredInUsageLine: true },
  },
);
