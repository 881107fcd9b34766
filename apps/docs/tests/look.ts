import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, it } from "vitest";

import { pages } from "./pages.ts";
import { openSite } from "./site.ts";

// `npm run look` takes pictures of every page, wide and narrow, light and dark, and prints it, for somebody to look at.
// `npm run look -- -t learn/` takes those of some pages.
const folder = process.env["ONESTEP_LOOK"] ?? join(tmpdir(), "onestep-look");
mkdirSync(folder, { recursive: true });
process.stdout.write(`pictures of ${pages.length} pages: ${folder}\n`);

const site = await openSite();
if (site === undefined) throw new Error("there is no Chromium to take pictures with");
afterAll(() => site.close());

it.each([...pages, "/nothing/here"])("%s", async (path) => {
  const name = path === "/" ? "front" : path.slice(1).replaceAll("/", "-").replace(/-$/, "");
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [1280, 390]) {
      const visit = await site.open(path, { width, colorScheme });
      const picture = await visit.page.screenshot({ fullPage: true });
      writeFileSync(join(folder, `${name}-${width}-${colorScheme}.png`), picture);
      // In the dark, as a reader at night would print it.
      if (width === 1280 && colorScheme === "dark") {
        writeFileSync(
          join(folder, `${name}.pdf`),
          await visit.page.pdf({ format: "a4", preferCSSPageSize: true, printBackground: true }),
        );
      }
      await visit.close();
    }
  }
});
