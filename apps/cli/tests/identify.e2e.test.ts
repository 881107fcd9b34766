import { randomKey, scale, type PromptBatch } from "@onestep/core";
import { parsePromptLaw, promptsToCsv, samplePrompts, type JsonObject } from "@onestep/data";
import { optimumOfLaw, type Identification, type LandscapeReport, type PromptExplanation } from "@onestep/lab";
import { arraysOfLayer, arraysOfTransformer, construct, learners, writeNpz, writeSafetensors } from "@onestep/model";
import { liftToLsa } from "@onestep/theory";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCli } from "./run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "onestep-identify-"));
const quick = ["--draws", "200", "--steps", "2"];
const lawJson: JsonObject = {
  contextLength: 6,
  dimension: 2,
  covariates: { law: "gaussian", covariance: 1 },
  target: { law: "linear", tasks: { law: "gaussian", covariance: 1 } },
  noise: { law: "gaussian", variance: 0.5 },
};
const law = parsePromptLaw(lawJson);
const lawPath = file("law.json", JSON.stringify(lawJson));
const best = optimumOfLaw(law).preconditioner.value;
const layer = file("layer.npz", writeNpz(arraysOfLayer(liftToLsa(best))));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test("weights of one's own: the algorithm, its number, and the way down", async () => {
  const { code, stdout } = await runCli(["identify", "--weights", layer, "--law", lawPath, ...quick]);
  expect(code).toBe(0);
  // η* = 1/(n + d + 1 + σ²) = 1/9.5
  expect(stdout).toMatch(/one step of gradient descent \* +η = 0\.1053 +\S/);
  expect(stdout).toContain("this is one step of gradient descent: residual 0\n");
  const judged = await runCli(["landscape", "--weights", layer, "--law", lawPath]);
  expect(judged.code).toBe(0);
  expect(judged.stdout).toContain("a global minimum");
  expect(judged.stdout).toMatch(/flat +4 +of which reparametrisations explain 4/);
});

test("for a program: one document, from safetensors and a law in flags", async () => {
  const deep = construct.gradientDescent({ dimension: 2, stepSizes: [0.5, 1] });
  const weights = file("deep.safetensors", writeSafetensors(arraysOfTransformer(deep)));
  const flags = ["--weights", weights, "--context", "6", "--dimension", "2", "--json"];
  const found = JSON.parse((await runCli(["identify", ...flags, ...quick])).stdout) as Identification;
  expect(found).toMatchObject({ nearest: "2 steps of gradient descent, each at its rate", isWithinTolerance: true });
  const judged = JSON.parse((await runCli(["landscape", ...flags])).stdout) as LandscapeReport;
  expect(judged).toMatchObject({ among: "scalar-layers", verdict: "not-stationary", index: null });
  const doubled = file("doubled.npz", writeNpz(arraysOfLayer(liftToLsa(scale(best, 2)))));
  const far = await runCli(["landscape", "--weights", doubled, "--law", lawPath, "--quiet"]);
  expect([far.code, far.stdout]).toEqual([
    0,
    "  not stationary: no stationary point within 0.02 of the parameters' size\n",
  ]);
});

test("one prompt is explained pair by pair", async () => {
  const prompts = samplePrompts(law, { key: randomKey(1), count: 2 });
  const table = file("prompts.csv", promptsToCsv(prompts));
  const args = ["identify", "--weights", layer, "--law", lawPath, "--prompt", table];
  const { contributions, prediction } = JSON.parse((await runCli([...args, "--json"])).stdout) as PromptExplanation;
  expect(contributions).toHaveLength(6);
  const sum = contributions.reduce((total, { response, similarity }) => total + (response * similarity) / 9.5, 0);
  expect(prediction).toBeCloseTo(sum, 12);
  expect((await runCli(args)).stdout).toMatch(/^ +pair +y +⟨x, x_q⟩ +contribution\n/);
  const missing = await runCli([...args.slice(0, -1), "none.csv"]);
  expect([missing.code, missing.stderr]).toEqual([
    2,
    expect.stringMatching(/--prompt: .* got none\.csv \(no such file\)/),
  ]);
});

/** A table of prompts with what a learner says of each. */
function withPredictions(prompts: PromptBatch, predictions: Float64Array): string {
  let prompt = 0;
  const lines = promptsToCsv(prompts).trimEnd().split("\n");
  const more = lines.map((line) => (line.includes("query") ? `${line},${predictions[prompt++]}` : `${line},`));
  return `${[`${lines[0]},prediction`, ...more.slice(1)].join("\n")}\n`;
}

test("any other model is identified by what it predicts", async () => {
  const prompts = samplePrompts(law, { key: randomKey(1), count: 300 });
  const table = withPredictions(prompts, await learners.ridge({ penalty: 0.5 }).predict(prompts));
  const path = file("predictions.csv", table);
  const { code, stdout } = await runCli(["identify", "--predictions", path, "--steps", "2", "--quiet"]);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^ {2}this is ridge regression: residual \S+ ± \S+\n$/)]);
  const broken = file("broken.csv", table.replace(/(0,query.*),[^,]*\n/, "$1,\n"));
  expect(await runCli(["identify", "--predictions", broken])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("line 8: expected a number in the row of a query; got an empty cell") as string,
  });
});

test.each([
  ["no model", ["identify"], 2, "a model: --run FOLDER or --weights FILE; got neither"],
  ["weights without a law", ["identify", "--weights", layer], 2, "a law beside --weights"],
  ["a folder without a run", ["landscape", "--run", folder], 2, "a folder that onestep train filled"],
  ["predictions beside weights", ["identify", "--predictions", "-", "--weights", layer], 2, "--weights beside it"],
  [
    "a law of another dimension",
    ["landscape", "--weights", layer, "--context", "6", "--dimension", "3"],
    3,
    "those of the law; got a model on 2",
  ],
])("%s is refused", async (_, args, code, words) => {
  const refused = await runCli(args);
  expect([refused.code, refused.stdout]).toEqual([code, ""]);
  expect(refused.stderr).toContain(words);
});
