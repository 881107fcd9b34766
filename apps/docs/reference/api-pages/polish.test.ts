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
