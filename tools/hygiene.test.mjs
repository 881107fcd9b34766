import { expect, test } from "vitest";

import { judgeAudit, judgeDependencies } from "./hygiene.mjs";

test("a vulnerability is named, a clean answer passes, and a registry that does not answer is said", () => {
  const advisory = { module_name: "left-pad", severity: "high", title: "Pads right", url: "https://example.org/1" };
  expect(judgeAudit({ code: 1, stdout: JSON.stringify({ advisories: { 1: advisory } }), stderr: "" })).toEqual({
    failed: true,
    lines: ["left-pad: high: Pads right (https://example.org/1)"],
  });
  expect(judgeAudit({ code: 0, stdout: '{"advisories":{}}', stderr: "" })).toEqual({ failed: false, lines: [] });
  expect(judgeAudit({ code: 1, stdout: "", stderr: "Error: BAD\n  × responded\n  │ with 405:\n" })).toEqual({
    failed: false,
    lines: ["skipped, because the registry did not answer: Error: BAD responded with 405:"],
  });
});

test("a dependency needs a licence of the list, and none runs a script when it is installed", () => {
  const of = (licence) => ({ [licence]: [{ name: "x", paths: ["at"] }] });
  const quiet = () => ({ scripts: { test: "true" } });
  for (const licence of ["MIT", "(GPL-3.0 OR MIT)", "MIT AND ISC"]) {
    expect(judgeDependencies(of(licence), quiet)).toEqual({ failed: false, lines: [] });
  }
  for (const licence of ["GPL-3.0", "Unknown", "(MIT AND GPL-3.0)"]) {
    expect(judgeDependencies(of(licence), quiet).lines).toEqual([
      `x: the licence ${licence} is not on the list of tools/hygiene.mjs`,
    ]);
  }
  expect(judgeDependencies(of("MIT"), () => ({ scripts: { postinstall: "curl" } })).lines).toEqual([
    'x: has a script "postinstall"',
  ]);
  // An answer without packages is a question that was asked wrongly.
  expect(judgeDependencies({}, quiet).failed).toBe(true);
});
