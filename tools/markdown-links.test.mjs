import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { anchorsOf, deadLinks } from "./markdown-links.mjs";

test("a link is followed to its file and its heading, and reported with its line where one is missing", () => {
  const at = repositoryWith({
    "README.md": [
      "# A page",
      "[there](docs/other.md) [heading](docs/other.md#two-words) [own](#a-page) ![figure](assets/a.svg)",
      "[elsewhere](https://example.org/nothing) [mail](mailto:a@example.org) [folder](docs)",
      "```md\n[in code](nowhere.md)\n```",
      "and `[in code](nowhere.md)`",
      "[gone](docs/gone.md)",
      '[no heading](docs/other.md#three "title") <img src="assets/b.svg">',
      "[out](../../outside.md)",
      "[ref]: docs/gone.md#x",
    ].join("\n"),
    "docs/other.md": "## Two *words*!\n[back](../README.md#a-page) [from the root](/assets/a.svg)",
    "assets/a.svg": "<svg/>",
    "node_modules/x/README.md": "[gone](gone.md)",
  });
  expect(deadLinks(at).toSorted()).toEqual([
    "README.md:10: ../../outside.md: is outside the repository",
    "README.md:11: docs/gone.md#x: no such file",
    "README.md:8: docs/gone.md: no such file",
    "README.md:9: assets/b.svg: no such file",
    "README.md:9: docs/other.md#three: no such heading",
  ]);
  expect(deadLinks(at, (file) => file.startsWith("docs/"))).toEqual([]);
});

test("headings have the anchors that GitHub gives them", () => {
  const page = "# One\n## `two` & three\n# One\n```sh\n# not one\n```\n### [Γ*](x.md), in *full*";
  expect([...anchorsOf(page)]).toEqual(["one", "two--three", "one-1", "γ-in-full"]);
});

function repositoryWith(files) {
  const folder = mkdtempSync(join(tmpdir(), "onestep-links-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}
