import { describe, expect, it } from "vitest";
import { judge } from "../claim.ts";
import { above, below, estimates, near, within } from "./claims.ts";

const target = { value: -2, source: { key: "onestep", locator: "here" } };
const verdictOf = (claim: Parameters<typeof judge>[0]): string => judge(claim, { falseAlarm: 0.01 }).verdict;

describe("claims", () => {
  it("hold a number that was computed exactly against its target", () => {
    expect(within("distance", target, -2.1, 0.2)).toEqual({
      name: "distance",
      relation: "within",
      predicted: -2,
      observed: -2.1,
      standardError: 0,
      tolerance: 0.2,
      source: target.source,
    });
  });

  it("take a tolerance as a part of the size of a target", () => {
    expect(verdictOf(near("step", target, -2.1, 0.06))).toBe("supported");
    expect(verdictOf(near("step", target, -2.1, 0.04))).toBe("contradicted");
    const seen = { value: -2.1, standardError: 0.1 };
    expect(verdictOf(estimates("loss", target, seen, 0.2))).toBe("supported");
    expect(verdictOf(estimates("loss", target, seen, 0.1))).toBe("undecided");
  });

  it("are on one side of a target, by more than a margin", () => {
    expect(verdictOf(above("loss", target, -1.9))).toBe("supported");
    expect(verdictOf(above("loss", target, -1.9, 0.2))).toBe("contradicted");
    expect(verdictOf(below("loss", target, -2.1))).toBe("supported");
    expect(verdictOf(below("loss", target, -1.9))).toBe("contradicted");
  });
});
