import { readFileSync } from "node:fs";
import { join } from "node:path";

import { sectionsOf } from "./sections.ts";

/** A page of the API reference: some exports of one entry point of a package. */
export interface ApiEntry {
  readonly package: string;
  readonly title: string;
  /** `theory/the-optimum-of-one-layer` */
  readonly path: string;
  /** The path in an address: a page with pages below it, of namespaces, is a folder. */
  readonly link: string;
  /** Where the exports are imported from: `@onestep/theory`. */
  readonly from: string;
  /** A module that has these exports and no others. */
  readonly source: string;
}

/** The packages in the order of the architecture, and the heading of what stands before their first one. */
const PACKAGES = ["core", "kernels", "data", "theory", "model", "lab"] as const;
const UNTITLED = "The kernels";

/** Entry points besides the index, each a page. */
const FURTHER = [
  { package: "kernels", path: "kernels/relaxed", title: "Relaxed SIMD", file: "relaxed/index.ts" },
  { package: "data", path: "data/testing", title: "Checks of laws", file: "testing/index.ts" },
  { package: "model", path: "model/tfjs-layer", title: "A layer for TensorFlow.js", file: "layers/tfjs-layer.ts" },
  { package: "model", path: "model/threads", title: "Training in threads", file: "threads/open-threads.ts" },
] as const;

/** Every page of the API reference, package by package. */
export function apiEntries(packages: string): readonly ApiEntry[] {
  return PACKAGES.flatMap((name) => {
    const source = join(packages, name, "src");
    const sections = sectionsOf(readFileSync(join(source, "index.ts"), "utf8"), UNTITLED);
    return [
      ...sections.map(({ title, slug, source: exports }) => ({
        package: name,
        title,
        path: `${name}/${slug}`,
        link: `${name}/${slug}${/^export \* as /m.test(exports) ? "/" : ""}`,
        from: `@onestep/${name}`,
        source: exports.replaceAll('from "./', `from "${source}/`),
      })),
      ...FURTHER.filter((entry) => entry.package === name).map(({ path, title, file }) => ({
        package: name,
        title,
        path,
        link: path,
        from: `@onestep/${path}`,
        source: `export * from "${join(source, file)}";`,
      })),
    ];
  });
}
