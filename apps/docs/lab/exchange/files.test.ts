import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { parsePromptLaw, promptsFromCsv } from "@onestep/data";
import { runTraining, type TrainingConfigFile, type TrainingPoint, type TrainedParameters } from "@onestep/lab";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { configFile, figureFile, figuresOf, lawFile, nameOf, promptsFile, weightsFile, type Taken } from "./files.ts";

const CLI = fileURLToPath(new URL("../../../cli/dist/bin.js", import.meta.url));
const config: TrainingConfigFile = {
  law: {
    contextLength: 5,
    dimension: 2,
    covariates: { law: "gaussian" },
    target: { law: "linear", tasks: { law: "gaussian" } },
    noise: { law: "none" },
  },
  training: { steps: 12, batch: 40, starts: 1 },
  seed: 3,
};

const folder = mkdtempSync(join(tmpdir(), "onestep-exchange-"));
let taken: Taken;
let parameters: TrainedParameters;

beforeAll(async () => {
  // What a page hears of a run: its recorded steps, and the weights where it rests.
  const points: TrainingPoint[] = [];
  const { optimum, optimalLoss } = await runTraining(config, {
    onState(state) {
      if (state.point !== undefined) points.push(state.point);
      parameters = state.parameters;
    },
  });
  taken = { config, points, optimum: { loss: optimalLoss!, attains: optimum!.attains } };
  writeFileSync(join(folder, "config.json"), configFile(taken).content);
  run("train", "--config", "config.json", "--out", "run", "--quiet");
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the command line in a folder that has nothing but what the page gave. */
function run(...args: readonly string[]): void {
  execFileSync(process.execPath, [CLI, ...args], { cwd: folder, stdio: "pipe" });
}

function written(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(folder, name)));
}

const bytes = (content: string | Uint8Array): Uint8Array =>
  typeof content === "string" ? new TextEncoder().encode(content) : content;

describe("what a reader takes home", () => {
  it("is named after its law and seed", () => {
    expect(nameOf(config)).toBe("gaussian-linear-n5-d2-seed3");
    expect(configFile(taken).name).toBe("gaussian-linear-n5-d2-seed3.json");
    const { dimension: _implied, ...law } = config.law;
    const contextLength = { law: "uniform", from: 1, to: 5 };
    expect(nameOf({ law: { ...law, contextLength, target: { law: "quadratic" } } })).toBe(
      "gaussian-quadratic-n-random-seed0",
    );
  });

  it.each(["npz", "safetensors"] as const)("has the bytes of the command line’s own weights as %s", (to) => {
    expect(weightsFile(taken, parameters, to).content).toEqual(written(`run/weights.${to}`));
  });

  it("draws the figures that the command line draws", () => {
    const figures = figuresOf(taken);
    expect(Object.keys(figures)).toEqual(["loss", "distance", "excess"]);
    for (const [name, figure] of Object.entries(figures)) {
      for (const to of ["svg", "csv"] as const) {
        expect(bytes(figureFile(taken, name, figure, to).content), name).toEqual(written(`run/figures/${name}.${to}`));
      }
    }
    expect(figuresOf({ config, points: [] })).toEqual({});
  });

  it("has prompts as onestep export writes them, and as check-law reads them", () => {
    run("export", "--run", "run", "--to", "csv", "--prompts", "7", "--out", "prompts.csv");
    const { content, name } = promptsFile(taken, 7);
    expect(bytes(content)).toEqual(written("prompts.csv"));
    expect(name).toBe("gaussian-linear-n5-d2-seed3-7-prompts.csv");
    expect(promptsFromCsv(String(content)).count).toBe(7);
  });

  it("has the law alone, as --law reads it", () => {
    expect(parsePromptLaw(JSON.parse(String(lawFile(taken).content))).contextLength).toBe(5);
  });
});
