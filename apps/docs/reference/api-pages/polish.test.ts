import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, it } from "vitest";

import { polish } from "./polish.ts";
import { sectionsOf } from "./sections.ts";

it("a page gets its title, one list of what is thrown, and the source after it", () => {
  const page = [
    "# theory/depth",
    "",
    "### f()",
    "",
    "#### Throws",
    "",
    "ShapeError for",
    "two lines",
    "",
    "#### Throws",
    "",
    "DomainError for n < 1",
    "",
    "Source: a paper, Lemma 2.",
    "",
    "#### Example",
    "",
  ].join("\n");
  expect(polish(page, { title: "Depth", from: "@onestep/theory" })).toBe(
    [
      "---",
      'title: "Depth · @onestep/theory"',
      'description: "Depth: f, of @onestep/theory, with formulas and examples."',
      "outline: [2, 3]",
      "---",
      "",
      "# Depth",
      "",
      "```ts",
      'import { … } from "@onestep/theory";',
      "```",
      "",
      "### f()",
      "",
      "#### Throws",
      "",
      "- ShapeError for",
      "  two lines",
      "- DomainError for n < 1",
      "",
      "#### Source",
      "",
      "a paper, Lemma 2.",
      "",
      "#### Example",
      "",
    ].join("\n"),
  );
});

it("an index has a chapter for each comment that stands alone", () => {
  const index =
    'export { a } from "./a.ts";\n\n// matrices, row by row\nexport { b } from "./b.ts"; // not this\n// empty\n';
  expect(sectionsOf(index, "First")).toEqual([
    { title: "First", slug: "first", source: 'export { a } from "./a.ts";' },
    { title: "Matrices, row by row", slug: "matrices", source: 'export { b } from "./b.ts"; // not this' },
  ]);
});

it("no formula of a docstring has a \\{, which TypeDoc reads as an escaped brace: \\lbrace stays", () => {
  const packages = fileURLToPath(new URL("../../../../packages/", import.meta.url));
  const swallowed = readdirSync(packages).flatMap((name) =>
    readdirSync(join(packages, name, "src"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
      .filter((file) => /^\s*\*.*\$\$.*\\[{}]/m.test(readFileSync(join(packages, name, "src", file), "utf8"))),
  );
  expect(swallowed).toEqual([]);
});
