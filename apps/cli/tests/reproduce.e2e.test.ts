import { existsSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCli, type Finished } from "./run-cli.ts";

interface ReproduceDocument {
  readonly recipes: readonly {
    readonly id: string;
    readonly verdict: string;
    readonly supported: number;
    readonly contradicted: number;
    readonly undecided: number;
    readonly seconds: number;
    readonly claims: readonly { name: string; predicted: number; observed: number; verdict: string }[];
  }[];
}

interface Manifest {
  readonly status: string;
  readonly config: object;
  readonly configHash: string;
  readonly digest: string;
  readonly results: readonly { id: string; digest: string }[];
  readonly versions: object;
}

const folder = (): string => mkdtempSync(join(tmpdir(), "onestep-reproduce-"));
const read = <T>(...path: string[]): T => JSON.parse(readFileSync(join(...path), "utf8")) as T;
const reproduce = (...args: string[]): Promise<Finished> => runCli(["reproduce", ...args]);
const fastest = "thm2-anisotropic";

test("a recipe's claims, figure and report are written, and what is finished is not run again", async () => {
  const out = folder();
  const first = await reproduce(fastest, "--out", out, "--json");
  expect(first.code).toBe(0);
  const [recipe, ...others] = (JSON.parse(first.stdout) as ReproduceDocument).recipes;
  expect(others).toEqual([]);
  expect(recipe).toMatchObject({ id: fastest, verdict: "supported", contradicted: 0, undecided: 0 });
  expect(recipe.supported).toBe(recipe.claims.length);
  expect(recipe.claims.find(({ name }) => name.endsWith("best plain step"))?.predicted).toBeCloseTo(2.2474, 4);

  expect(readdirSync(out).sort()).toEqual(["figures", "manifest.json", "report.html", "report.json", "results"]);
  expect(readdirSync(join(out, "figures"))).toEqual(
    ["csv", "png", "svg", "vl.json"].map((form) => `${fastest}.${form}`),
  );
  const manifest = read<Manifest>(out, "manifest.json");
  expect(manifest).toMatchObject({ status: "finished", config: { scale: "ci", seed: 0 }, results: [{ id: fastest }] });
  const page = readFileSync(join(out, "report.html"), "utf8");
  expect(page).toContain("<caption>Claims</caption>");
  expect(page).not.toMatch(/<script|<link|src=|url\(/); // it opens offline

  const again = await reproduce(fastest, "--out", out, "--json");
  expect(again.stdout).toBe(first.stdout); // its seconds, too: nothing ran
  const forced = await reproduce(fastest, "--out", out, "--json", "--force");
  expect(forced.stdout).not.toBe(first.stdout);
  expect(read<Manifest>(out, "manifest.json").digest).toBe(manifest.digest);

  // A result that was damaged is run again.
  const stored = join(out, "results", `${fastest}.json`);
  writeFileSync(stored, readFileSync(stored, "utf8").replace('"supported": ', '"supported": 1'));
  await reproduce(fastest, "--out", out, "--quiet");
  expect(read<Manifest>(out, "manifest.json").digest).toBe(manifest.digest);

  const otherSeed = await reproduce(fastest, "--out", out, "--seed", "1");
  expect(otherSeed.code).toBe(2);
  expect(otherSeed.stderr).toMatch(/with the results of \{"scale":"ci","seed":0\}.*--force/);
  expect(read<Manifest>(out, "manifest.json")).toMatchObject({ config: { seed: 0 } });
}, 120_000);

test("a mistake made on purpose is contradicted, and people read so", async () => {
  const { code, stdout } = await reproduce(fastest, "--defect", "one-example-fewer");
  expect(code).toBe(1);
  expect(stdout).toContain("with a mistake made on purpose: one-example-fewer");
  expect(stdout).toMatch(/step size .* ✗ contradicted/);
  expect(stdout).toMatch(
    /recipe +supported +contradicted +undecided +seconds +verdict\n +thm2-anisotropic +\d+ +\d+ +0/,
  );
});

test("what cannot be meant, or cannot be written, is refused before anything runs", async () => {
  const typo = await reproduce("thm1-isotopic");
  expect([typo.code, typo.stdout]).toEqual([2, ""]);
  expect(typo.stderr).toContain("did you mean thm1-isotropic?");
  const defect = await reproduce(fastest, "--defect", "plain");
  expect(defect.code).toBe(2);
  expect(defect.stderr).toContain("one-example-fewer, plain-step");
  expect((await reproduce("all", "--defect", "plain-step")).code).toBe(2);
  expect((await reproduce(fastest, "--scale", "huge")).code).toBe(2);
  const file = join(folder(), "file");
  writeFileSync(file, "");
  const unwritable = await reproduce("all", "--out", join(file, "out"), "--json");
  expect(unwritable.code).toBe(2);
  const document = JSON.parse(unwritable.stdout) as { error: { code: string; where: string } };
  expect(document.error).toMatchObject({ code: "usage", where: "--out" });
});

test("Ctrl-C ends it with exit code 130, and keeps what is finished", async () => {
  const out = folder();
  const { code, stderr } = await runCli(["reproduce", fastest, "ahn-depth", "--out", out], {
    whileRunning(kill) {
      const finished = join(out, "results", `${fastest}.json`);
      const waiting = setInterval(() => {
        if (!existsSync(finished)) return;
        clearInterval(waiting);
        kill("SIGINT");
      }, 20);
    },
  });
  expect(code).toBe(130);
  expect(stderr).toContain(`what is in ${out} is not run again`);
  expect(read<Manifest>(out, "manifest.json")).toMatchObject({ status: "running", results: [{ id: fastest }] });
  expect(existsSync(join(out, "report.json"))).toBe(false);
  const { stdout } = await reproduce(fastest, "--out", out, "--json");
  const [kept] = (JSON.parse(stdout) as ReproduceDocument).recipes;
  const stored = read<{ report: { seconds: number } }>(out, "results", `${fastest}.json`);
  expect(kept.seconds).toBe(stored.report.seconds); // it did not run again
}, 120_000);

test("recipes can be listed, with their settings and the mistakes they can make", async () => {
  const { stdout } = await runCli(["list", "recipes", "--json"]);
  const recipes = JSON.parse(stdout) as { id: string; defects: object; settings: object }[];
  const thm1 = recipes.find(({ id }) => id === "thm1-isotropic");
  expect(thm1?.defects).toHaveProperty("one-example-fewer");
  expect(thm1?.settings).toHaveProperty("ci.contextLength", 20);
  expect((await runCli(["list", "recipes"])).stdout).toContain("thm1-isotropic");
});
