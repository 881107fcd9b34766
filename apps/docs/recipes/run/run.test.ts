import type { RecipeReport } from "@onestep/lab";
import { describe, expect, it } from "vitest";

import { committedReports } from "../committed-reports.ts";
import { compareReports } from "./compare-reports.ts";
import { outcomeText } from "./outcome-text.ts";
import { addressOf, commandOf, LARGEST_SEED, runSettingAt } from "./run-setting.ts";

const committed = committedReports().get("low-rank-and-alignment")!;

function changed(by: number): RecipeReport {
  const [first, ...others] = committed.claims;
  return { ...committed, claims: [{ ...first, observed: first.observed * (1 + by) }, ...others] };
}

describe("a run's address", () => {
  const defects = ["one-example-fewer"];

  it("leads back to its setting", () => {
    for (const setting of [{ seed: 0 }, { seed: 7, defect: "one-example-fewer" }, { seed: LARGEST_SEED }]) {
      expect(runSettingAt(addressOf(setting), defects)).toEqual(setting);
    }
    expect(addressOf({ seed: 0 })).toBe("");
  });

  it("leaves out what there is not", () => {
    for (const search of ["?seed=-1", "?seed=1.5", "?seed=many", "?seed=1e300", "?defect=none-such"]) {
      expect(runSettingAt(search, defects)).toEqual({ seed: 0 });
    }
  });

  it("has a command that gives the same numbers", () => {
    expect(commandOf("low-rank-and-alignment", { seed: 0 })).toBe(
      "npm start -- reproduce low-rank-and-alignment --seed 0",
    );
    expect(commandOf("low-rank-and-alignment", { seed: 3, defect: "one-example-fewer" })).toBe(
      "npm start -- reproduce low-rank-and-alignment --seed 3 --defect one-example-fewer",
    );
  });
});

describe("two reports", () => {
  it("are the same when all their numbers are", () => {
    const { count, different } = compareReports(structuredClone(committed), committed);
    expect(count).toBeGreaterThan(4 * committed.claims.length);
    expect(different).toBe(0);
  });

  it("differ by a last bit, or by a number more", () => {
    expect(compareReports(changed(2 ** -52), committed)).toMatchObject({ different: 1 });
    expect(compareReports(changed(0.5), committed).largest).toBeCloseTo(1 / 3, 12);
    const fewer = { ...committed, claims: committed.claims.slice(1) };
    expect(compareReports(fewer, committed).different).toBeGreaterThan(0);
  });
});

describe("what a reader is told", () => {
  const same = { count: 104, different: 0, largest: 0 };

  it("of the same numbers, of others, and of another seed", () => {
    expect(outcomeText(committed, same, 3.14)).toEqual({
      text: "The same numbers: all 104 equal the committed ones to the last bit. 22 of 22 claims supported, in 3.1 s.",
      isExpected: true,
    });
    const other = outcomeText(committed, { ...same, different: 2, largest: 0.001 }, 1);
    expect(other.text).toContain("Not the same numbers: 2 of 104 differ, by at most 0.001 of their size.");
    expect(other.isExpected).toBe(false);
    expect(outcomeText({ ...committed, seed: 5 }, undefined, 1)).toMatchObject({
      text: "With seed 5: 22 of 22 claims supported, in 1 s.",
      isExpected: true,
    });
  });

  it("of a mistake: that it shows, or that it does not", () => {
    const wrong = { ...committed, defect: "one-example-fewer" };
    const contradicted = outcomeText({ ...wrong, verdict: "contradicted" }, undefined, 1);
    expect(contradicted.text).toMatch(/^The mistake shows:/);
    expect(contradicted.isExpected).toBe(true);
    expect(outcomeText(wrong, undefined, 1)).toMatchObject({ isExpected: false });
  });
});
