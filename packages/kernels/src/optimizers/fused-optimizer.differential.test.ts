import { DomainError, openStream, randomKey } from "@onestep/core";
import { assert, double, integer, property } from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openAdam, openDescent, type FusedOptimizer } from "./fused-optimizer.ts";

beforeEach(() => {
  vi.resetModules();
});
afterEach(() => {
  vi.unstubAllGlobals();
});

/** All that an optimizer holds after some steps along random gradients. */
function walk<Step>(optimizer: FusedOptimizer<Step>, seed: number, steps: readonly Step[]): number[][] {
  const stream = openStream(randomKey(seed));
  const { position, gradient, memory } = optimizer;
  stream.fillNormals(position, 0, position.length);
  for (const step of steps) {
    stream.fillNormals(gradient, 0, gradient.length);
    gradient[0] = 0;
    optimizer.move(step);
  }
  return [position, ...memory].map((array) => Array.from(array));
}

const share = double({ min: 0, max: 0.99, noNaN: true });
const size = integer({ min: 1, max: 70 });

describe("fused optimizers, against their twins", () => {
  it("adam makes the same bytes", () => {
    assert(
      property(size, integer({ min: 0 }), share, share, (count, seed, meanDecay, squareDecay) => {
        const steps = [1, 2, 3].map((t) => ({
          rate: 0.1 / t,
          meanDecay,
          squareDecay,
          meanCorrection: 1 - meanDecay ** t,
          squareCorrection: 1 - squareDecay ** t,
          stabilizer: 1e-12,
        }));
        expect(walk(openAdam(count), seed, steps)).toEqual(walk(openAdam(count, "twin"), seed, steps));
      }),
    );
  });

  it("gradient descent makes the same bytes", () => {
    assert(
      property(size, integer({ min: 0 }), share, (count, seed, momentum) => {
        const steps = [1, 2, 3].map((t) => ({ rate: 0.1 / t, momentum }));
        expect(walk(openDescent(count), seed, steps)).toEqual(walk(openDescent(count, "twin"), seed, steps));
      }),
    );
  });

  it("take the twin where WebAssembly does not run", async () => {
    vi.stubGlobal("WebAssembly", undefined);
    const fused = await import("./fused-optimizer.ts");
    expect([fused.openAdam(1).name, fused.openDescent(1).name]).toEqual(["twin", "twin"]);
    expect([openAdam(1, "twin").name, openDescent(1, "twin").name]).toEqual(["twin", "twin"]);
  });

  it("run in WebAssembly otherwise, and refuse a size that does not count", () => {
    expect([openAdam(3).name, openDescent(3).name]).toEqual(["wasm", "wasm"]);
    for (const wrong of [0, 1.5, NaN]) {
      expect(() => openAdam(wrong)).toThrow(DomainError);
      expect(() => openDescent(wrong)).toThrow("openDescent.size");
    }
  });
});

it("adam takes the steps of Algorithm 1, worked by hand", () => {
  for (const engine of ["wasm", "twin"] as const) {
    const { position, gradient, memory, move } = openAdam(2, engine);
    const decays = { meanDecay: 0.5, squareDecay: 0.75, stabilizer: 1 };
    gradient.set([2, -4]);
    move({ rate: 3, ...decays, meanCorrection: 0.5, squareCorrection: 0.25 });
    // m = (1, −2), s = (1, 4); corrected (2, −4) and (4, 16).
    expect(memory).toEqual([Float64Array.of(1, -2), Float64Array.of(1, 4)]);
    expect(position).toEqual(Float64Array.of(-6 / 3, 12 / 5));
  }
});
