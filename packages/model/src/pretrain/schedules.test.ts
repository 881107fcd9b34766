import { DomainError } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { assert, constantFrom, double, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { constantRate, cosineRate, inverseTime, stepDecay, triangleRate, warmUp, type Schedule } from "./schedules.ts";

const schedules: readonly [string, Schedule][] = [
  ["constant", constantRate()],
  ["triangle", triangleRate({ peak: 0.3 })],
  ["triangle, falling only", triangleRate({ peak: 0 })],
  ["triangle, rising only", triangleRate({ peak: 1 })],
  ["cosine", cosineRate({ final: 0.1 })],
  ["step decay", stepDecay({ every: 0.1, factor: 0.7 })],
  ["1/t", inverseTime({ from: 0.3, final: 0.02 })],
  ["1/t, never", inverseTime({ from: 1, final: 0.02 })],
  ["warm-up", warmUp({ part: 0.1, next: cosineRate() })],
];

describe("a schedule", () => {
  it("is a factor from 0 to 1, all along the run", () => {
    assert(
      property(constantFrom(...schedules), double({ min: 0, max: 1, noNaN: true }), ([, schedule], done) => {
        expect(schedule(done)).toBeGreaterThanOrEqual(0);
        expect(schedule(done)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("begins, turns and ends where it says", () => {
    const at = (schedule: Schedule, ...done: number[]): number[] => done.map(schedule);
    expect(at(constantRate(), 0, 0.5, 1)).toEqual([1, 1, 1]);
    expectClose(at(triangleRate({ peak: 0.25 }), 0, 0.125, 0.25, 0.625, 1), [0, 0.5, 1, 0.5, 0], 1e-15);
    expect(at(triangleRate({ peak: 0 }), 0, 0.5, 1)).toEqual([1, 0.5, 0]);
    expect(at(triangleRate({ peak: 1 }), 0, 0.5, 1)).toEqual([0, 0.5, 0]);
    expectClose(at(cosineRate({ final: 0.2 }), 0, 0.5, 1), [1, 0.6, 0.2], 1e-15);
    expect(at(stepDecay({ every: 0.25, factor: 0.5 }), 0, 0.2, 0.25, 0.74, 0.75, 1)).toEqual([
      1, 1, 0.5, 0.25, 0.125, 0.0625,
    ]);
    expectClose(at(inverseTime({ final: 0.1 }), 0, 1 / 9, 1), [1, 0.5, 0.1], 1e-15);
    expectClose(
      at(warmUp({ part: 0.5, next: stepDecay({ every: 0.5 }) }), 0, 0.25, 0.5, 0.75),
      [0, 0.5, 1, 0.5],
      1e-15,
    );
  });

  it("refuses what is no part of a run", () => {
    for (const bad of [-0.1, 1.5, NaN]) {
      expect(() => triangleRate({ peak: bad })).toThrow(DomainError);
      expect(() => cosineRate({ final: bad })).toThrow(/cosineRate\.final: expected a fraction from 0 to 1/);
      expect(() => stepDecay({ every: 0.5, factor: bad })).toThrow(DomainError);
      expect(() => inverseTime({ from: bad, final: 0.1 })).toThrow(DomainError);
    }
    expect(() => stepDecay({ every: 0 })).toThrow(/stepDecay\.every: expected a fraction above 0/);
    expect(() => inverseTime({ final: 0 })).toThrow(DomainError);
    expect(() => warmUp({ part: 0 })).toThrow(DomainError);
    const schedules = [
      constantRate(),
      triangleRate(),
      cosineRate(),
      stepDecay({ every: 0.5 }),
      inverseTime({ final: 0.1 }),
      warmUp({ part: 0.5 }),
    ];
    for (const schedule of schedules) {
      for (const done of [-1, 1.01, NaN]) expect(() => schedule(done)).toThrow(/done: expected a fraction from 0 to 1/);
    }
  });
});
