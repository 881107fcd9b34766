import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { describePromptLaw, lawCatalogue, lawFileOfFlags, parsePromptLaw, type JsonObject } from "@onestep/data";
import { checkTrainingConfig, type TrainingConfigFile } from "@onestep/lab";
import { describe, expect, it } from "vitest";

import { commandOf } from "./command.ts";
import { flagsOfLaw } from "./law-flags.ts";

/** The command line, built: `turbo run test` builds it first. */
const CLI = fileURLToPath(new URL("../../../cli/dist/bin.js", import.meta.url));

const GAUSSIAN: JsonObject = {
  contextLength: 6,
  dimension: 2,
  covariates: { law: "gaussian" },
  target: { law: "linear", tasks: { law: "gaussian" } },
  noise: { law: "none" },
};

/** One law file for every example of the catalogue, the rest of it as plain as can be. */
const lawFiles: readonly JsonObject[] = lawCatalogue.flatMap(({ kind, name, examples }) => {
  if (kind === "link") return [];
  return [{}, ...examples].flatMap((parameters) => {
    const law = { law: name, ...parameters };
    const file: JsonObject =
      kind === "tasks" ? { ...GAUSSIAN, target: { law: "linear", tasks: law } } : { ...GAUSSIAN, [kind]: law };
    // A list or a matrix brings a dimension of its own; an example without what it requires is none.
    const { dimension: _own, ...implied } = file;
    return [file, implied].filter(isLaw).slice(0, 1);
  });
});

function isLaw(file: JsonObject): boolean {
  try {
    parsePromptLaw(file);
    return true;
  } catch {
    return false;
  }
}

/** What a shell makes of the line, and the command line of that. */
function resolvedBy(line: string): unknown {
  const command = line.replace(/^npm start --/, `"$NODE" "$CLI"`);
  const env = { ...process.env, NODE: process.execPath, CLI };
  return JSON.parse(execFileSync("sh", ["-c", `${command} --dry-run --json`], { env, encoding: "utf8" }));
}

describe("the command of a config", () => {
  it("says every law of the catalogue in flags that read back to it", () => {
    expect(lawFiles.length).toBeGreaterThan(30);
    for (const file of lawFiles) {
      const { flags } = flagsOfLaw(file);
      expect(describePromptLaw(parsePromptLaw(lawFileOfFlags(flags))), JSON.stringify(flags)).toEqual(
        describePromptLaw(parsePromptLaw(file)),
      );
    }
  });

  it("says a law within a law, text that is no word, several queries and their own law", () => {
    const of = { law: "linear", tasks: { law: "sparse", sparsity: 1 } };
    const file = {
      ...GAUSSIAN,
      target: { law: "random-sign", of },
      query: { covariates: { law: "gaussian", covariance: [2, 1] } },
      queries: 3,
    };
    expect(lawFileOfFlags(flagsOfLaw(file).flags)).toEqual(file);
  });

  it("is short where the config is plain", () => {
    const law = { ...GAUSSIAN, contextLength: 20, dimension: 5, noise: { law: "gaussian", variance: 0.25 } };
    expect(commandOf({ law, training: { method: "rao-blackwell", learningRate: 0.02 }, seed: 7 }).line).toBe(
      "npm start -- train --context 20 --dimension 5 --noise gaussian:variance=0.25 --method rao-blackwell --learning-rate 0.02 --seed 7",
    );
  });

  const configs: readonly (readonly [string, TrainingConfigFile])[] = [
    [
      "every field, a link with parameters",
      {
        law: { ...GAUSSIAN, target: { law: "single-index", link: { name: "hermite", coefficients: [0, 1, 0.5] } } },
        model: { layers: 2, family: "full", heads: 2 },
        training: { method: "sampled", steps: 12, batch: 64, optimizer: "adam-w", learningRate: 1e-7, starts: 2 },
        backend: "float64",
        seed: 12,
      },
    ],
    [
      "lengths that are drawn, and a mixture",
      {
        law: {
          ...GAUSSIAN,
          contextLength: { law: "uniform", from: 2, to: 9 },
          noise: { law: "mixture", weights: [0.5, 0.5], variances: [0.1, 1] },
        },
        training: { steps: 10, batch: 32 },
      },
    ],
    [
      "an exact training of a law with a matrix",
      {
        law: {
          ...GAUSSIAN,
          covariates: {
            law: "gaussian",
            covariance: [
              [2, 0.5],
              [0.5, 1],
            ],
          },
        },
        training: { method: "exact", optimizer: "gradient-descent" },
        seed: 1,
      },
    ],
  ];
  it.each(configs)("means the same config in a terminal: %s", (_, config) => {
    expect(existsSync(CLI), "apps/cli is not built: npm run build").toBe(true);
    expect(resolvedBy(commandOf(config).line)).toEqual(checkTrainingConfig(config, "config"));
  });

  it("puts a law with a table of its own into a file", () => {
    const rows = Array.from({ length: 200 }, (_, i) => [i, -1 - i]);
    const config = { law: { ...GAUSSIAN, covariates: { law: "empirical", rows } }, training: { steps: 10, batch: 32 } };
    const { line, file } = commandOf(config);
    expect(line).toBe("npm start -- train --config onestep.json");
    expect(JSON.parse(file?.text ?? "")).toEqual(config);
  });

  it("leaves a backend that no terminal has to our kernels, and says so", () => {
    const config: TrainingConfigFile = { law: GAUSSIAN, backend: "tfjs:webgl" };
    expect(commandOf(config)).toEqual({ line: "npm start -- train --context 6 --dimension 2", sameBackend: false });
    expect(commandOf({ ...config, backend: "tfjs:wasm" })).toMatchObject({ sameBackend: true });
  });
});
