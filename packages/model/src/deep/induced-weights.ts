import { float64Backend, type Float64Tensor } from "@onestep/core";
import { checkTransformer } from "./check-transformer.ts";
import { checkContexts, gramTensors, requireCovariates, type Contexts } from "./context-gram.ts";
import { requireFiniteResult } from "../finite-result.ts";
import { advance, embed, readOut, transitionAt } from "./gram-recursion.ts";
import type { LinearTransformer } from "./linear-transformer.ts";
import { transformerOn } from "./transformer-tensors.ts";

/** The regression that a transformer carries out on each context: ŷ = ⟨ŵ, x_q⟩ for every query. */
export interface InducedWeights {
  /** ŵ, `[count, d]` */
  readonly weights: Float64Array;
  /** The part of ŵ that is odd in the responses, `[count, d]`: Γ Xᵀy for a single layer */
  readonly odd: Float64Array;
  /** The part that is even in them, `[count, d]`: what no step of gradient descent accounts for */
  readonly even: Float64Array;
}

/**
 * Reads off a linear transformer the weights ŵ that it applies to the query, context by context. The prediction is linear
 * in x_q whatever the depth, because every token goes through the same matrices T_l:
 *
 * $$ \hat y = \langle \hat w, x_q \rangle, \qquad (\hat w, \cdot) = -E_q^\top T_0^\top \cdots T_{L-1}^\top e. $$
 *
 * Only the contexts are read; queries and their responses do not matter.
 *
 * @throws ShapeError, DomainError; NumericalError where a weight overflows
 *
 * Source: own derivation, from the Gram recursion.
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 1, dimension: 1,
 *   covariates: Float64Array.of(2), responses: Float64Array.of(3),
 *   queryCovariates: Float64Array.of(5), queryResponses: Float64Array.of(7),
 * };
 * const oneStep = construct.gradientDescent({ dimension: 1, stepSizes: [0.125] });
 * Array.from(inducedWeights(oneStep, prompts).weights); // => [0.75]
 */
export function inducedWeights(transformer: LinearTransformer, contexts: Contexts): InducedWeights {
  checkContexts("inducedWeights", contexts);
  requireCovariates("inducedWeights", checkTransformer("inducedWeights", transformer), contexts);
  const weights = weightsOf(transformer, contexts);
  const mirrored = weightsOf(transformer, flipResponses(contexts));
  return {
    weights: requireFiniteResult("inducedWeights", weights),
    odd: requireFiniteResult(
      "inducedWeights",
      weights.map((value, at) => (value - mirrored[at]) / 2),
    ),
    even: requireFiniteResult(
      "inducedWeights",
      weights.map((value, at) => (value + mirrored[at]) / 2),
    ),
  };
}

function weightsOf(transformer: LinearTransformer, contexts: Contexts): Float64Array {
  const backend = float64Backend();
  const { embedding, layers } = transformerOn(backend, transformer);
  const grams = gramTensors(backend, contexts, transformer.dividesByLength);
  let state = embed(backend, embedding, grams);
  const matrices: Float64Tensor[] = [];
  for (const layer of layers.slice(0, -1)) {
    const transition = transitionAt(backend, layer, state, grams);
    matrices.unshift(transition.matrix);
    state = advance(backend, transition, state);
  }
  const last = layers[layers.length - 1];
  const { values } = readOut(backend, last, state, grams); // H p_h
  const update = backend.contract("b,bj->bj", grams.prefactor, backend.contract("bhi,hij->bj", values, last.keyQuery));
  let row = backend.add(backend.contract("b,i->bi", grams.ones, grams.responseAxis), update); // T_{L−1}ᵀ e
  for (const matrix of matrices) row = backend.contract("bij,bi->bj", matrix, row);
  if (embedding.query !== undefined) row = backend.contract("ij,bi->bj", embedding.query, row);
  const { dimension, count } = contexts;
  const weights = new Float64Array(count * dimension);
  const { values: rows } = backend.scale(row, -1);
  for (let prompt = 0; prompt < count; prompt++) {
    const start = prompt * (dimension + 1);
    weights.set(rows.subarray(start, start + dimension), prompt * dimension);
  }
  return weights;
}

function flipResponses(contexts: Contexts): Contexts {
  const flip = (values: Float64Array): Float64Array => values.map((value) => -value);
  return "covariateGram" in contexts
    ? { ...contexts, crossProduct: flip(contexts.crossProduct) }
    : { ...contexts, responses: flip(contexts.responses) };
}
