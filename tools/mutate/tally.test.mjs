import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { readJson, root } from "../workspace.mjs";
import { mutantsOf } from "./mutants.mjs";
import { tally } from "./tally.mjs";

const outcome = (code, change, killed = false) => ({ file: "a.ts", line: 1, code, change, killed });

test("what survives is set aside where the list names its change, among several, or its whole line", () => {
  const outcomes = [
    outcome("x * 2", "* → /", true),
    outcome("x * 2", "2 → (2 + 1)"),
    outcome("y + 1", "+ → -"),
    outcome("y + 1", "1 → (1 - 1)"),
    outcome("z ** 3", "** → *"),
    { ...outcome("z ** 3", "** → *"), file: "b.ts" },
  ];
  const why = "it says so";
  const explained = {
    "a.ts": [
      { code: "x * 2", change: "*", why },
      { code: "y + 1", change: ["+ → -", "- → +"], why },
      { code: "z ** 3", change: "** → *", why },
    ],
  };
  const { killed, counted, equivalent, survivors } = tally(outcomes, explained);
  expect({ killed, counted, equivalent }).toEqual({ killed: 1, counted: 3, equivalent: 3 });
  expect(survivors).toEqual([outcomes[3], outcomes[5]]);
});

test("the interval of the share is Wilson's", () => {
  const { low, high } = tally(
    [outcome("a", "b", true), outcome("a", "c", true), outcome("a", "d", true), outcome("a", "e")],
    {},
  );
  expect([low, high].map((one) => one.toFixed(4))).toEqual(["0.3006", "0.9544"]);
});

test("what the list explains is still there", () => {
  const explained = readJson(join(root, "tools", "mutate", "explained.json"));
  const gone = Object.entries(explained).flatMap(([file, entries]) => {
    const mutants = mutantsOf(readFileSync(join(root, file), "utf8"), file);
    const isThere = ({ code, change }) =>
      [change].flat().every((own) => mutants.some((one) => one.code === code && ["*", one.change].includes(own)));
    return entries.filter((one) => !isThere(one)).map(({ code, change }) => `${file}: ${change} in ${code}`);
  });
  expect(gone).toEqual([]);
});
