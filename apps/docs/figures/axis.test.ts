import { describe, expect, it } from "vitest";

import { linearAxis, logarithmicAxis, niceStep, readableTicks } from "./axis.ts";

describe("the axes of a figure", () => {
  it("puts powers of two at equal distances on a logarithmic axis", () => {
    const axis = logarithmicAxis(1, 256, { start: 0, end: 80 }, 2);
    expect(axis.ticks).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256]);
    expect(axis.ticks.map((tick) => Number(axis.place(tick).toFixed(9)))).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80]);
  });

  it("may run upwards: screens count from the top", () => {
    const axis = linearAxis(0, 10, { start: 200, end: 0 });
    expect(axis.place(0)).toBe(200);
    expect(axis.place(2.5)).toBe(150);
    expect(axis.valueAt(50)).toBe(7.5);
  });

  it("keeps what lies outside at the edge", () => {
    const axis = logarithmicAxis(0.001, 1, { start: 0, end: 30 });
    expect(axis.place(0)).toBe(0);
    expect(axis.place(7)).toBe(30);
    expect(axis.valueAt(-5)).toBeCloseTo(0.001, 12);
  });

  it("chooses ticks that a reader can count in", () => {
    expect(linearAxis(0, 9, { start: 0, end: 1 }).ticks).toEqual([0, 2, 4, 6, 8]);
    expect(linearAxis(0, 1.5, { start: 0, end: 1 }).ticks).toEqual([0, 0.5, 1, 1.5]);
    expect(linearAxis(0, 36, { start: 0, end: 1 }).ticks).toEqual([0, 10, 20, 30]);
    expect([0.3, 1, 1.01, 2.5, 7].map(niceStep)).toEqual([0.5, 1, 2, 5, 10]);
  });

  it("counts a narrow range in equal steps, where powers say little of it", () => {
    const span = { start: 0, end: 1 };
    expect(readableTicks(logarithmicAxis(1, 10, span, 2))).toEqual([1, 2, 4, 8]);
    expect(readableTicks(logarithmicAxis(1.1, 1.6, span, 2))).toEqual([1.1, 1.2, 1.3, 1.4, 1.5, 1.6]);
  });
});
