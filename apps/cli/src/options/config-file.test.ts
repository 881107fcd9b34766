import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { UsageError } from "../errors.ts";
import { readConfigFile, withSettings } from "./config-file.ts";

const folder = mkdtempSync(join(tmpdir(), "onestep-config-"));
const about = { flag: "--config", what: "a training config", hint: "none", example: "{}" };

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe("readConfigFile", () => {
  it.each([
    ["a.json", '{ "seed": 3, "model": { "layers": 2 } }'],
    ["a.yaml", "seed: 3\nmodel: { layers: 2 }\n"],
    ["a.yml", "seed: 3\nmodel:\n  layers: 2\n"],
    ["a.ts", "const layers: number = 2;\nexport default { seed: 3, model: { layers } };\n"],
    ["a.mjs", "export default { seed: 3, model: { layers: 2 } };\n"],
  ])("reads %s", async (name, text) => {
    expect(await readConfigFile(file(name, text), about)).toEqual({ seed: 3, model: { layers: 2 } });
  });

  it.each([
    ["bad.json", "{", /bad\.json: expected a training config in JSON/],
    ["bad.yaml", "seed: [", /bad\.yaml: expected a training config in YAML/],
    ["bad.ts", "export default {", /bad\.ts: expected a module that exports a training config by default/],
  ])("says what is wrong with %s", async (name, text, message) => {
    await expect(readConfigFile(file(name, text), about)).rejects.toThrow(message);
  });

  it("says that there is no such file", async () => {
    await expect(readConfigFile(join(folder, "none.ts"), about)).rejects.toThrow(/--config: .*no such file/);
  });
});

describe("withSettings", () => {
  it("sets values by their paths, as JSON where they are JSON", () => {
    const config = { seed: 0, law: { noise: { variance: 1 } } };
    const settings = ["law.noise.variance=0.5", "law.covariates.covariance=[2, 1]", "backend=wasm", "x==", "seed=7"];
    expect(withSettings(config, settings)).toEqual({
      seed: 7,
      law: { noise: { variance: 0.5 }, covariates: { covariance: [2, 1] } },
      backend: "wasm",
      x: "=",
    });
    expect(config).toEqual({ seed: 0, law: { noise: { variance: 1 } } });
  });

  it.each([
    ["training.steps", /--set: expected a path and a value: .*; got training\.steps/],
    ["=5", /--set: /],
    ["seed.of=5", /seed\.of: expected a path through fields, and seed has none; got 0/],
  ])("refuses %s", (setting, message) => {
    expect(() => withSettings({ seed: 0 }, [setting])).toThrow(UsageError);
    expect(() => withSettings({ seed: 0 }, [setting])).toThrow(message);
  });
});
