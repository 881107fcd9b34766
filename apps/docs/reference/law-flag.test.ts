import { lawCatalogue, lawFileOfFlags } from "@onestep/data";
import { describe, expect, it } from "vitest";

import { lawFlag } from "./law-flag.ts";

describe("lawFlag", () => {
  it("writes a name alone, numbers, lists and words", () => {
    expect(lawFlag("laplace", {})).toBe("laplace");
    expect(lawFlag("student", { degreesOfFreedom: 5, covariance: [2, 1] })).toBe(
      "'student:degreesOfFreedom=5,covariance=[2,1]'",
    );
    expect(lawFlag("single-index", { link: "tanh" })).toBe("'single-index:link=tanh'");
  });

  it("writes what the command line reads back, for every example on the page", () => {
    const kinds = ["covariates", "target", "tasks", "noise"] as const;
    const examples = kinds.flatMap((kind) =>
      lawCatalogue
        .filter((entry) => entry.kind === kind)
        .flatMap(({ name, examples: shown }) => shown.map((parameters) => ({ kind, name, parameters }))),
    );
    expect(examples.length).toBeGreaterThan(20);
    for (const { kind, name, parameters } of examples) {
      const read = lawFileOfFlags({ [kind]: lawFlag(name, parameters).replace(/^'|'$/g, "") });
      const law = kind === "tasks" ? (read["target"] as { tasks: unknown }).tasks : read[kind];
      expect(law).toEqual(expect.objectContaining({ law: name, ...parameters }));
    }
  });
});
