// CONTRIBUTING.md says that a law is one file. This test does what it says, in a copy of the project.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { copyProject } from "./copy-project.mjs";
import { readJson, root } from "./workspace.mjs";

/** The section of the guide, its one file with its path, and the arguments of the commands that follow. */
function readGuide() {
  const text = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
  const [section] = /## Add a law in one file\n[\s\S]*?(?=\n## )/.exec(text);
  const [path] = /packages\/data\/src\/covariates\/[a-z-]+\.ts/.exec(section);
  const [, source] = /```ts\n([\s\S]*?)```/.exec(section);
  const [, commands] = /```sh\n([\s\S]*?)```/.exec(section);
  return { path, source, commands: commands.trim().split("\n") };
}

describe("the contributor's guide, followed to the letter", () => {
  const { path, source, commands } = readGuide();
  const name = basename(path, ".ts");
  let at;

  const run = (folder, command, args) => {
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: join(at, folder), encoding: "utf8" });
    if (status !== 0) throw new Error(`${folder}: ${command} ${args.join(" ")}\n${stdout}\n${stderr}`);
    return stdout;
  };
  const runCli = (args) => JSON.parse(run(".", process.execPath, ["apps/cli/dist/bin.js", ...args, "--json"]));
  /** The command of the guide that begins like this, in words. */
  const commandOf = (beginning) => commands.find((line) => line.startsWith(beginning)).split(" ");

  beforeAll(() => {
    at = mkdtempSync(join(tmpdir(), "onestep-guide-"));
    copyProject(at, { built: true });
    expect(existsSync(join(at, path)), `${path} is in the project already: show another law in the guide`).toBe(false);
    writeFileSync(join(at, path), source);
    // What `npm run build` runs in the packages that see the new file.
    for (const folder of ["packages/data", "apps/cli", "apps/docs"]) run(folder, "npm", ["run", "build", "--silent"]);
  }, 300_000);

  afterAll(() => {
    rmSync(at, { recursive: true, force: true });
  });

  it("runs the checks of the new law, and they pass", () => {
    const [cd, folder, , ...vitest] = commandOf("cd ");
    expect(cd).toBe("cd");
    run(folder, vitest[0], vitest.slice(1));
    const { numPassedTests, numFailedTests, testResults } = readJson(join(at, folder, "dist", "test-summary.json"));
    const titles = testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status }) => status === "passed")
      .map(({ title }) => title);
    expect(numFailedTests).toBe(0);
    expect(numPassedTests).toBeGreaterThan(10);
    expect(titles).toEqual(expect.arrayContaining(["fourth moment", "invariance under signed-permutations"]));
  }, 120_000);

  it("finds it in the catalogue and among the exports", () => {
    const laws = runCli(commandOf("npm start -- list").slice(3));
    expect(laws).toContainEqual(expect.objectContaining({ kind: "covariates", name }));
    const exported = "import('@onestep/data').then((data) => console.log(Object.keys(data).join()))";
    expect(run("apps/cli", process.execPath, ["--eval", exported])).toContain(`${name}Covariates`);
  });

  it("finds its optimum: η = 1/(n + d + 1 + κ − 3 + σ²)", () => {
    const { stepSize, attains } = runCli(commandOf("npm start -- theory optimum").slice(3));
    expect(stepSize).toBeCloseTo(1 / (20 + 5 + 1 + 2.4 - 3 + 0.25), 14);
    expect(attains).toBe("lsa-minimum");
  });

  it("finds its row on the site", () => {
    const page = readFileSync(join(at, "apps/docs/.vitepress/dist/reference/laws.html"), "utf8");
    expect(page).toContain(`<h3 id="covariates-${name}"`);
  });

  it("what it shows is written as the project writes", () => {
    const bin = join(at, "node_modules", ".bin");
    run(".", join(bin, "oxfmt"), ["--check", path]);
    run(".", join(bin, "oxlint"), [path]);
    run("packages/data", join(bin, "tsc"), ["-p", "tsconfig.test.json"]);
  });

  it("changes no other source but the list of its folder", () => {
    const sources = (folder) =>
      readdirSync(join(folder, "packages/data/src"), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
        .map((file) => [relative(folder, file), readFileSync(file, "utf8")]);
    const before = new Map(sources(root));
    const changed = sources(at).filter(([file, text]) => before.get(file) !== text);
    const expected = [path, "packages/data/src/covariates/all.generated.ts"].map((file) => join(file));
    expect(new Set(changed.map(([file]) => file))).toEqual(new Set(expected));
  });
});
