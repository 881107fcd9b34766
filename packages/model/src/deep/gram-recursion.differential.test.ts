import { float64Backend, matrixFromRows, type PromptBatch } from "@onestep/core";
import { expectClose, goldenCases } from "@onestep/testkit";
import { assert, asyncProperty } from "fast-check";
import { describe, expect, it } from "vitest";
import { anyTransformerOnPrompts, type TransformerOnPrompts } from "../../tests/any-transformer.ts";
import { expectEntriesClose } from "../../tests/expect-entries.ts";
import { predictTokenByToken, statisticsOf, transformerRounding } from "../../tests/transformer-oracle.ts";
import { contextGramsOn } from "./context-gram.ts";
import { advance, embed, transitionAt } from "./gram-recursion.ts";
import type { LinearTransformer } from "./linear-transformer.ts";
import { finalTokens } from "./token-forward.ts";
import { transformerEngine } from "./transformer-engine.ts";
import { transformerOn } from "./transformer-tensors.ts";

const DOUBLE = 2 ** -53;
const backend = float64Backend();
const engine = transformerEngine(backend);

describe("multilayer_query_token", () => {
  it.each(goldenCases("multilayer_query_token"))("$id", async ({ law, value, abs_tol, X, y, xq, layers }) => {
    const transformer: LinearTransformer = {
      layers: layers.map(({ P, Q }) => [{ valueProjection: matrixFromRows(P), keyQuery: matrixFromRows(Q) }]),
      dividesByLength: true,
    };
    const prompts: PromptBatch = {
      count: 1,
      contextLength: law.n,
      dimension: law.d,
      covariates: Float64Array.from(X.flat()),
      responses: Float64Array.from(y),
      queryCovariates: Float64Array.from(xq),
      queryResponses: Float64Array.of(0),
    };
    // Token by token.
    expectClose(finalTokens(backend, transformer, prompts).values.slice(law.n * (law.d + 1)), value, abs_tol);
    // By the Gram recursion, all layers as transitions.
    const grams = contextGramsOn(backend, prompts, true);
    const tensors = transformerOn(backend, transformer);
    let state = embed(backend, tensors.embedding, grams);
    for (const layer of tensors.layers) {
      state = advance(backend, transitionAt(backend, layer, state, grams), state);
    }
    expectClose(state.query.values, value, abs_tol);
    // And read at the response slot alone.
    expectClose(await engine.predict(transformer, prompts), [-value[law.d]], abs_tol);
  });
});

describe("the Gram recursion", () => {
  it("predicts what n×n attention predicts, of any depth, with any heads and embedding", async () => {
    await assert(
      asyncProperty(anyTransformerOnPrompts(), async (one) => {
        const expected = await predictTokenByToken(backend, one);
        const { predictions: tolerances } = await transformerRounding(one, DOUBLE, DOUBLE);
        const actual = await engine.predict(one.transformer, one.prompts);
        expectEntriesClose(actual, expected, tolerances);
        // The promise in plain numbers, where entries are of order one.
        expectClose(actual, expected, 1e-10);
      }),
      { numRuns: 60 },
    );
  });

  it("reads statistics as it reads the rows behind them", async () => {
    await assert(
      asyncProperty(anyTransformerOnPrompts(), async (one) => {
        const { predictions, loss } = await transformerRounding(one, DOUBLE, DOUBLE);
        const statistics = statisticsOf(one.prompts);
        const [fromRows, fromStatistics] = [
          await engine.lossAndGradient(one.transformer, one.prompts),
          await engine.lossAndGradient(one.transformer, statistics),
        ];
        expectClose(fromStatistics.loss, fromRows.loss, loss);
        expectEntriesClose(
          await engine.predict(one.transformer, statistics),
          await engine.predict(one.transformer, one.prompts),
          predictions,
        );
      }),
      { numRuns: 30 },
    );
  });

  it("divides by each prompt's own length where lengths vary", async () => {
    const head = {
      valueProjection: matrixFromRows([
        [0.5, 1],
        [0, 1],
      ]),
      keyQuery: matrixFromRows([
        [-1, 0.5],
        [0, 0],
      ]),
    };
    const transformer: LinearTransformer = { layers: [[head], [head]], dividesByLength: true };
    const short = {
      count: 1,
      contextLength: 1,
      dimension: 1,
      covariates: Float64Array.of(0.5),
      responses: Float64Array.of(-1),
      queryCovariates: Float64Array.of(2),
      queryResponses: Float64Array.of(1),
    };
    const padded = {
      ...short,
      contextLength: 3,
      covariates: Float64Array.of(0.5, 0, 0),
      responses: Float64Array.of(-1, 0, 0),
    };
    const lengths = Int32Array.of(1);
    const expected = await engine.predict(transformer, short);
    expect(await engine.predict(transformer, { ...padded, lengths })).toEqual(expected);
    expect(await predictTokenByToken(backend, { transformer, prompts: { ...padded, lengths } })).toEqual(
      await predictTokenByToken(backend, { transformer, prompts: short }),
    );
    expect(await engine.predict(transformer, padded)).not.toEqual(expected);
  });

  it("refuses prompts of another dimension, statistics without S, several queries, and weights that diverged", async () => {
    const head = {
      valueProjection: matrixFromRows([
        [0, 0],
        [0, 1],
      ]),
      keyQuery: matrixFromRows([
        [-1, 0],
        [0, 0],
      ]),
    };
    const transformer: LinearTransformer = { layers: [[head]], dividesByLength: true };
    const prompts = {
      count: 1,
      contextLength: 1,
      dimension: 1,
      covariates: Float64Array.of(2),
      responses: Float64Array.of(3),
      queryCovariates: Float64Array.of(5),
      queryResponses: Float64Array.of(7),
    };
    const wide = {
      ...prompts,
      dimension: 2,
      covariates: Float64Array.of(1, 2),
      queryCovariates: Float64Array.of(1, 2),
    };
    const bare = { ...statisticsOf(prompts), covariateGram: new Float64Array(0) };
    const diverged: LinearTransformer = {
      ...transformer,
      layers: [[{ ...head, keyQuery: { ...head.keyQuery, values: Float64Array.of(NaN, 0, 0, 0) } }]],
    };
    const ragged: LinearTransformer = {
      ...transformer,
      layers: [[head], [{ ...head, keyQuery: matrixFromRows([[1, 2, 3]]) }]],
    };
    const refusals: [LinearTransformer, TransformerOnPrompts["prompts"] | typeof bare, RegExp][] = [
      [transformer, wide, /expected prompts of dimension 1, as the transformer reads; got prompts of dimension 2/],
      [transformer, bare, /covariateGram: expected S = XᵀX of each prompt.*got none/],
      [transformer, { ...prompts, queries: 2 }, /expected prompts of one query each/],
      [diverged, prompts, /expected finite weights/],
      [ragged, prompts, /got \[1, 3\] beside \[2, 2\]/],
      [{ ...transformer, layers: [] }, prompts, /at least one layer.*got 0 layers of no heads/],
      [{ ...transformer, layers: [[]] }, prompts, /at least one layer/],
      [{ ...transformer, embedding: { prefix: matrixFromRows([[1, 2, 3]]) } }, prompts, /a prefix \[k, d\+1\]/],
    ];
    for (const [model, contexts, message] of refusals) {
      await expect(engine.predict(model, contexts)).rejects.toThrow(message);
    }
    await expect(engine.lossAndGradient(diverged, prompts)).rejects.toThrow(/expected finite weights/);
  });
});
