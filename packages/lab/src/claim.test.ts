import { DomainError, normalCdf } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { FALSE_ALARM, judge, judged, verdictOfAll, type Claim, type Verdict } from "./claim.ts";

/** The false alarm of z = 2, so that the reach of a standard error of 0.25 is 0.5. */
const options = { falseAlarm: 2 * normalCdf(-2) };

const claim: Claim = {
  name: "a claim",
  relation: "within",
  predicted: 1,
  observed: 1,
  standardError: 0.25,
  tolerance: 1,
  source: { key: "mahankali-2023", locator: "Theorem 1" },
};

function verdictOf(changes: Partial<Claim>, falseAlarm = options.falseAlarm): Verdict {
  return judge({ ...claim, ...changes }, { falseAlarm }).verdict;
}

describe("judge", () => {
  it.each<[Claim["relation"], number, Verdict]>([
    // tolerance 1, reach 0.5: supported up to the tolerance, contradicted where the reach cannot bridge the rest
    ["within", 1, "supported"],
    ["within", 2, "supported"],
    ["within", 0, "supported"],
    ["within", 2.01, "undecided"],
    ["within", 2.49, "undecided"],
    ["within", 2.51, "contradicted"],
    ["within", -0.49, "undecided"],
    ["within", -0.51, "contradicted"],
    // within the reach of the errors, and the reach below the tolerance
    ["estimates", 1.49, "supported"],
    ["estimates", 0.51, "supported"],
    ["estimates", 1.51, "contradicted"],
    ["estimates", 0.49, "contradicted"],
    // beyond predicted by the tolerance and by the reach on top of it
    ["above", 2.51, "supported"],
    ["above", 2.49, "undecided"],
    ["above", 1.51, "undecided"],
    ["above", 1.49, "contradicted"],
    ["above", -9, "contradicted"],
    ["below", -0.51, "supported"],
    ["below", -0.49, "undecided"],
    ["below", 0.49, "undecided"],
    ["below", 0.51, "contradicted"],
    ["below", 9, "contradicted"],
  ])("%s: 1 against %d ± 0.25 is %s", (relation, observed, verdict) => {
    expect(verdictOf({ relation, observed })).toBe(verdict);
  });

  it("leaves an estimate undecided whose error is too large to mean something", () => {
    expect(verdictOf({ relation: "estimates", tolerance: 0.51 })).toBe("supported");
    expect(verdictOf({ relation: "estimates", tolerance: 0.49 })).toBe("undecided");
    // A gap within the tolerance does not excuse one beyond the errors.
    expect(verdictOf({ relation: "estimates", observed: 1.6, tolerance: 9 })).toBe("contradicted");
  });

  it("takes an exact observation at its word", () => {
    const exact = { standardError: 0 };
    expect(verdictOf({ ...exact, observed: 2 })).toBe("supported");
    expect(verdictOf({ ...exact, observed: 2.0001 })).toBe("contradicted");
    expect(verdictOf({ ...exact, relation: "estimates", tolerance: 0 })).toBe("supported");
    expect(verdictOf({ ...exact, relation: "estimates", observed: 1.0001 })).toBe("contradicted");
    expect(verdictOf({ ...exact, relation: "above", observed: 2.0001 })).toBe("supported");
    expect(verdictOf({ ...exact, relation: "above", observed: 1.9999 })).toBe("contradicted");
    expect(verdictOf({ ...exact, relation: "below", observed: -0.0001 })).toBe("supported");
    expect(verdictOf({ ...exact, tolerance: 0 })).toBe("supported");
    expect(verdictOf({ ...exact, tolerance: 0, observed: 1.0001 })).toBe("contradicted");
  });

  it("reaches as far as the false alarm allows: four standard errors by default", () => {
    const far = (standardErrors: number) => ({ relation: "estimates", observed: 1 + 0.25 * standardErrors }) as const;
    const wide = { tolerance: 9 };
    expect(verdictOf({ ...far(3.99), ...wide }, FALSE_ALARM)).toBe("supported");
    expect(verdictOf({ ...far(4.01), ...wide }, FALSE_ALARM)).toBe("contradicted");
    expect(verdictOf({ ...far(1.95), ...wide }, 0.05)).toBe("supported");
    expect(verdictOf({ ...far(1.97), ...wide }, 0.05)).toBe("contradicted");
    // z = 9.26 at a false alarm that 1 − α/2 would round away
    expect(verdictOf({ ...far(9.2), ...wide }, 2e-20)).toBe("supported");
    expect(verdictOf({ ...far(9.3), ...wide }, 2e-20)).toBe("contradicted");
  });

  it("scores fractions of the tolerance, and otherwise standard errors towards the claim", () => {
    const scoreOf = (changes: Partial<Claim>) => judge({ ...claim, ...changes }, options).score;
    expect(scoreOf({ observed: 0.5 })).toBe(0.5);
    expect(scoreOf({ relation: "estimates", observed: 0.5 })).toBe(-2);
    expect(scoreOf({ relation: "above", observed: 3 })).toBe(8);
    expect(scoreOf({ relation: "below", observed: -1 })).toBe(8);
    for (const relation of ["within", "estimates", "above", "below"] as const) {
      for (const observed of [0, 1, 2]) {
        const score = scoreOf({ relation, observed, standardError: 0, tolerance: 0 });
        expect(Number.isFinite(score)).toBe(true);
      }
    }
  });

  it("refuses a claim that is not made of numbers it can judge", () => {
    for (const field of ["predicted", "observed", "standardError", "tolerance"] as const) {
      for (const bad of [NaN, Infinity, -Infinity]) {
        expect(() => judge({ ...claim, [field]: bad }, options)).toThrow(DomainError);
        expect(() => judge({ ...claim, [field]: bad }, options)).toThrow(`judge.${field}: expected a finite number`);
      }
    }
    expect(() => judge({ ...claim, tolerance: -0.1 }, options)).toThrow(/judge\.tolerance/);
    expect(() => judge({ ...claim, standardError: -0.1 }, options)).toThrow(/judge\.standardError/);
  });

  it("refuses a false alarm that is no probability between 0 and 1", () => {
    for (const falseAlarm of [0, 1, -0.1, 2, NaN]) {
      expect(() => judge(claim, { falseAlarm })).toThrow(DomainError);
    }
  });
});

