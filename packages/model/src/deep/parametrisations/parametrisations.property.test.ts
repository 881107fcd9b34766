import {
  DomainError,
  float64Backend,
  identity,
  matrix,
  multiply,
  ShapeError,
  toRows,
  transpose,
  type Matrix,
} from "@onestep/core";
import { anyVector, expectClose } from "@onestep/testkit";
import { assert, asyncProperty, property, tuple } from "fast-check";
import { describe, expect, it } from "vitest";
import { anyPrompts } from "../../../tests/any-layer.ts";
import { expectEntriesClose } from "../../../tests/expect-entries.ts";
import { flatten, matricesOf, transformerRounding } from "../../../tests/transformer-oracle.ts";
import { backendEngine } from "../../engine/backend-engine.ts";
import type { LinearTransformer, TransformerGradient } from "../linear-transformer.ts";
import { transformerEngine } from "../transformer-engine.ts";
import { diagonalTransformer } from "./diagonal.ts";
import { factoredHeads } from "./factored-heads.ts";
import { factoredStep } from "./factored-step.ts";
import { fullTransformer } from "./full.ts";
import { gdPlusPlusTransformer } from "./gd-plus-plus.ts";
import { withInitialWeights, withQueryGuess } from "./initial-guess.ts";
import { mergedHeads } from "./merged-heads.ts";
import type { Parametrisation } from "./parametrisation.ts";
import { reducedStep } from "./reduced-step.ts";
import { sparseTransformer } from "./sparse.ts";
import { tiedTransformer } from "./tied.ts";

const DOUBLE = 2 ** -53;
const dimension = 2;
const engine = transformerEngine(float64Backend());

/** A family with its weights forgotten, so that all fit one table. */
interface Family {
  readonly name: string;
  readonly size: number;
  readonly repack: (position: Float64Array) => Float64Array;
  readonly transformerAt: (position: Float64Array) => LinearTransformer;
  readonly pullBackAt: (position: Float64Array, gradient: TransformerGradient) => Float64Array;
}

function family<W>({ name, size, pack, unpack, transformer, pullBack }: Parametrisation<W>): Family {
  return {
    name,
    size,
    repack: (position) => pack(unpack(position)),
    transformerAt: (position) => transformer(unpack(position)),
    pullBackAt: (position, gradient) => pullBack(unpack(position), gradient),
  };
}

const merged = mergedHeads({ dimension, heads: 2 });
const families: readonly Family[] = [
  family(fullTransformer({ dimension, layers: 2, heads: 2 })),
  family(sparseTransformer({ dimension, layers: 2 })),
  family(gdPlusPlusTransformer({ dimension, layers: 2 })),
  family(diagonalTransformer({ dimension, layers: 2 })),
  family(factoredStep({ dimension, heads: 2, rank: 1 })),
  family(tiedTransformer({ repetitions: 3, loop: gdPlusPlusTransformer({ dimension, layers: 1 }) })),
  family(tiedTransformer({ repetitions: 2, loop: fullTransformer({ dimension, layers: 2, heads: 2 }) })),
  family(merged),
  family(factoredHeads({ dimension, heads: 2, rank: 1, valueRank: 2 })),
  family(factoredHeads({ dimension })),
  family(reducedStep({ dimension })),
  family(withQueryGuess({ dimension, of: merged })),
  family(withInitialWeights({ dimension, of: reducedStep({ dimension }) })),
  family(withInitialWeights({ dimension, of: sparseTransformer({ dimension, layers: 2 }) })),
];

describe.each(families)("the family $name of $size numbers", ({ size, repack, transformerAt, pullBackAt }) => {
  it("unpacks what it packs", () => {
    assert(
      property(anyVector(size), (position) => {
        expect([...repack(position)]).toEqual([...position]);
      }),
      { numRuns: 10 },
    );
  });

  it("pulls derivatives back by the transpose of its own derivative", () => {
    assert(
      property(tuple(anyVector(size), anyVector(size)), ([position, direction]) => {
        // The map from weights to matrices is at most cubic in all weights together: four points leave nothing over.
        const step = 1 / 2;
        const at = (k: number): Float64Array =>
          flatten(transformerAt(position.map((entry, i) => entry + k * step * direction[i])));
        const [far, near, back, behind] = [at(2), at(1), at(-1), at(-2)];
        const slope = near.map((_, i) => (8 * (near[i] - back[i]) - (far[i] - behind[i])) / (12 * step));
        // Any derivatives will do; these are the matrices themselves, moved off zero.
        const base = transformerAt(position);
        const gradient = shapedLike(base);
        const pulled = pullBackAt(position, gradient);
        const flat = flatten(gradient);
        const [left, right] = [inner(slope, flat), inner(pulled, direction)];
        const magnitude = 16 * (1 + slope.length) * inner(slope.map(absolute), flat.map(absolute));
        expectClose(left, right, 1024 * DOUBLE * (1 + magnitude));
      }),
      { numRuns: 20 },
    );
  });
});

