import { describePromptLaw, lawCatalogue, lawFileOfFlags, parsePromptLaw, type JsonObject } from "@onestep/data";
import { backendNames, familyNames, optimizerNames, trainingMethods } from "@onestep/lab";
import { describe, expect, it } from "vitest";

import { addressOf, settingAt } from "./address.ts";
import { DEFAULT_LAW, DEFAULT_SETTING, wholeConfig, type LabSetting } from "./lab-setting.ts";

/** Every law of the catalogue in a law file, with the parameters that show what it can be. */
function lawFiles(): JsonObject[] {
  return lawCatalogue.flatMap(({ kind, name, examples }) =>
    [{}, ...examples].flatMap((parameters): JsonObject[] => {
      const law: JsonObject = { law: name, ...parameters };
      const link: JsonObject = { name, ...parameters };
      const file: JsonObject = {
        ...DEFAULT_LAW,
        dimension: 3,
        ...(kind === "covariates" ? { covariates: law, query: { covariates: law } } : {}),
        ...(kind === "noise" ? { noise: law } : {}),
        ...(kind === "target" ? { target: law } : {}),
        ...(kind === "tasks" ? { target: { law: "linear", tasks: law } } : {}),
        ...(kind === "link" ? { target: { law: "random-sign", of: { law: "single-index", link } } } : {}),
      };
      try {
        parsePromptLaw(file);
        return [file];
      } catch {
        return []; // a law that needs parameters
      }
    }),
  );
}

describe("the address of the laboratory", () => {
  it("is empty at the default", () => {
    expect(addressOf(DEFAULT_SETTING)).toBe("");
    expect(settingAt("")).toEqual({ setting: DEFAULT_SETTING, problems: [] });
  });

  it("speaks the language of the command line", () => {
    const config = {
      law: lawFileOfFlags({
        context: 40,
        dimension: 2,
        covariates: "gaussian:covariance=[2,1]",
        noise: "gaussian:variance=0.25",
      }),
      model: { layers: 2, family: "sparse" },
      training: { learningRate: 0.05 },
      seed: 7,
    } as const;
    const address = addressOf({ config, step: 120 });
    expect(address).toBe(
      "context=40&dimension=2&covariates=gaussian:covariance=[2,1]&noise=gaussian:variance=0.25" +
        "&layers=2&family=sparse&learning-rate=0.05&seed=7&step=120",
    );
    expect(settingAt(`?${address}`)).toEqual({ setting: { config, step: 120 }, problems: [] });
  });

  it("brings back every law of the catalogue", () => {
    const files = lawFiles();
    const named = new Set(
      files
        .map((file) => JSON.stringify(file))
        .join()
        .match(/"(?:law|name)":"[^"]+"/g),
    );
    for (const { name } of lawCatalogue) {
      expect(named.has(`"law":"${name}"`) || named.has(`"name":"${name}"`), name).toBe(true);
    }
    for (const law of files) {
      const { setting, problems } = settingAt(`?${addressOf({ config: { law }, step: 0 })}`);
      expect(problems).toEqual([]);
      expect(describePromptLaw(parsePromptLaw(setting.config.law))).toEqual(describePromptLaw(parsePromptLaw(law)));
    }
  });

  it("brings back every choice of model, training and backend", () => {
    const configs: LabSetting["config"][] = [
      ...familyNames.map((family) => ({ law: DEFAULT_LAW, model: { family, layers: 3 } })),
      ...trainingMethods.map((method) => ({ law: DEFAULT_LAW, training: { method, steps: 50 } })),
      ...optimizerNames.map((optimizer) => ({ law: DEFAULT_LAW, training: { optimizer, batch: 100, starts: 2 } })),
      ...backendNames.map((backend) => ({ law: DEFAULT_LAW, backend, seed: 3 })),
      { law: { ...DEFAULT_LAW, contextLength: { law: "uniform", from: 5, to: 9 }, queries: 2 }, model: { heads: 2 } },
    ];
    for (const config of configs) {
      expect(settingAt(`?${addressOf({ config, step: 2 })}`)).toEqual({ setting: { config, step: 2 }, problems: [] });
    }
  });

  it("is the default, with a reason, where it says what cannot be", () => {
    const search =
      "?context=0&dimension=x&covariates=gausian&noise=gaussian:variance&layers=1.5&family=none&seed=-1&step=1e3&steps=";
    const { setting, problems } = settingAt(search);
    expect(setting).toEqual(DEFAULT_SETTING);
    expect(problems).toHaveLength(8);
    expect(problems.join("\n")).toContain("gaussian");
  });

  it("keeps what is wrong only beside the rest, for the reader to change", () => {
    const { setting, problems } = settingAt("?dimension=3&covariates=gaussian:covariance=[2,1]&layers=2&method=exact");
    expect(problems).toEqual([]);
    expect(() => wholeConfig(setting.config)).toThrow("law.covariates.covariance");
  });

  it("refuses at once what would freeze the page", () => {
    const { setting, problems } = settingAt("?dimension=5000&layers=1000000&heads=1e7&steps=1e15&seed=3");
    expect(setting).toEqual({ config: { law: DEFAULT_LAW, seed: 3 }, step: 0 });
    expect(problems.map((problem) => problem.split(":")[0])).toEqual([
      "law.dimension",
      "config.model.layers",
      "config.model.heads",
      "config.training.steps",
    ]);
    expect(() => wholeConfig({ law: { ...DEFAULT_LAW, dimension: 5000 } })).toThrow("at most 128 on a page");
  });

  it("ends with the run", () => {
    expect(settingAt("?step=99999").setting.step).toBe(600);
    expect(settingAt("?steps=50&step=99999").setting.step).toBe(50);
  });
});
