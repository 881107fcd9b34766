import { float64Backend, matrix, scale, type LsaParameters, type Matrix, type PromptBatch } from "@onestep/core";
import { anyEntry } from "@onestep/testkit";
import { assert, asyncProperty, constantFrom, tuple, type Arbitrary } from "fast-check";
import { describe, expect, it } from "vitest";
import { anyLayerOnPrompts, type LayerOnPrompts } from "../../tests/any-layer.ts";
import { expectEntriesClose } from "../../tests/expect-entries.ts";
import { roundingOf, throughGramMatrix } from "../../tests/gram-oracle.ts";
import { parametersOn } from "./parameters.ts";
import { predict } from "./predict.ts";
import { tokensOn } from "./tokens.ts";

const UNIT_ROUNDOFF = 2 ** -53;

/** A factor whose size is not near 0, where M/c would leave every scale behind. */
const anyFactor: Arbitrary<number> = tuple(constantFrom(-1, 1), anyEntry()).map(
  ([sign, entry]) => sign * (Math.abs(entry) + 0.25),
);

describe("predict, for any layer on any prompts", () => {
  it("is uᵀ G M v_q", async () => {
    await assert(
      asyncProperty(anyLayerOnPrompts(), async (one) => {
        expectEntriesClose(
          await predictionsOf(one),
          throughGramMatrix(one).predictions,
          roundingOf(one, UNIT_ROUNDOFF, UNIT_ROUNDOFF).predictions,
        );
      }),
    );
  });

  it("does not change when the layer is rescaled to (c·u, M/c)", async () => {
    await assert(
      asyncProperty(anyLayerOnPrompts(), anyFactor, async ({ parameters, prompts }, factor) => {
        const rescaled: LsaParameters<Matrix> = {
          keyQuery: scale(parameters.keyQuery, 1 / factor),
          valueProjection: scale(parameters.valueProjection, factor),
        };
        // Rescaling itself rounds each entry, which the paths of `roundingOf` have room for.
        expectEntriesClose(
          await predictionsOf({ parameters: rescaled, prompts }),
          await predictionsOf({ parameters, prompts }),
          roundingOf({ parameters, prompts }, UNIT_ROUNDOFF, UNIT_ROUNDOFF).predictions,
        );
      }),
    );
  });

  it("does not know the order of the context", async () => {
    await assert(
      asyncProperty(anyLayerOnPrompts(), async ({ parameters, prompts }) => {
        expectEntriesClose(
          await predictionsOf({ parameters, prompts: reverseContexts(prompts) }),
          await predictionsOf({ parameters, prompts }),
          roundingOf({ parameters, prompts }, UNIT_ROUNDOFF, UNIT_ROUNDOFF).predictions,
        );
      }),
    );
  });

  it("sees neither the query's response nor the dead parameters that would multiply it", async () => {
    await assert(
      asyncProperty(anyLayerOnPrompts(), anyEntry(), async ({ parameters, prompts }, entry) => {
        const { rows, values } = parameters.keyQuery;
        const changed = values.map((value, at) => (at % rows === rows - 1 ? entry : value));
        const otherwise: LayerOnPrompts = {
          parameters: { ...parameters, keyQuery: matrix(rows, rows, changed) },
          prompts: { ...prompts, queryResponses: prompts.queryResponses.map((response) => response + entry) },
        };
        expect(await predictionsOf(otherwise)).toEqual(await predictionsOf({ parameters, prompts }));
      }),
    );
  });
});

async function predictionsOf({ parameters, prompts }: LayerOnPrompts): Promise<number[]> {
  const backend = float64Backend();
  const predictions = predict(backend, parametersOn(backend, parameters), tokensOn(backend, prompts));
  // −0 is 0: the sign of a vanishing sum depends on the order of its terms.
  return Array.from(await backend.toValues(predictions), (value) => value + 0);
}

/** The pairs of each prompt from the last to the first. */
function reverseContexts(prompts: PromptBatch): PromptBatch {
  const { count, contextLength, dimension } = prompts;
  const covariates = new Float64Array(prompts.covariates.length);
  const responses = new Float64Array(prompts.responses.length);
  for (let token = 0; token < count * contextLength; token++) {
    const prompt = Math.floor(token / contextLength);
    const mirror = prompt * contextLength + (contextLength - 1 - (token % contextLength));
    covariates.set(prompts.covariates.subarray(token * dimension, (token + 1) * dimension), mirror * dimension);
    responses[mirror] = prompts.responses[token];
  }
  return { ...prompts, covariates, responses };
}