describe("one layer", () => {
  const anyCase = tuple(anyVector(merged.size), anyPrompts(2, 3, dimension));

  it("of merged heads predicts the sum over heads of what each layer predicts", async () => {
    await assert(
      asyncProperty(anyCase, async ([position, prompts]) => {
        const heads = merged.unpack(position);
        const apart = await Promise.all(heads.map((head) => backendEngine(float64Backend()).predict(head, prompts)));
        const together = await engine.predict(merged.transformer(heads), prompts);
        const transformer = merged.transformer(heads);
        const { predictions: tolerances } = await transformerRounding({ transformer, prompts }, DOUBLE, DOUBLE);
        expectEntriesClose(
          together,
          apart[0].map((one, i) => one + apart[1][i]),
          tolerances,
        );
      }),
      { numRuns: 30 },
    );
  });

  it("has the gradient of the one-layer code in its merged weights", async () => {
    await assert(
      asyncProperty(anyCase, async ([position, prompts]) => {
        const [head] = merged.unpack(position);
        const single = mergedHeads({ dimension });
        const evaluation = await engine.lossAndGradient(single.transformer([head]), prompts);
        const expected = await backendEngine(float64Backend()).lossAndGradient(head, prompts);
        const transformer = single.transformer([head]);
        const rounding = (await transformerRounding({ transformer, prompts }, DOUBLE, DOUBLE)).gradient; // P, then Q
        const tolerances = [...rounding.subarray(9), ...rounding.subarray(6, 9)];
        expectEntriesClose(
          single.pullBack([head], evaluation.gradient),
          [...expected.gradient.keyQuery.values, ...expected.gradient.valueProjection.values],
          tolerances,
        );
        // The same in factors at W_K = I, W_Q = M: ∂W_Q = ∂M and ∂W_K = M (∂M)ᵀ.
        const factored = factoredHeads({ dimension });
        const weights = [
          { key: identity(3), query: head.keyQuery, value: identity(3), head: head.valueProjection.values },
        ];
        const pulled = factored.unpack(factored.pullBack(weights, evaluation.gradient))[0];
        expect(toRows(pulled.query)).toEqual(toRows(evaluation.gradient.layers[0][0].keyQuery));
        expect(toRows(pulled.key)).toEqual(
          toRows(multiply(head.keyQuery, transpose(evaluation.gradient.layers[0][0].keyQuery))),
        );
      }),
      { numRuns: 30 },
    );
  });

  it("reduced to Γ predicts x_qᵀ Γ Xᵀy, and from initial weights x_qᵀ(β + Γ Xᵀ(y − Xβ))", async () => {
    const prompts = {
      count: 1,
      contextLength: 2,
      dimension,
      covariates: Float64Array.of(1, 2, -1, 0),
      responses: Float64Array.of(3, 5),
      queryCovariates: Float64Array.of(1, 10),
      queryResponses: Float64Array.of(0),
    };
    const gamma = matrix(2, 2, [1, 2, 0, -1]);
    const reduced = reducedStep({ dimension });
    // Xᵀy = (−2, 6), Γ Xᵀy = (10, −6)
    expect([...(await engine.predict(reduced.transformer(gamma), prompts))]).toEqual([-50]);
    // β = (1, 1): residuals (0, 6), Xᵀr = (−6, 0), β + ΓXᵀr = (−5, 1)
    const guess = Float64Array.of(1, 1);
    const gdBeta = withInitialWeights({ dimension, of: reduced });
    expect([...(await engine.predict(gdBeta.transformer({ weights: gamma, guess }), prompts))]).toEqual([5]);
    // Only the query is told: the guess 11 is added, and Γ sees the responses as they are.
    const told = withQueryGuess({ dimension, of: reduced });
    expect([...(await engine.predict(told.transformer({ weights: gamma, guess }), prompts))]).toEqual([-39]);
  });
});

describe("a family", () => {
  it("refuses sizes that are none, and guesses of another dimension or twice", () => {
    expect(() => sparseTransformer({ dimension: 0, layers: 1 })).toThrow(DomainError);
    expect(() => fullTransformer({ dimension: 2, layers: 1.5 })).toThrow(
      /fullTransformer\.layers: expected a whole number/,
    );
    expect(() => factoredHeads({ dimension: 2, rank: 0 })).toThrow(/factoredHeads\.rank/);
    expect(() => tiedTransformer({ repetitions: NaN, loop: reducedStep({ dimension }) })).toThrow(DomainError);
    const wide = withQueryGuess({ dimension: 3, of: reducedStep({ dimension }) });
    expect(() => wide.transformer(wide.unpack(new Float64Array(7)))).toThrow(ShapeError);
    const twice = withQueryGuess({ dimension, of: withInitialWeights({ dimension, of: reducedStep({ dimension }) }) });
    expect(() => twice.transformer(twice.unpack(new Float64Array(8)))).toThrow(/does not embed the query itself/);
  });
});

/** Derivatives in the shapes of a transformer: numbers that no two places share. */
function shapedLike(transformer: TransformerGradient): TransformerGradient {
  let seen = 0;
  const renew = (one: Matrix): Matrix => ({ ...one, values: one.values.map(() => 1 / (1 + seen++) - 0.2) });
  const { context, query } = transformer.embedding ?? {};
  const gradient = {
    layers: transformer.layers.map((heads) =>
      heads.map((head) => ({ valueProjection: renew(head.valueProjection), keyQuery: renew(head.keyQuery) })),
    ),
    embedding: { ...(context && { context: renew(context) }), ...(query && { query: renew(query) }) },
  };
  expect(matricesOf(gradient).length).toBe(matricesOf(transformer).length);
  return gradient;
}

function inner(x: Float64Array, y: Float64Array): number {
  return x.reduce((sum, entry, i) => sum + entry * y[i], 0);
}

function absolute(value: number): number {
  return Math.abs(value);
}
