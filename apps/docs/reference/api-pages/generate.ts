import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import type { ApiEntry } from "./entries.ts";
import { polish } from "./polish.ts";

/** Where things are read and written. */
export interface Places {
  /** `packages/` of the repository */
  readonly packages: string;
  /** Modules and settings that are written for TypeDoc, and for nobody else. */
  readonly scratch: string;
  /** The pages. */
  readonly pages: string;
}

/** Writes a page for every entry out of the docstrings of its exports. */
export async function generatePages(entries: readonly ApiEntry[], { packages, scratch, pages }: Places): Promise<void> {
  const files = entries.map(({ path, source }) => write(join(scratch, `${path}.ts`), `${source}\n`));
  const names = [...new Set(entries.map((entry) => entry.package))];
  const tsconfig = write(
    join(scratch, "tsconfig.json"),
    JSON.stringify({
      extends: join(packages, "..", "tsconfig.base.json"),
      compilerOptions: {
        composite: false,
        noEmit: true,
        allowImportingTsExtensions: true,
        rootDir: join(packages, ".."),
        // Declarations of a sibling package are its sources, so that a link leads to its page.
        paths: Object.fromEntries(names.map((name) => [`@onestep/${name}`, [join(packages, name, "src", "index.ts")]])),
      },
      files,
    }),
  );
  const { Application } = await import("typedoc");
  const application = await Application.bootstrapWithPlugins({
    plugin: ["typedoc-plugin-markdown"],
    entryPoints: files,
    tsconfig,
    basePath: scratch,
    name: "onestep",
    readme: "none",
    outputs: [{ name: "markdown", path: pages }],
    skipErrorChecking: true,
    logLevel: "Error",
    disableSources: true,
    excludeInternal: true,
    // Readers meet what a package exports in the order of its index.
    sort: ["source-order"],
    groupOrder: ["Functions", "Classes", "Variables", "*"],
    validation: false,
    ...MARKDOWN,
  });
  const project = await application.convert();
  if (project === undefined) throw new Error("TypeDoc could not read the packages");
  await application.generateOutputs(project);
  if (application.logger.hasErrors()) throw new Error("TypeDoc could not write the pages");
  for (const entry of entries) {
    const [file] = [`${entry.path}.md`, `${entry.path}/index.md`].map((path) => join(pages, path)).filter(existsSync);
    write(file, polish(readFileSync(file, "utf8"), entry));
  }
  write(join(pages, "index.md"), contentsOf(entries, packages));
}

/** The list of all pages, package by package. */
function contentsOf(entries: readonly ApiEntry[], packages: string): string {
  const names = [...new Set(entries.map((entry) => entry.package))];
  const chapters = names.map((name) => {
    const manifest = JSON.parse(readFileSync(join(packages, name, "package.json"), "utf8")) as { description: string };
    const items = entries.filter((entry) => entry.package === name).map(({ title, link }) => `- [${title}](./${link})`);
    return [`## @onestep/${name} {#${name}}`, "", manifest.description, "", ...items].join("\n");
  });
  const lead =
    "What each package exports, out of the comments in its source. An example that ends in `// =>` is exact, one that ends in `// ≈` holds to 12 digits, and the tests run them all.";
  const about = "What every package of onestep exports, page by page, with formulas and examples.";
  return ["---", `description: ${about}`, "---", "", "# API", "", lead, "", chapters.join("\n\n"), ""].join("\n");
}

/** How typedoc-plugin-markdown writes. */
const MARKDOWN = {
  router: "module",
  entryFileName: "index",
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  expandObjects: true,
  parametersFormat: "table",
  interfacePropertiesFormat: "table",
  propertyMembersFormat: "table",
  typeDeclarationFormat: "table",
} as const;

function write(file: string, text: string): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}
