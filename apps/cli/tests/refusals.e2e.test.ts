import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { lawFile, runCli } from "./run-cli.ts";

const linear = { law: "linear", tasks: { law: "gaussian" } };
const law = (changes: object): object => ({
  contextLength: 5,
  dimension: 2,
  covariates: { law: "gaussian" },
  target: linear,
  noise: { law: "none" },
  ...changes,
});
const withCovariance = (covariance: unknown): object => law({ covariates: { law: "gaussian", covariance } });

/** Every wrong input ends in one message (where, expected, arrived, try), its exit code, and no stack trace. */
const refusals: readonly { what: string; args: readonly string[]; code: number; says: RegExp }[] = [
  {
    what: "a singular covariance",
    args: [
      "--law",
      lawFile(
        "singular",
        withCovariance([
          [1, 1],
          [1, 1],
        ]),
      ),
    ],
    code: 3,
    says: /rank 1/,
  },
  {
    what: "an asymmetric covariance",
    args: [
      "--law",
      lawFile(
        "asymmetric",
        withCovariance([
          [1, 0.5],
          [0.2, 1],
        ]),
      ),
    ],
    code: 3,
    says: /symmetric/,
  },
  {
    what: "an indefinite covariance",
    args: [
      "--law",
      lawFile(
        "indefinite",
        withCovariance([
          [1, 2],
          [2, 1],
        ]),
      ),
    ],
    code: 3,
    says: /semidefinite/,
  },
  {
    what: "n = 0 in a law file",
    args: ["--law", lawFile("empty-context", law({ contextLength: 0 }))],
    code: 3,
    says: /n ≥ 1; got 0/,
  },
  { what: "n = 0 on the command line", args: ["thm1", "--context", "0"], code: 3, says: /n ≥ 1; got 0/ },
  {
    what: "negative noise in a law file",
    args: ["--law", lawFile("negative", law({ noise: { law: "gaussian", variance: -1 } }))],
    code: 3,
    says: /got -1/,
  },
  { what: "negative noise on the command line", args: ["thm1", "--noise-variance=-1"], code: 3, says: /got -1/ },
  {
    what: "a bare NaN in a law file",
    args: ["--law", lawFile("nan", JSON.stringify(law({})).replace("5", "NaN"))],
    code: 3,
    says: /finite numbers; got NaN/,
  },
  {
    what: "a quoted NaN in a law file",
    args: ["--law", lawFile("quoted", law({ noise: { law: "gaussian", variance: "NaN" } }))],
    code: 3,
    says: /got "NaN"/,
  },
  {
    what: "an unknown law name",
    args: ["--law", lawFile("unknown", law({ covariates: { law: "gausian" } }))],
    code: 2,
    says: /did you mean "gaussian"/,
  },
  {
    what: "an unknown link",
    args: ["--law", lawFile("link", law({ target: { law: "single-index", link: "tanhh" } }))],
    code: 2,
    says: /did you mean "tanh"/,
  },
  {
    what: "an unknown parameter",
    args: ["--law", lawFile("parameter", law({ noise: { law: "gaussian", variances: 1 } }))],
    code: 2,
    says: /did you mean "variance"/,
  },
  { what: "a missing file", args: ["--law", "no-such-file.json"], code: 2, says: /no such file/ },
  {
    what: "a file that is not JSON",
    args: ["--law", lawFile("broken", "{ broken")],
    code: 2,
    says: /a law file in JSON/,
  },
  { what: "an unknown experiment", args: ["thm9"], code: 2, says: /did you mean thm/ },
  { what: "an unknown flag", args: ["--dimensio", "3"], code: 2, says: /did you mean --dimension/ },
  { what: "a seed that is no number", args: ["--seed", "seven"], code: 2, says: /"seven" is not a number/ },
  { what: "a negative seed", args: ["thm1", "--seed=-3"], code: 3, says: /seed/ },
  { what: "no steps", args: ["thm1", "--steps", "0"], code: 3, says: /steps/ },
  {
    what: "a composed law beside an experiment",
    args: ["thm1", "--covariates", "laplace", "--context", "3"],
    code: 2,
    says: /got thm1 beside it/,
  },
  {
    what: "a noise variance beside a composed law",
    args: ["--covariates", "laplace", "--context", "3", "--noise-variance", "1"],
    code: 2,
    says: /--noise gaussian:variance=0\.25/,
  },
  {
    what: "an unknown law on the command line",
    args: ["--target", "linaer", "--context", "3"],
    code: 2,
    says: /did you mean "linear"/,
  },
  {
    what: "a law file beside an experiment",
    args: ["thm1", "--law", lawFile("fine", law({}))],
    code: 2,
    says: /--law alone/,
  },
];

