import { DEFAULT_DRAWS } from "@onestep/lab";
import { randomKey } from "@onestep/core";
import { parsePromptLaw, promptsToCsv, samplePrompts } from "@onestep/data";
import { describe, expect, test } from "vitest";
import { lawFile, runCli } from "./run-cli.ts";

const law = (changes: object = {}): object => ({
  contextLength: 5,
  dimension: 2,
  covariates: { law: "gaussian" },
  target: { law: "linear", tasks: { law: "gaussian" } },
  noise: { law: "gaussian", variance: 0.25 },
  ...changes,
});
const theorem2 = law({
  covariates: { law: "gaussian", covariance: [1, 4] },
  target: { law: "linear", tasks: { law: "gaussian", covariance: [1, 0.25] } },
});
const general = law({ covariates: { law: "gaussian", covariance: [1, 9] } });

const names = ["label-signs", "covariate-signs", "signed-permutations", "rotations"];
const check = async (...args: string[]): Promise<Record<string, unknown>> => {
  const { code, stdout, stderr } = await runCli(["check-law", ...args, "--json", "--quiet"]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>;
};

/** Prompts of a law as a table in a file. */
const promptsFile = (name: string, of: object, count: number): string =>
  lawFile(`${name}-prompts`, promptsToCsv(samplePrompts(parsePromptLaw(of), { key: randomKey(3), count })));

describe("onestep check-law", () => {
  test.each([
    ["isotropic", law(), "one-step", "exactly"],
    ["theorem-2", theorem2, "preconditioned-step", "exactly"],
    ["general", general, "general", "no"],
  ])("concludes from a law, and from its prompts alone: %s", async (name, content, conclusion, applies) => {
    const fromLaw = await check("--law", lawFile(`check-${name}`, content), "--draws", "1000");
    expect(fromLaw).toMatchObject({ conclusion, applies });
    const { tests, excessRiskRatio } = fromLaw as { tests: { name: string }[]; excessRiskRatio: object };
    expect(tests.map((one) => one.name)).toEqual(names);
    expect(Object.keys(tests[0])).toEqual(["name", "pValue", "adjustedPValue"]);
    expect(excessRiskRatio).toEqual({ estimate: expect.any(Number) as number, upper95: expect.any(Number) as number });

    const fromPrompts = await check("--prompts", promptsFile(name, content, 8000));
    expect(fromPrompts).toMatchObject({ conclusion, applies: applies === "exactly" ? "approximately" : applies });
    const { optimum } = fromPrompts as { optimum: Record<string, unknown> };
    expect(typeof optimum["stepSize"]).toBe(conclusion === "one-step" ? "number" : "object"); // null
    expect(typeof optimum["whitenedStepSize"]).toBe(conclusion === "preconditioned-step" ? "number" : "undefined");
    expect(optimum["attains"]).toBe("lsa-minimum");
  });

  test("is undecided, with exit code 4, where there are too few prompts to tell", async () => {
    const file = promptsFile("few", law(), 100);
    const { code, stdout } = await runCli(["check-law", "--prompts", file, "--json", "--quiet"]);
    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({
      conclusion: "undecided",
      applies: "undecided",
      promptsNeeded: expect.any(Number) as number,
    });
    const spoken = await runCli(["check-law", "--prompts", file]);
    expect(spoken.code).toBe(4);
    expect(spoken.stdout).toMatch(
      /undecided\n {2}100 prompts do not decide the form of the optimum: draw more, about \d+/,
    );
  });

  test("reports a name that no law has as an error of usage", async () => {
    const { code, stdout } = await runCli(["check-law", "--covariates", "gausian", "--json"]);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "usage" } });
  });

  test("says in its help how many prompts it draws", async () => {
    const { stdout } = await runCli(["check-law", "--help"]);
    expect(stdout).toContain(`default ${DEFAULT_DRAWS[0]}`);
  });

  test("speaks to people in sentences", async () => {
    const { code, stdout } = await runCli(["check-law", "--law", lawFile("check-words", law()), "--draws", "200"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/one-step, exactly\n {2}One step ŷ = η x_qᵀXᵀy is optimal, exactly: .*Theorem 1/);
    expect(stdout).toMatch(/rotations +\d/);
  });

  test("is the same for the same seed", async () => {
    const file = lawFile("check-seed", law());
    const again = (seed: string): Promise<unknown> => check("--law", file, "--draws", "100", "--seed", seed);
    expect(await again("4")).toEqual(await again("4"));
    expect(await again("4")).not.toEqual(await again("5"));
  });

  test.each([
    [[], 2, "got neither"],
    [["--law", "a.json", "--prompts", "b.csv"], 2, "got both"],
    [["--prompts", "missing.csv"], 2, "no such file"],
    [
      ["--prompts", lawFile("broken", "prompt,role,x1,y\n0,context,1,two\n")],
      3,
      "line 2: expected finite numbers; got two",
    ],
  ])("refuses %j with exit code %i", async (args, exitCode, message) => {
    const { code, stderr } = await runCli(["check-law", ...args]);
    expect(code).toBe(exitCode);
    expect(stderr).toContain(message);
  });
});
