import { DomainError } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { adam } from "./adam.ts";

describe("adam", () => {
  it("takes the steps of Algorithm 1, worked by hand", () => {
    const optimizer = adam({ learningRate: 0.1, meanDecay: 0.5, squareDecay: 0.75, stabilizer: 1 });
    // t = 1, g = (2, −4): m = (1, −2), s = (1, 4); corrected m̂ = g, ŝ = g²; θ = (1, 1) − 0.1·(2/3, −4/5).
    const first = optimizer.move(Float64Array.of(1, 1), Float64Array.of(2, -4), optimizer.start(2), 1);
    expectClose(first.position, [1 - 0.2 / 3, 1 + 0.4 / 5], 2 * Number.EPSILON);
    expect(first.state).toEqual({ step: 1, memory: [Float64Array.of(1, -2), Float64Array.of(1, 4)] });

    // t = 2, g = (2, 0): m = (1.5, −1), s = (1.75, 3), divided by 1 − ½² = 0.75 and 1 − ¾² = 0.4375.
    const second = optimizer.move(first.position, Float64Array.of(2, 0), first.state, 1);
    expect(second.state).toEqual({ step: 2, memory: [Float64Array.of(1.5, -1), Float64Array.of(1.75, 3)] });
    const expected = [
      first.position[0] - (0.1 * (1.5 / 0.75)) / (Math.sqrt(1.75 / 0.4375) + 1),
      first.position[1] + (0.1 * (1 / 0.75)) / (Math.sqrt(3 / 0.4375) + 1),
    ];
    expectClose(second.position, expected, 2 * Number.EPSILON);
  });

  it("corrects the bias by the powers of the decays, however many steps have been made", () => {
    const optimizer = adam({ learningRate: 1, meanDecay: 0.9, squareDecay: 0.99 });
    let state = optimizer.start(1);
    for (let step = 1; step <= 50; step++) {
      const moved = optimizer.move(Float64Array.of(0), Float64Array.of(-3), state, 1);
      // A constant gradient has m̂ = g and ŝ = g². Each memory rounds a few times a step, and each power of a decay at
      // most 2·log₂ 50 times, which dividing by 1 − βᵗ ≥ 1/100 magnifies.
      const roundings = 8 * step + 100 * 12;
      expectClose(moved.position[0], 3 / (3 + 1e-12), roundings * Number.EPSILON);
      ({ state } = moved);
    }
  });

  it("multiplies the learning rate by the schedule's rate, and remembers nothing of it", () => {
    const optimizer = adam({ learningRate: 0.5 });
    const move = (rate: number) => optimizer.move(Float64Array.of(0), Float64Array.of(4), optimizer.start(1), rate);
    expectClose(move(1).position[0], -0.5, 1e-12); // the stabilizer's share
    expect(move(0.25).position[0]).toBe(0.25 * move(1).position[0]);
    expect(move(0.25).state).toEqual(move(1).state);
  });

  it("does not move along a gradient that has always been zero", () => {
    const optimizer = adam();
    const { position } = optimizer.move(Float64Array.of(3), Float64Array.of(0), optimizer.start(1), 1);
    expect([...position]).toEqual([3]);
  });

  it("is pure: position, gradient and state stay as they were", () => {
    const optimizer = adam();
    const [position, gradient] = [Float64Array.of(1, 2), Float64Array.of(3, 4)];
    const { state } = optimizer.move(position, gradient, optimizer.start(2), 1);
    const before = structuredClone({ position, gradient, state });
    const [once, again] = [0, 1].map(() => optimizer.move(position, gradient, state, 1));
    expect({ position, gradient, state }).toEqual(before);
    expect(again).toEqual(once);
  });

  it("records its settings, defaults included", () => {
    expect(adam({ learningRate: 0.5 })).toMatchObject({
      name: "adam",
      settings: { learningRate: 0.5, meanDecay: 0.9, squareDecay: 0.99, stabilizer: 1e-12 },
    });
    expect(adam().settings["learningRate"]).toBe(0.01);
  });

  it("refuses settings outside their range, by name", () => {
    for (const bad of [0, -1, NaN, Infinity]) {
      expect(() => adam({ learningRate: bad })).toThrow(DomainError);
      expect(() => adam({ stabilizer: bad })).toThrow(/adam\.stabilizer: expected a positive finite number/);
    }
    for (const bad of [1, -0.1, NaN]) {
      expect(() => adam({ meanDecay: bad })).toThrow(/adam\.meanDecay: expected a decay rate/);
      expect(() => adam({ squareDecay: bad })).toThrow(DomainError);
    }
    expect(adam({ meanDecay: 0, squareDecay: 0 }).settings["meanDecay"]).toBe(0);
  });
});
