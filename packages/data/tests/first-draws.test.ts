import { randomKey } from "@onestep/core";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { lawShelf } from "../src/catalogue.ts";
import type { LawKind } from "../src/define/law-kind.ts";
import { samplePrompts } from "../src/prompt/sample-prompts.ts";
import { promptsWith } from "./prompts-with.ts";
import { settingsOfLaws } from "./settings-of-laws.ts";
import { settingsOfLinks } from "./settings-of-links.ts";

const file = fileURLToPath(new URL("first-draws.json", import.meta.url));

const GRID = Float64Array.from({ length: 33 }, (_, i) => i / 4 - 4);

/** What a key draws is a promise to whoever wrote a seed down. */
const message =
  "The first draws of a law are not those on record. If a law is new, or its draws are meant to change, run\n" +
  "  ONESTEP_RECORD_DRAWS=1 npx vitest run first-draws\n" +
  "and commit tests/first-draws.json; a change of what was there is a *major* changeset, however small the diff.";

test("the first draws of every law are the bytes on record", () => {
  const drawn = Object.fromEntries<string>([
    ...(Object.keys(lawShelf) as LawKind[]).flatMap((kind) => drawsOf(kind)),
    // A link draws nothing: these are its values from −4 to 4.
    ...settingsOfLinks.map(({ title, link }): [string, string] => [
      `link ${title}`,
      digestOf(GRID.map((x) => link.value(x))),
    ]),
  ]);
  if (process.env["ONESTEP_RECORD_DRAWS"] === "1") writeFileSync(file, `${JSON.stringify(drawn, null, 2)}\n`);
  expect(drawn, message).toEqual(JSON.parse(readFileSync(file, "utf8")));
});

function drawsOf<Kind extends LawKind>(kind: Kind): [name: string, digest: string][] {
  return settingsOfLaws(kind).map(({ file: lawFile, law }) => {
    const prompts = promptsWith[kind](law);
    const { covariates, responses, queryCovariates, queryResponses } = samplePrompts(prompts, {
      key: randomKey(7),
      count: 3,
    });
    const name = `${kind} ${JSON.stringify(lawFile)} in R^${prompts.dimension}`;
    return [name, digestOf(covariates, responses, queryCovariates, queryResponses)];
  });
}

/** Of the numbers as little-endian bytes. */
function digestOf(...arrays: readonly Float64Array[]): string {
  const hash = createHash("sha256");
  for (const values of arrays) {
    const bytes = new DataView(new ArrayBuffer(8 * values.length));
    values.forEach((value, at) => bytes.setFloat64(8 * at, value, true));
    hash.update(new Uint8Array(bytes.buffer));
  }
  return hash.digest("hex").slice(0, 16);
}
