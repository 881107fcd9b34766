import { float64Backend, matrix, ShapeError, type PromptBatch } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { backendEngine } from "./backend-engine.ts";
import { float64Engine } from "./float64-engine.ts";
import { kernelEngine } from "./kernel-engine.ts";

/** v₁ = (2, 3), x_q = 5, y_q = 7. */
const prompts: PromptBatch = {
  count: 1,
  contextLength: 1,
  dimension: 1,
  covariates: Float64Array.of(2),
  responses: Float64Array.of(3),
  queryCovariates: Float64Array.of(5),
  queryResponses: Float64Array.of(7),
};
const parameters = { keyQuery: matrix(2, 2, [1, 100, -1, 100]), valueProjection: matrix(2, 1, [1, 2]) };

const engines = [
  ["float64Engine", float64Engine(), "float64", 2 ** -53],
  ["kernelEngine", kernelEngine(), "wasm", 2 ** -53],
  ["kernelEngine in float32", kernelEngine({ precision: "float32" }), "wasm-f32", 2 ** -24],
  ["backendEngine(float64Backend())", backendEngine(float64Backend()), "float64", 2 ** -53],
] as const;

describe.each(engines)("%s", (_, engine, name, unitRoundoff) => {
  it("evaluates a prompt worked by hand", async () => {
    // M v_q = (5, −5), ⟨M v_q, v₁⟩ = −5, ⟨u, v₁⟩ = 8: ŷ = −40, r = −47.
    expect([...(await engine.predict(parameters, prompts))]).toEqual([-40]);
    const { loss, gradient } = await engine.lossAndGradient(parameters, prompts);
    expect(loss).toBe(47 ** 2);
    expect(gradient.keyQuery).toEqual(matrix(2, 2, [-7520, 0, -11280, 0]));
    expect(gradient.valueProjection).toEqual(matrix(2, 1, [940, 1410]));
    expect([engine.name, engine.unitRoundoff]).toEqual([name, unitRoundoff]);
  });

  it("reports a gradient that overflows, instead of throwing: training calls that diverged", async () => {
    const huge = { ...parameters, valueProjection: matrix(2, 1, [1e300, 1e300]) };
    const { loss, gradient } = await engine.lossAndGradient(huge, prompts);
    expect(loss).toBe(Infinity);
    expect(gradient.keyQuery.values.every(Number.isFinite)).toBe(false);
  });

  it("refuses several queries a prompt, which it would count as prompts", async () => {
    const two = {
      ...prompts,
      queries: 2,
      queryCovariates: Float64Array.of(5, 6),
      queryResponses: Float64Array.of(7, 8),
    };
    await expect(async () => engine.predict(parameters, two)).rejects.toThrow("2 queries a prompt");
    await expect(async () => engine.lossAndGradient(parameters, two)).rejects.toThrow(ShapeError);
  });

  it("refuses a layer of another dimension than the prompts", async () => {
    for (const width of [1, 3]) {
      const other = { keyQuery: matrix(width, width), valueProjection: matrix(width, 1) };
      await expect(async () => engine.predict(other, prompts)).rejects.toThrow(ShapeError);
      await expect(async () => engine.lossAndGradient(other, prompts)).rejects.toThrow(ShapeError);
    }
    const ragged = { ...parameters, valueProjection: matrix(3, 1) };
    await expect(async () => engine.predict(ragged, prompts)).rejects.toThrow(ShapeError);
    await expect(async () => engine.lossAndGradient(ragged, prompts)).rejects.toThrow(ShapeError);
  });
});
