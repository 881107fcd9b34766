import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { lawFile, runCli } from "./run-cli.ts";

const law = (changes: object): object => ({
  contextLength: 5,
  covariates: { law: "gaussian" },
  target: { law: "linear", tasks: { law: "gaussian" } },
  noise: { law: "none" },
  ...changes,
});
const rows = [
  [1, 2],
  [-1, 0.5],
  [0.3, -2],
  [2, 1],
];
const written = lawFile("empirical-rows", law({ covariates: { law: "empirical", rows } }));
const folder = dirname(written);
const table = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const optimum = async (...args: string[]): Promise<unknown> => {
  const { stdout, stderr } = await runCli(["theory", "optimum", ...args, "--json"]);
  expect(stderr).toBe("");
  return JSON.parse(stdout);
};

describe("a table as a law", () => {
  const points = table("points.csv", `"height, cm",weight\n${rows.map((row) => row.join(",")).join("\n")}\n`);

  test("has the optimum of the rows themselves, from a law file's folder or from a flag", async () => {
    const expected = await optimum("--law", written);
    const named = lawFile("empirical-file", law({ covariates: { law: "empirical", file: "points.csv" } }));
    expect(await optimum("--law", named)).toEqual(expected);
    expect(await optimum("--covariates", `empirical:file=${points}`, "--context", "5")).toEqual(expected);
  });

  test("gives the query a law of its own, beside the other flags", async () => {
    const query = { covariates: { law: "gaussian", covariance: 3 } };
    const expected = await optimum("--law", lawFile("own-query", law({ dimension: 2, query, queries: 2 })));
    const flags = ["--covariates", "gaussian", "--query", "gaussian:covariance=3", "--queries", "2"];
    expect(await optimum(...flags, "--context", "5", "--dimension", "2")).toEqual(expected);
  });
});

const heavy = ["--covariates", "student:degreesOfFreedom=3", "--target", "single-index:link=relu"];
const cells = (x: string): string => `prompt,role,x1,y\n0,context,${x},1\n0,query,1,1\n`;
const small = ["--context", "5", "--dimension", "2"];

/** What is beyond the limits of the mathematics, of memory or of floating point: exit code 3, and where it is. */
test.each<[string, readonly string[], string]>([
  ["a missing moment", ["theory", "optimum", ...heavy, ...small], "E‖x‖⁴ is infinite for ν = 3"],
  ["a huge dimension", ["verify", "thm1", "--dimension", "100000"], "choose a dimension of at most"],
  ["an endless context", ["verify", "thm1", "--context", "1000000000000"], "samplePrompts: expected what fits"],
  ["prompts too large", ["check-law", "--prompts", table("large.csv", cells("1e200"))], "line 2: expected numbers"],
  ["a hexadecimal number", ["check-law", "--prompts", table("hex.csv", cells("0x1F"))], "line 2: expected finite"],
  [
    "a table with a word in it",
    ["theory", "optimum", "--covariates", `empirical:file=${table("word.csv", "1,2\n3,four\n")}`, ...small],
    "word.csv, line 2: expected finite numbers; got four",
  ],
])("refuses %s, and says where", async (_, args, says) => {
  const { code, stdout, stderr } = await runCli(args);
  expect(stderr).toContain(says);
  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
});

test("a table that is not there is a wrong command line", async () => {
  const { code, stderr } = await runCli([
    "theory",
    "optimum",
    "--covariates",
    "empirical:file=none.csv",
    "--context",
    "5",
  ]);
  expect(stderr).toContain("file none.csv: expected a table of points that can be read");
  expect(code).toBe(2);
});
