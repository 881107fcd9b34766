import { DomainError } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { adamW } from "./adam-w.ts";
import { adam } from "./adam.ts";

describe("adamW", () => {
  const settings = { learningRate: 0.5, weightDecay: 0.25 };
  const optimizer = adamW(settings);

  it("is Adam and a share αλ off the position, at the schedule's rate", () => {
    const [position, gradient] = [Float64Array.of(8, -4), Float64Array.of(2, 0)];
    const own = optimizer.move(position, gradient, optimizer.start(2), 0.5);
    const plain = adam({ learningRate: 0.5 }).move(position, gradient, optimizer.start(2), 0.5);
    expectClose(own.position, [plain.position[0] - 0.5, plain.position[1] + 0.25], 4 * Number.EPSILON);
  });

  it("keeps the decay out of Adam's memory, unlike a penalty in the loss", () => {
    const [position, gradient] = [Float64Array.of(8), Float64Array.of(2)];
    const { state } = optimizer.move(position, gradient, optimizer.start(1), 1);
    expect(state).toEqual(adam({ learningRate: 0.5 }).move(position, gradient, optimizer.start(1), 1).state);
    // The weight shrinks by the same share however large the gradient is.
    const [small, large] = [1, 1e6].map(
      (slope) => optimizer.move(Float64Array.of(8), Float64Array.of(slope), optimizer.start(1), 1).position[0],
    );
    expectClose(small, large, 1e-11); // the stabilizer's share
  });

  it("without decay is Adam", () => {
    const [position, gradient] = [Float64Array.of(8), Float64Array.of(2)];
    const plain = adamW({ learningRate: 0.5, weightDecay: 0 });
    expect(plain.move(position, gradient, plain.start(1), 1)).toEqual(
      adam({ learningRate: 0.5 }).move(position, gradient, plain.start(1), 1),
    );
  });

  it("records its settings and refuses a decay that is none", () => {
    expect(optimizer).toMatchObject({
      name: "adam-w",
      settings: { learningRate: 0.5, meanDecay: 0.9, weightDecay: 0.25 },
    });
    expect(() => adamW({ weightDecay: -0.1 })).toThrow(DomainError);
    expect(() => adamW({ learningRate: -1 })).toThrow(DomainError);
  });
});
