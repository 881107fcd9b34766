import { DomainError } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { gradientDescent } from "./gradient-descent.ts";

describe("gradientDescent", () => {
  const optimizer = gradientDescent({ learningRate: 0.5 });

  it("takes θ − rate·learningRate·g, and counts its steps", () => {
    const first = optimizer.move(Float64Array.of(1, 2), Float64Array.of(4, -8), optimizer.start(2), 1);
    expect(first).toEqual({ position: Float64Array.of(-1, 6), state: { step: 1, memory: [] } });
    const second = optimizer.move(first.position, Float64Array.of(2, 2), first.state, 0.25);
    expect(second).toEqual({ position: Float64Array.of(-1.25, 5.75), state: { step: 2, memory: [] } });
  });

  it("with momentum keeps a share of its velocity: a heavy ball, worked by hand", () => {
    const heavy = gradientDescent({ learningRate: 0.5, momentum: 0.5 });
    const first = heavy.move(Float64Array.of(1), Float64Array.of(4), heavy.start(1), 1);
    expect(first).toEqual({ position: Float64Array.of(-1), state: { step: 1, memory: [Float64Array.of(4)] } });
    // v = 0.5·4 + 2 = 4, θ = −1 − 0.25·0.5·4
    const second = heavy.move(first.position, Float64Array.of(2), first.state, 0.25);
    expect(second).toEqual({ position: Float64Array.of(-1.5), state: { step: 2, memory: [Float64Array.of(4)] } });
    expect(() => gradientDescent({ learningRate: 0.5, momentum: 1 })).toThrow(/gradientDescent\.momentum/);
  });

  it("is pure: position, gradient and state stay as they were", () => {
    const [position, gradient, state] = [Float64Array.of(1), Float64Array.of(2), optimizer.start(1)];
    const before = structuredClone({ position, gradient, state });
    optimizer.move(position, gradient, state, 1);
    expect({ position, gradient, state }).toEqual(before);
  });

  it("refuses a learning rate that is not positive and finite", () => {
    for (const learningRate of [0, -1, NaN, Infinity]) {
      expect(() => gradientDescent({ learningRate })).toThrow(DomainError);
    }
    expect(() => gradientDescent({ learningRate: 0 })).toThrow(/gradientDescent\.learningRate/);
    expect(optimizer).toMatchObject({ name: "gradient-descent", settings: { learningRate: 0.5 } });
  });
});
