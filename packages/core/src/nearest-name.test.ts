import { describe, expect, it } from "vitest";
import { nearestName } from "./nearest-name.ts";

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
