import { describe, expect, it } from "vitest";
import { nearestName } from "./nearest-name.ts";

describe("nearestName", () => {
  it("takes the fewest edits, whatever the case of the letters", () => {
    expect(nearestName("gausian", ["rademacher", "gaussian", "sphere"])).toBe("gaussian");
    expect(nearestName("ReLU", ["identity", "relu"])).toBe("relu");
    expect(nearestName("leaky_relu", ["relu", "leaky-relu"])).toBe("leaky-relu");
  });

  it("takes a name by its beginning before any other, the shortest first", () => {
    expect(nearestName("thm1", ["all", "thm1-isotropic", "thm2-anisotropic"])).toBe("thm1-isotropic");
    expect(nearestName("Tan", ["tanh-shifted", "tanh", "tin"])).toBe("tanh");
    expect(nearestName("TAN", ["tanh", "tan"])).toBe("tan");
  });

  it("takes the first of equals, and nothing of nothing", () => {
    expect(nearestName("xin", ["min", "sin"])).toBe("min");
    expect(nearestName("x", [])).toBeUndefined();
  });
});