describe("judged", () => {
  it.each<[Claim["relation"], number, number]>([
    ["within", 2.2, 1],
    ["within", -0.3, 1],
    ["estimates", 1.1, 0.2],
    ["above", 2.1, 1],
    ["above", 1.8, 1],
    ["below", 0.2, 1],
    ["below", -0.3, 1],
  ])(
    "%s: 1 against %d, tolerance %d, says how many times the draws decide, and no fewer do",
    (relation, observed, tolerance) => {
      const doubtful = { ...claim, relation, observed, tolerance };
      const { verdict, drawsToDecide } = judged(doubtful, options);
      expect(verdict).toBe("undecided");
      const verdictAt = (times: number) =>
        judged({ ...doubtful, standardError: claim.standardError / Math.sqrt(times) }, options).verdict;
      expect(verdictAt(0.999 * drawsToDecide!)).toBe("undecided");
      expect(verdictAt(1.001 * drawsToDecide!)).not.toBe("undecided");
    },
  );

  it("names no number of draws where none would decide, or none is missing", () => {
    expect(judged({ ...claim, relation: "estimates", tolerance: 0 }, options)).not.toHaveProperty("drawsToDecide");
    const onTheEdge = { ...claim, relation: "above", observed: 2 } as const;
    expect(judged(onTheEdge, options)).toEqual({ ...onTheEdge, verdict: "undecided" });
    expect(judged({ ...onTheEdge, standardError: 0 }, options)).not.toHaveProperty("drawsToDecide");
    expect(judged(claim, options)).toEqual({ ...claim, verdict: "supported" });
  });
});

describe("verdictOfAll", () => {
  it("one contradiction contradicts, one doubt leaves doubt, and no claims support nothing", () => {
    expect(verdictOfAll(["supported", "supported"])).toBe("supported");
    expect(verdictOfAll(["supported", "undecided"])).toBe("undecided");
    expect(verdictOfAll(["undecided", "contradicted", "supported"])).toBe("contradicted");
    expect(verdictOfAll([])).toBe("undecided");
  });
});
