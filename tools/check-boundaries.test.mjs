import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterEach, describe, expect, it } from "vitest";

import { findBreaches } from "./check-boundaries.mjs";

/** Written so that this file itself holds no import of the packages it talks about. */
const from = (names, specifier) => `import { ${names} } from "${specifier}";\n`;

const MANIFESTS = {
  core: { name: "@onestep/core", exports: { ".": "./dist/index.js" } },
  kernels: { name: "@onestep/kernels", dependencies: { "@onestep/core": "workspace:^" } },
  data: {
    name: "@onestep/data",
    exports: { ".": "./dist/index.js", "./testing": "./dist/testing.js" },
    dependencies: { "@onestep/core": "workspace:^", "@onestep/kernels": "workspace:^" },
  },
  theory: {
    name: "@onestep/theory",
    dependencies: { "@onestep/core": "workspace:^" },
    devDependencies: { "@onestep/testkit": "workspace:^" },
  },
  lab: {
    name: "@onestep/lab",
    dependencies: { "@onestep/core": "workspace:^", "@onestep/data": "workspace:^", "@onestep/theory": "workspace:^" },
  },
  testkit: { name: "@onestep/testkit", exports: { ".": "./dist/index.js" } },
};

const folders = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A small monorepo with the true manifests' shape, plus these files. */
function breachesWith(files) {
  const at = mkdtempSync(join(tmpdir(), "onestep-boundaries-"));
  folders.push(at);
  const manifests = Object.entries(MANIFESTS).map(([name, value]) => [
    `packages/${name}/package.json`,
    JSON.stringify(value),
  ]);
  for (const [path, text] of [...manifests, ...Object.entries(files)]) {
    mkdirSync(dirname(join(at, path)), { recursive: true });
    writeFileSync(join(at, path), text);
  }
  return findBreaches(at);
}

describe("package boundaries", () => {
  it("let a package import what the table allows", () => {
    const files = {
      "packages/theory/src/a.ts": from("matrix", "@onestep/core"),
      "packages/lab/src/a.ts": from("promptLaw", "@onestep/data") + from("checks", "@onestep/data/testing"),
      "packages/theory/src/a.test.ts": from("goldenCases", "@onestep/testkit"),
      "packages/theory/vitest.config.ts": `export { default } from "../../vitest.shared.ts";\n`,
    };
    expect(breachesWith(files)).toEqual([]);
  });

  it.each([
    ["a named import", from("promptLaw", "@onestep/data")],
    ["a type", `import type { PromptLaw } from "@onestep/data";\n`],
    ["an import over several lines", `import {\n  promptLaw,\n  samplePrompts,\n} from "@onestep/data";\n`],
    ["an import for its effects", `import "@onestep/data";\n`],
    ["a re-export", `export * from "@onestep/data";\n`],
    ["a dynamic import", `const data = await import("@onestep/data");\n`],
    ["a type query", `export type Law = import("@onestep/data").PromptLaw;\n`],
    ["single quotes", `import { promptLaw } from '@onestep/data';\n`],
  ])("stop theory from importing data: %s", (_, source) => {
    expect(breachesWith({ "packages/theory/src/spy.ts": source })).toEqual([
      expect.stringMatching(
        /^packages\/theory\/src\/spy\.ts:\d+: @onestep\/theory may not import @onestep\/data \(it may import @onestep\/core\)$/,
      ),
    ]);
  });

  it.each([
    ["theory", "data"],
    ["theory", "kernels"],
    ["data", "theory"],
    ["data", "model"],
    ["model", "theory"],
    ["model", "data"],
    ["kernels", "data"],
    ["lab", "docs"],
    ["core", "theory"],
    ["core", "kernels"],
  ])("keep %s from %s", (importer, imported) => {
    const breaches = breachesWith({
      [`packages/${importer}/package.json`]: JSON.stringify({ name: `@onestep/${importer}` }),
      [`packages/${importer}/src/spy.ts`]: from("x", `@onestep/${imported}`),
    });
    expect(breaches).toEqual([expect.stringContaining(`@onestep/${importer} may not import @onestep/${imported}`)]);
  });

  it("stop core from importing anything of ours, testkit in its tests included", () => {
    const breaches = breachesWith({ "packages/core/src/spy.test.ts": from("anyMatrix", "@onestep/testkit") });
    expect(breaches).toEqual([expect.stringContaining("it may import nothing of ours")]);
  });

  it("stop a deep relative import into another package", () => {
    const files = { "packages/theory/src/risk/spy.ts": from("DomainError", "../../../core/src/errors.ts") };
    expect(breachesWith(files)).toEqual([
      `packages/theory/src/risk/spy.ts:1: "../../../core/src/errors.ts" leaves packages/theory: import the other package by its name`,
    ]);
  });

  it("stop a relative import of a neighbour whose name begins alike", () => {
    const files = { "packages/core/src/spy.ts": from("x", "../../core-extra/src/x.ts") };
    expect(breachesWith(files)).toHaveLength(1);
  });

  it("stop an import past a package's door", () => {
    const files = { "packages/theory/src/spy.ts": from("x", "@onestep/core/dist/errors.js") };
    expect(breachesWith(files)).toEqual([expect.stringContaining("reaches past the door of @onestep/core")]);
  });

  it("keep testkit out of what users run", () => {
    const files = { "packages/theory/src/spy.ts": from("expectClose", "@onestep/testkit") };
    expect(breachesWith(files)).toEqual([expect.stringContaining("@onestep/testkit outside its tests")]);
  });

  it("ask for each import to be declared in the manifest", () => {
    const files = { "packages/lab/src/spy.ts": from("twin", "@onestep/kernels") };
    expect(breachesWith(files)).toEqual([
      expect.stringContaining("@onestep/kernels is not among the run-time dependencies"),
    ]);
  });

  it("read the manifest too", () => {
    const manifest = { name: "@onestep/theory", dependencies: { "@onestep/data": "workspace:^" } };
    expect(breachesWith({ "packages/theory/package.json": JSON.stringify(manifest) })).toEqual([
      "packages/theory/package.json: @onestep/theory may not depend on @onestep/data (it may import @onestep/core)",
    ]);
  });

  it("ask a new package for its row", () => {
    const breaches = breachesWith({ "packages/extra/package.json": JSON.stringify({ name: "@onestep/extra" }) });
    expect(breaches).toEqual([expect.stringContaining("@onestep/extra has no row")]);
  });

  it("do not mistake a docstring's example or a plain string for an import", () => {
    const source = `/**\n * import { promptLaw } from "@onestep/data";\n */\n// import "@onestep/data";\nexport const hint: string = "@onestep/data";\n`;
    expect(breachesWith({ "packages/theory/src/a.ts": source })).toEqual([]);
  });

  it("look into single-file components", () => {
    const source = `<script setup lang="ts">\n${from("x", "../../core/src/x.ts")}</script>\n`;
    expect(breachesWith({ "packages/theory/src/Figure.vue": source })).toHaveLength(1);
  });
});
