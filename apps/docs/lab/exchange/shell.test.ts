import { execFileSync } from "node:child_process";

import { expect, it } from "vitest";

import { shellQuoted } from "./shell.ts";

it("hands every argument to a shell as it is", () => {
  const given = ["plain", "a=b,c:1", "[2,1]", `{"law":"x"}`, "it's", '$HOME `id` \\ "', "", "*"];
  const printed = execFileSync("sh", ["-c", `printf '%s\\n' ${given.map(shellQuoted).join(" ")}`], {
    encoding: "utf8",
  });
  expect(printed).toBe(given.map((argument) => `${argument}\n`).join(""));
  expect(shellQuoted("gaussian:variance=0.25")).toBe("gaussian:variance=0.25");
});
