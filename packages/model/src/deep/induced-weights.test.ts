import {
  float64Backend,
  matrix,
  multiplyVector,
  toRows,
  transpose,
  type LsaParameters,
  type Matrix,
} from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { assert, asyncProperty, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { anyLayerOnPrompts } from "../../tests/any-layer.ts";
import { anyTransformerOnPrompts } from "../../tests/any-transformer.ts";
import { gramMatrices } from "../../tests/gram-oracle.ts";
import { expectEntriesClose } from "../../tests/expect-entries.ts";
import { statisticsOf, transformerRounding } from "../../tests/transformer-oracle.ts";
import { inducedStep } from "../lsa/induced-step.ts";
import { inducedWeights } from "./induced-weights.ts";
import { lsaHeads } from "./layer-heads.ts";
import { inducedStepOfHeads } from "./multi-head-step.ts";
import { transformerEngine } from "./transformer-engine.ts";

const DOUBLE = 2 ** -53;

describe("inducedWeights", () => {
  it("are the regression: ŷ = ⟨ŵ, x_q⟩, of any depth, heads and embedding, from rows or statistics", async () => {
    await assert(
      asyncProperty(anyTransformerOnPrompts(), async ({ transformer, prompts }) => {
        const { weights } = inducedWeights(transformer, prompts);
        const { predictions: tolerances } = await transformerRounding({ transformer, prompts }, DOUBLE, DOUBLE);
        const expected = await transformerEngine(float64Backend()).predict(transformer, prompts);
        const read = (values: Float64Array): number[] =>
          Array.from(expected, (_, prompt) => inner(prompts.queryCovariates, values, prompt, prompts.dimension));
        expectEntriesClose(read(weights), expected, tolerances);
        expectEntriesClose(read(inducedWeights(transformer, statisticsOf(prompts)).weights), expected, tolerances);
      }),
      { numRuns: 40 },
    );
  });

  it("of one layer are Γ Xᵀy, odd in the responses, and M_xxᵀ S u_x + c·u_y m_yx, even in them", () => {
    assert(
      property(anyLayerOnPrompts(), ({ parameters, prompts }) => {
        const { odd, even } = inducedWeights(lsaHeads([parameters]), prompts);
        const { preconditioner, evenPart } = inducedStep(parameters);
        const d = prompts.dimension;
        gramMatrices({ parameters, prompts }).forEach(({ gram }, prompt) => {
          const block = (i: number): Float64Array => gram.values.slice(i * (d + 1), i * (d + 1) + d);
          const attended = Float64Array.from({ length: d }, (_, i) => inner(block(i), evenPart.direction, 0, d)); // S u_x
          const quadratic = multiplyVector(transpose(evenPart.quadratic), attended);
          const energy = gram.values[gram.values.length - 1];
          // Three factors of at most 4 over n ≤ 8 rows of products up to 16, summed (d+1)² ≤ 25 times, some 64 roundings.
          const tolerance = 64 * DOUBLE * 4 ** 3 * 8 * 16 * 25;
          expectClose(odd.slice(prompt * d, (prompt + 1) * d), multiplyVector(preconditioner, block(d)), tolerance);
          expectClose(
            even.slice(prompt * d, (prompt + 1) * d),
            quadratic.map((entry, i) => entry + energy * evenPart.energy[i]),
            tolerance,
          );
        });
      }),
      { numRuns: 30 },
    );
  });
});

describe("inducedStepOfHeads", () => {
  const heads: LsaParameters<Matrix>[] = [
    { keyQuery: matrix(2, 2, [3, 9, 2, 9]), valueProjection: matrix(2, 1, [1, 2]) },
    { keyQuery: matrix(2, 2, [-3, 9, 5, 9]), valueProjection: matrix(2, 1, [1, -1]) },
  ];

  it("adds up Γ and the energies, and keeps each head's quadratic term", () => {
    const { preconditioner, evenPart } = inducedStepOfHeads(heads);
    expect(toRows(preconditioner)).toEqual([[2 * 3 + 2 * 1 + -1 * -3 + 5 * 1]]);
    expect([...evenPart.energy]).toEqual([2 * 2 - 1 * 5]);
    expect(evenPart.terms.map(({ quadratic, direction }) => [quadratic.values[0], direction[0]])).toEqual([
      [3, 1],
      [-3, 1],
    ]);
  });

  it("refuses a layer without heads", () => {
    expect(() => inducedStepOfHeads([])).toThrow(/at least one head; got none/);
  });
});

/** Σ xᵢ wᵢ over the block of one prompt. */
function inner(x: Float64Array, w: Float64Array, prompt: number, size: number): number {
  let sum = 0;
  for (let i = prompt * size; i < (prompt + 1) * size; i++) sum += x[i] * w[i];
  return sum;
}
