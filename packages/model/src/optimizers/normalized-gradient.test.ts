import { DomainError } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { normalizedGradient } from "./normalized-gradient.ts";

describe("normalizedGradient", () => {
  const optimizer = normalizedGradient({ rate: 0.1 });
  const move = (position: Float64Array, gradient: Float64Array, rate = 1) =>
    optimizer.move(position, gradient, optimizer.start(position.length), rate);

  it("moves against the gradient by a tenth of the position's own length", () => {
    // ‖θ‖ = 5, ‖g‖ = 10: θ − 0.1·(5/10)·g.
    const { position, state } = move(Float64Array.of(3, 4), Float64Array.of(6, -8));
    expectClose(position, [3 - 0.3, 4 + 0.4], 8 * Number.EPSILON);
    expect(state).toEqual({ step: 1, memory: [] });
  });

  it("takes the same steps whatever the scale of the loss, and scales with the position", () => {
    const [position, gradient] = [Float64Array.of(3, -1), Float64Array.of(2, 5)];
    const times = (values: Float64Array, factor: number): Float64Array => values.map((value) => factor * value);
    const step = move(position, gradient).position;
    for (const factor of [2 ** -40, 2 ** 40]) {
      expect(move(position, times(gradient, factor)).position).toEqual(step);
      expect(move(times(position, factor), gradient).position).toEqual(times(step, factor));
    }
  });

  it("multiplies the length by the schedule's rate", () => {
    expectClose(move(Float64Array.of(8), Float64Array.of(-1), 0.5).position, [8 + 0.4], 16 * Number.EPSILON);
  });

  it("stays where the gradient vanishes", () => {
    expect([...move(Float64Array.of(3, 4), Float64Array.of(0, 0)).position]).toEqual([3, 4]);
  });

  it("is pure: position, gradient and state stay as they were", () => {
    const [position, gradient, state] = [Float64Array.of(1), Float64Array.of(2), optimizer.start(1)];
    const before = structuredClone({ position, gradient, state });
    optimizer.move(position, gradient, state, 1);
    expect({ position, gradient, state }).toEqual(before);
  });

  it("refuses a rate that is not positive and finite", () => {
    for (const rate of [0, -1, NaN, Infinity]) expect(() => normalizedGradient({ rate })).toThrow(DomainError);
    expect(optimizer).toMatchObject({ name: "normalized-gradient", settings: { rate: 0.1 } });
  });
});
