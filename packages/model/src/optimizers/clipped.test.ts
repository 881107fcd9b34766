import { DomainError, ShapeError } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { adam } from "./adam.ts";
import { clipped } from "./clipped.ts";
import { gradientDescent } from "./gradient-descent.ts";

const plain = gradientDescent({ learningRate: 1 });

/** The gradient that the optimizer underneath sees. */
function seen(clipping: Parameters<typeof clipped>[1], ...gradient: number[]): number[] {
  const optimizer = clipped(plain, clipping);
  const { position } = optimizer.move(
    new Float64Array(gradient.length),
    Float64Array.from(gradient),
    optimizer.start(gradient.length),
    1,
  );
  return [...position].map((value) => 0 - value);
}

describe("clipped", () => {
  it("shortens a gradient that is too long, and leaves others alone", () => {
    expectClose(seen({ norm: 2 }, 3, 0, -4), [1.2, 0, -1.6], 4 * Number.EPSILON);
    expectClose(seen({ norm: 4.5 }, 3, 0, -4), [2.7, 0, -3.6], 4 * Number.EPSILON);
    expect(seen({ norm: 5 }, 3, 0, -4)).toEqual([3, 0, -4]);
  });

  it("measures each part by itself", () => {
    expectClose(seen({ norm: 2, parts: [1, 2] }, 10, 0.5, -0.5), [2, 0.5, -0.5], 4 * Number.EPSILON);
  });

  it("bounds a gradient whose square overflows; an infinite one stays an overflow, for training to report", () => {
    expectClose(seen({ norm: 1 }, 3e200, 4e200), [0.6, 0.8], 4 * Number.EPSILON);
    expect(seen({ norm: 1 }, Infinity, 1).every(Number.isFinite)).toBe(false);
  });

  it("is pure, hands the state through, and records what it does", () => {
    const optimizer = clipped(adam(), { norm: 0.5, parts: [1, 1] });
    const gradient = Float64Array.of(3, 0.1);
    const { state } = optimizer.move(new Float64Array(2), gradient, optimizer.start(2), 1);
    expect([...gradient]).toEqual([3, 0.1]);
    expect(state).toEqual(adam().move(new Float64Array(2), Float64Array.of(0.5, 0.1), adam().start(2), 1).state);
    expect(optimizer).toMatchObject({ name: "adam", settings: { clippedNorm: 0.5, clippedPart1: 1, clippedPart2: 1 } });
  });

  it("refuses a norm that is none, and parts that do not make up the position", () => {
    for (const norm of [0, -1, NaN]) expect(() => clipped(plain, { norm })).toThrow(DomainError);
    for (const parts of [
      [-1, 4],
      [0, 3],
      [1.5, 1.5],
    ]) {
      expect(() => clipped(plain, { norm: 1, parts })).toThrow(/clipped\.clippedPart\d: expected a whole number/);
    }
    expect(() => seen({ norm: 1, parts: [2, 2] }, 1, 2, 3)).toThrow(ShapeError);
    expect(() => seen({ norm: 1, parts: [2, 2] }, 1, 2, 3)).toThrow(/parts that make up 3 numbers; got 2 \+ 2 = 4/);
  });
});