test.each(refusals)("verify refuses $what with exit code $code", async ({ args, code, says }) => {
  const { code: exitCode, stdout, stderr } = await runCli(["verify", ...args, "--json"]);
  expect(exitCode).toBe(code);
  expect(stderr).toMatch(says);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(stderr).not.toMatch(/\n\s+at /);
  const { error } = JSON.parse(stdout) as { error: Record<string, string> };
  expect(Object.keys(error)).toEqual(["code", "where", "message", "hint"]);
  expect(error["message"]).toMatch(says);
});

test("without --json a refusal leaves stdout empty", async () => {
  const { code, stdout } = await runCli(["verify", "thm9"]);
  expect(code).toBe(2);
  expect(stdout).toBe("");
});

test("an unknown command names the nearest one", async () => {
  const { code, stderr } = await runCli(["verfy"]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/did you mean .?verify/);
});

test.each(["SIGINT", "SIGTERM"] as const)("%s ends a run with one message and exit code 130", async (signal) => {
  const { code, stderr, stdout } = await runCli(["verify", "thm1"], {
    whileRunning: (kill) => setTimeout(() => kill(signal), 1500),
  });
  expect(code).toBe(130);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(stderr).toMatch(new RegExp(`got ${signal}`));
  expect(stdout).toBe("");
});

/** Command lines that are wrong in other ways, each with the exit code and what is said. */
const wrongLines: readonly [string, number, RegExp][] = [
  ["list toString", 2, /did you mean/],
  ["list __proto__", 2, /expected one of experiments/],
  ["export", 2, /--run; Expected input for flag --to; Expected input for flag --out\. Try: onestep export --help/],
  ["trian", 2, /did you mean `train`\? Try: onestep --help/],
  ["verify thm1 --dry-run --seed -1", 3, /seed/],
  ["reproduce --dry-run --seed 1.5", 3, /seed/],
  ["train --context 5 --dimension 2 --set constructor.x=1", 2, /expected a field/],
];

test.each(wrongLines)("onestep %s is refused in one line, and one document", async (line, code, says) => {
  const finished = await runCli([...line.split(" "), "--json"]);
  expect([finished.code, finished.stderr.trimEnd().split("\n")]).toEqual([code, [expect.stringMatching(says)]]);
  const { error } = JSON.parse(finished.stdout) as { error: Record<string, string> };
  expect(Object.keys(error)).toEqual(["code", "where", "message", "hint"]);
});

test("help can be asked for in words", async () => {
  const [asked, flagged] = await Promise.all([runCli(["help", "train"]), runCli(["train", "--help"])]);
  expect(asked).toEqual(flagged);
});

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));
const onestep = `"${process.execPath}" "${bin}"`;
const inShell = (script: string): string => spawnSync("bash", ["-c", script], { encoding: "utf8" }).stdout;

test("a reader that leaves is no error, also where it reads what goes wrong", () => {
  expect(inShell(`{ ${onestep} list laws | true; echo "code \${PIPESTATUS[0]}"; } 2>&1`)).toBe("code 0\n");
  expect(inShell(`{ { ${onestep} verify thm9; echo "code $?" >&3; } 2>&1 | true; } 3>&1`)).toBe("code 2\n");
});

test.skipIf(!existsSync("/dev/full"))("an output that is full is said in one line", () => {
  expect(inShell(`${onestep} list laws 2>&1 >/dev/full; echo "code $?"`)).toMatch(/^onestep: stdout .*\ncode 3\n$/);
});
