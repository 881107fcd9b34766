import { parquetReadObjects } from "hyparquet";
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { BudgetPlan } from "../src/sweep/budget.ts";
import { runCli, type Finished } from "./run-cli.ts";

interface Row {
  readonly point: Readonly<Record<string, number>>;
  readonly loss: number;
  readonly optimalLoss: number;
}

const folder = (): string => mkdtempSync(join(tmpdir(), "onestep-sweep-"));
const sweep = (...args: string[]): Promise<Finished> => runCli(["sweep", ...args]);
const law = {
  contextLength: 10,
  dimension: 3,
  covariates: { law: "gaussian" },
  target: { law: "linear", tasks: { law: "gaussian" } },
  noise: { law: "gaussian", variance: 0.25 },
};
const base = { law, training: { steps: 300, batch: 64, starts: 2 } };
const grid = { "law.contextLength": [10, 20], "law.noise.variance": [0, 0.25], seed: [0, 1] };

function sweepFile(content: unknown, name = "sweep.json"): string {
  const path = join(folder(), name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

/** The digest of every file of a folder, by its name. */
function contentsOf(path: string): Record<string, string> {
  const names = (readdirSync(path, { recursive: true }) as string[]).sort();
  const files = names.filter((name) => statSync(join(path, name)).isFile());
  return Object.fromEntries(
    files.map((name) => [
      name,
      createHash("sha256")
        .update(readFileSync(join(path, name)))
        .digest("hex"),
    ]),
  );
}

const config = sweepFile({ base, grid });
const undisturbed = folder();
let alone: Finished;

beforeAll(async () => {
  alone = await sweep("--config", config, "--out", undisturbed, "--workers", "1", "--jsonl", "--quiet");
});

test("a sweep writes its rows in the order of the grid, as JSONL, parquet and figure", async () => {
  expect([alone.code, alone.stderr]).toEqual([0, ""]);
  const rows = alone.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);
  expect(rows.map(({ point }) => Object.values(point))).toEqual(
    [10, 20].flatMap((n) => [0, 0.25].flatMap((variance) => [0, 1].map((seed) => [n, variance, seed]))),
  );
  for (const { loss, optimalLoss } of rows) expect(loss).toBeGreaterThan(optimalLoss);

  expect(readFileSync(join(undisturbed, "results.jsonl"), "utf8")).toBe(alone.stdout);
  const parquet = readFileSync(join(undisturbed, "results.parquet"));
  const file = parquet.buffer.slice(parquet.byteOffset, parquet.byteOffset + parquet.byteLength);
  const table = await parquetReadObjects({ file });
  expect(table).toHaveLength(rows.length);
  for (const [index, { point, loss }] of rows.entries()) {
    expect(table[index]).toMatchObject({ "point.law.contextLength": point["law.contextLength"], loss });
  }
  expect(readFileSync(join(undisturbed, "figures/sweep.svg"), "utf8")).toContain("law.contextLength");
  const manifest = JSON.parse(readFileSync(join(undisturbed, "manifest.json"), "utf8")) as object;
  expect(manifest).toMatchObject({ command: "sweep", status: "finished", points: 8, config: { grid } });
  expect(existsSync(join(undisturbed, "journal.jsonl"))).toBe(false);
});

test("one worker or two, YAML or TypeScript: the same bytes; and a longer sweep goes on where the shorter ended", async () => {
  const yaml = `base: ${JSON.stringify(base)}\ngrid:\n  law: { contextLength: [10, 20], noise: { variance: [0] } }\n  seed: [0, 1]\n`;
  const out = folder();
  const short = await sweep("--config", sweepFile(yaml, "sweep.yaml"), "--out", out, "--workers", "1", "--quiet");
  expect([short.code, short.stdout]).toEqual([0, expect.stringMatching(/^4 of 4 points/)]);

  const script = `const base = ${JSON.stringify(base)};\nexport default { base, grid: ${JSON.stringify(grid)} };\n`;
  const long = await sweep("--config", sweepFile(script, "sweep.ts"), "--out", out, "--workers", "2", "--jsonl");
  expect(long.stdout).toBe(alone.stdout);
  expect(contentsOf(out)).toEqual(contentsOf(undisturbed));

  const other = await sweep("--config", config, "--out", out, "--set", "base.training.steps=20", "--quiet");
  expect(other.code).toBe(2);
  expect(other.stderr).toMatch(/where 8 of 8 are not.*--force/);
  expect(contentsOf(out)).toEqual(contentsOf(undisturbed));
});

test("killed at any moment, with its journal torn, it comes to the same bytes", async () => {
  const out = folder();
  const journal = join(out, "journal.jsonl");
  const lines = (): number => (existsSync(journal) ? readFileSync(journal, "utf8").split("\n").length - 1 : 0);
  for (const least of [1, 2]) {
    await runCli(["sweep", "--config", config, "--out", out, "--workers", String(least)], {
      whileRunning(kill) {
        const timer = setInterval(() => {
          if (lines() < least) return;
          clearInterval(timer);
          kill("SIGKILL");
        }, 5);
      },
    });
    appendFileSync(journal, '{"configHash":"torn');
  }
  expect(lines()).toBeLessThan(9);
  const { code } = await sweep("--config", config, "--out", out, "--workers", "1", "--quiet");
  expect(code).toBe(0);
  expect(contentsOf(out)).toEqual(contentsOf(undisturbed));
});

test("Ctrl-C keeps what is finished, says so, and exits with 130", async () => {
  const out = folder();
  const slow = ["--set", "base.training.steps=100000", "--set", "base.training.batch=500"];
  const { code, stderr } = await runCli(["sweep", "--config", config, "--out", out, "--workers", "1", ...slow], {
    whileRunning(kill) {
      const timer = setInterval(() => {
        if (!existsSync(join(out, "journal.jsonl"))) return;
        clearInterval(timer);
        setTimeout(() => kill("SIGINT"), 500);
      }, 20);
    },
  });
  expect([code, stderr]).toEqual([130, expect.stringContaining(`what is in ${out} is not run again`)]);
});

test("a budget is turned into steps and batches, says how exact they are, and is kept when the sweep goes on", async () => {
  const out = folder();
  const free = sweepFile({ base: { law, training: { starts: 1 } }, grid: { seed: [0, 1] } });
  const budgeted = ["--config", free, "--out", out, "--budget", "60s", "--workers", "1"];
  const first = await runCli(["sweep", ...budgeted], {
    whileRunning(kill) {
      const timer = setInterval(() => {
        if (!existsSync(join(out, "manifest.json"))) return;
        clearInterval(timer);
        setTimeout(() => kill("SIGKILL"), 100);
      }, 20);
    },
  });
  const [, plan] = /^(2 points, \d+ steps of \S+ prompts each), about .* s with 1 worker;/.exec(first.stderr) ?? [];
  expect(first.stderr).toMatch(/; standard error of Γ: [\d.]+ % of its size, unless the one start/);
  const manifest = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8")) as { config: { plan: BudgetPlan } };
  const { steps, batches } = manifest.config.plan;
  expect(Math.min(...batches)).toBeGreaterThanOrEqual(32);
  const second = await sweep(...budgeted, "--dry-run");
  expect(second.stderr).toContain(`${plan}, as planned in ${out}`);
  expect(second.stdout.split("\n")[2]).toMatch(new RegExp(`^1 +${steps} +${batches[1]} +wasm$`));
});

test("what cannot be meant is refused before anything runs, and names its point", async () => {
  const out = join(folder(), "never-made");
  const bad = await sweep("--config", config, "--out", out, "--set", "grid.law.contextLength=[10,0]", "--jsonl");
  expect(bad.code).toBe(3);
  expect(JSON.parse(bad.stdout)).toMatchObject({
    error: {
      code: "domain",
      where: "point 5 of 8 (law.contextLength = 0, law.noise.variance = 0, seed = 0): law.contextLength",
    },
  });
  const typo = await sweep("--config", config, "--out", out, "--set", "base.training.step=10");
  expect([typo.code, typo.stderr]).toEqual([2, expect.stringMatching(/did you mean "steps"/)]);
  expect((await sweep("--config", config, "--out", out, "--workers", "0")).code).toBe(2);
  expect(existsSync(out)).toBe(false);
  const dry = await sweep("--config", config, "--out", out, "--dry-run");
  expect([dry.code, dry.stdout.split("\n")[1]]).toEqual([0, expect.stringMatching(/^10 +0 +0 +300 +64 +wasm$/)]);
  expect(existsSync(out)).toBe(false);
});
