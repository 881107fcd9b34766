// CONTRIBUTING.md says that a law is one file, and a page of the site what a theorem is. These tests do what they say, in
// copies of the project.
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

describe("the guide to theorems, followed to the letter", () => {
  const page = readFileSync(join(root, "apps/docs/contribute/add-a-theorem.md"), "utf8");
  /** What is shown below the file's first mention. */
  const shownFor = (path) => /```ts\n([\s\S]*?)```/.exec(page.slice(page.indexOf(`\`${path}\``)))[1];
  let at;

  beforeAll(() => {
    at = mkdtempSync(join(tmpdir(), "onestep-theorem-"));
    copyProject(at, { built: true });
    const edit = (path, change) => writeFileSync(join(at, path), change(readFileSync(join(at, path), "utf8")));
    for (const path of [
      "packages/theory/src/risk/step-excess.ts",
      "packages/theory/src/risk/step-excess.differential.test.ts",
      "packages/lab/src/quantities/step-excess.ts",
    ]) {
      writeFileSync(join(at, path), shownFor(path));
    }
    edit("packages/theory/src/index.ts", (text) => text + shownFor("packages/theory/src/index.ts"));
    edit("packages/theory/README.md", (text) => text.replace("`oneStepRisk`", "$& `stepExcess`"));
    edit("packages/theory/tests/calls.ts", (text) =>
      text.replace(/closedForms: .* = \{\n/, `$&${shownFor("packages/theory/tests/calls.ts")}`),
    );
    edit(
      "packages/lab/src/quantities/catalogue.ts",
      (text) => `import { stepExcess } from "./step-excess.ts";\n${text.replace("[] = [", "[] = [stepExcess,")}`,
    );
  }, 120_000);

  afterAll(() => {
    rmSync(at, { recursive: true, force: true });
  });

  const run = (folder, command, args) => {
    const options = { cwd: join(at, folder), encoding: "utf8" };
    const { status, stdout, stderr } = spawnSync(join(at, "node_modules/.bin", command), args, options);
    if (status !== 0) throw new Error(`${folder}: ${command} ${args.join(" ")}\n${stdout}\n${stderr}`);
  };

  it("passes the tests that the page names, and all types agree", () => {
    const [, args] = /npx vitest (run step-excess.*)/.exec(page);
    run("packages/theory", "vitest", args.split(" "));
    run("packages/theory", "tsc", ["-p", "tsconfig.test.json"]);
  }, 120_000);

  it("asks its quantity of a law", () => {
    run("packages/lab", "tsc", ["-b"]);
    const [, args] = /npm start -- (theory step-excess .*)/.exec(page);
    const bin = join(at, "apps/cli/dist/bin.js");
    const { stdout } = spawnSync(process.execPath, [bin, ...args.split(" "), "--json"], { encoding: "utf8" });
    const [, expected] = /stepExcess\(.*\)\.value; \/\/ ≈ (.*)/.exec(page);
    expect(JSON.parse(stdout).value).toBeCloseTo(Number(expected), 10);
  }, 120_000);
});
