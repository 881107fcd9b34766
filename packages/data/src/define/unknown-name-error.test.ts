import { OnestepError } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { requireKnownNames, UnknownNameError } from "./unknown-name-error.ts";

describe("requireKnownNames", () => {
  const context = { where: "law.noise", role: "parameter of gaussian", candidates: ["variance"] };

  it("lets known names pass", () => {
    requireKnownNames(["variance"], context);
    requireKnownNames([], context);
  });

  it("names the nearest candidate in a usage error of its own code", () => {
    const refuse = (): void => requireKnownNames(["variance", "varience"], context);
    expect(refuse).toThrow(UnknownNameError);
    expect(refuse).toThrow(
      'law.noise: expected a parameter of gaussian: variance; got "varience". Try: did you mean "variance"?',
    );
    try {
      refuse();
    } catch (error) {
      expect(error).toBeInstanceOf(OnestepError);
      expect(error).toMatchObject({ code: "unknown-name", unknown: "varience", candidates: ["variance"] });
    }
  });

  it("speaks of an entry", () => {
    const refuse = (): void => requireKnownNames(["x"], { where: "law", role: "entry of query", candidates: ["y"] });
    expect(refuse).toThrow('law: expected an entry of query: y; got "x"');
  });

  it("says so where there is nothing to choose from", () => {
    const refuse = (): void =>
      requireKnownNames(["slope"], { where: "law", role: "parameter of relu", candidates: [] });
    expect(refuse).toThrow('law: expected no parameter of relu; got "slope". Try: leave it out');
  });
});
