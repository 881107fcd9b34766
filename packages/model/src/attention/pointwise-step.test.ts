import { diagonal, float64Backend, isotropic, matrix, pointwiseFunctions, randomKey, ShapeError } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { drawPrompts } from "../../tests/gaussian-linear.ts";
import { expectEntriesClose } from "../../tests/expect-entries.ts";
import { attentionEngine } from "./attention-engine.ts";
import { pointwiseStep } from "./pointwise-step.ts";

const DOUBLE = 2 ** -53;
const law = { contextLength: 5, covariates: isotropic(2), tasks: isotropic(2), noiseVariance: 0.5 };
const prompts = drawPrompts(law, randomKey(0), 4);

describe("a pointwise step", () => {
  it.each(["linear", "relu", "square", "tanh"] as const)("is attention with the kernel %s", async (kernel) => {
    const head = { valueProjection: diagonal([0, 0, -0.5]), keyQuery: matrix(3, 3, [1, 0, 0, 0, 1, 0, 0, 0, 0]) };
    const transformer = { layers: [{ heads: [head] }], kernel };
    const expected = await attentionEngine(float64Backend()).predict(transformer, prompts);
    const activation = kernel === "linear" ? (score: number) => score : pointwiseFunctions[kernel];
    const rounding = expected.map((entry) => 64 * DOUBLE * (1 + Math.abs(entry)));
    expectEntriesClose(pointwiseStep(activation).predict({ stepSize: 0.5 }, prompts), expected, rounding);
  });

  it("has a parabola for a loss: its gradient is the central difference, of any length", async () => {
    const family = pointwiseStep((score) => Math.max(score, 0));
    const lossAt = async (stepSize: number): Promise<number> =>
      (await family.lossAndGradient(family.pack({ stepSize }), prompts)).loss;
    const { loss, gradient } = await family.lossAndGradient(Float64Array.of(0.25), prompts);
    expectClose(
      gradient[0],
      ((await lossAt(1.25)) - (await lossAt(-0.75))) / 2,
      256 * DOUBLE * (1 + (await lossAt(1.25))),
    );
    expect(loss).toBeLessThan(await lossAt(1.25));
    expect(family.unpack(Float64Array.of(0.25))).toEqual({ stepSize: 0.25 });
  });

  it("refuses several queries a prompt", () => {
    expect(() => pointwiseStep(Math.abs).predict({ stepSize: 1 }, { ...prompts, queries: 2 })).toThrow(ShapeError);
  });
});
