import { OnestepError } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { nearestName, requireKnownNames, UnknownNameError } from "./unknown-name-error.ts";

describe("nearestName", () => {
  it("takes the fewest edits, whatever the case of the letters", () => {
    expect(nearestName("gausian", ["rademacher", "gaussian", "sphere"])).toBe("gaussian");
    expect(nearestName("ReLU", ["identity", "relu"])).toBe("relu");
    expect(nearestName("leaky_relu", ["relu", "leaky-relu"])).toBe("leaky-relu");
  });

  it("takes the first of equals, and nothing of nothing", () => {
    expect(nearestName("xin", ["min", "sin"])).toBe("min");
    expect(nearestName("x", [])).toBeUndefined();
  });
});

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

  it("says so where there is nothing to choose from", () => {
    const refuse = (): void =>
      requireKnownNames(["slope"], { where: "law", role: "parameter of relu", candidates: [] });
    expect(refuse).toThrow('law: expected no parameter of relu; got "slope". Try: leave it out');
  });
});
