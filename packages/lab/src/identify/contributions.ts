import { DomainError, type PromptBatch } from "@onestep/core";
import { inducedWeights } from "@onestep/model";
import { hasWeights, withMirroredResponses, type IdentifiedModel } from "./identified-model.ts";

/** What one labelled pair adds to a prediction. */
export interface Contribution {
  /** yᵢ */
  readonly response: number;
  /** ⟨xᵢ, x_q⟩ */
  readonly similarity: number;
  /** What the model's odd part says where only this response is not zero: x_qᵀ Γ xᵢ yᵢ of one layer. */
  readonly contribution: number;
}

/** How a model comes to one prediction. */
export interface PromptExplanation {
  /** ŷ */
  readonly prediction: number;
  /** The part that is odd in the responses. */
  readonly odd: number;
  /** The part that is even in them: no step of gradient descent. */
  readonly even: number;
  readonly contributions: readonly Contribution[];
  /** `odd` less the sum of the contributions: 0 for all models that are linear in the responses. */
  readonly interaction: number;
}

/**
 * How a model comes to its prediction for one prompt: what each labelled pair contributes,
 *
 * $$ c_i = f_{\mathrm{odd}}(X, y_i e_i), \qquad \hat y = \sum_i c_i + \text{interaction} + \text{even part}. $$
 *
 * One layer contributes y_i x_qᵀ Γ x_i, one step of gradient descent η y_i ⟨x_i, x_q⟩, and nothing is left over; nor is it
 * for deep models of the sparse families, or ridge regression.
 *
 * @param prompt which prompt of the batch, from 0
 * @throws DomainError for several queries a prompt, or a prompt that is not there
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 2, dimension: 1,
 *   covariates: Float64Array.of(1, 2), responses: Float64Array.of(3, 4),
 *   queryCovariates: Float64Array.of(2), queryResponses: Float64Array.of(0),
 * };
 * const { contributions } = await contributionsOf(learners.oneStep({ stepSize: 0.25 }), prompts);
 * contributions.map(({ contribution }) => contribution); // => [1.5, 4]
 */
export async function contributionsOf(
  model: IdentifiedModel,
  prompts: PromptBatch,
  prompt: number = 0,
): Promise<PromptExplanation> {
  const { whole, alone } = withResponsesAlone(prompts, prompt);
  const [odd, even] = await parts(model, whole);
  const [contributed] = await parts(model, alone);
  const { contextLength, dimension, covariates, responses, queryCovariates } = whole;
  const contributions = Array.from({ length: contextLength }, (_, i): Contribution => {
    let similarity = 0;
    for (let j = 0; j < dimension; j++) similarity += covariates[i * dimension + j] * queryCovariates[j];
    return { response: responses[i], similarity, contribution: contributed[i] };
  });
  const sum = contributed.reduce((total, one) => total + one, 0);
  return { prediction: odd[0] + even[0], odd: odd[0], even: even[0], contributions, interaction: odd[0] - sum };
}

/** Odd and even part of the predictions. */
async function parts(model: IdentifiedModel, prompts: PromptBatch): Promise<[Float64Array, Float64Array]> {
  if (hasWeights(model)) {
    const { odd, even } = inducedWeights(model, prompts);
    return [atQueries(odd, prompts), atQueries(even, prompts)];
  }
  const outputs = await model.predict(prompts);
  const mirrored = await model.predict(withMirroredResponses(prompts));
  return [outputs.map((one, i) => (one - mirrored[i]) / 2), outputs.map((one, i) => (one + mirrored[i]) / 2)];
}

function atQueries(weights: Float64Array, { count, dimension, queryCovariates }: PromptBatch): Float64Array {
  return Float64Array.from({ length: count }, (_, prompt) => {
    let sum = 0;
    for (let j = 0; j < dimension; j++)
      sum += weights[prompt * dimension + j] * queryCovariates[prompt * dimension + j];
    return sum;
  });
}

/** One prompt without padding, and n copies of it that keep one response each. */
function withResponsesAlone(prompts: PromptBatch, prompt: number): { whole: PromptBatch; alone: PromptBatch } {
  const { count, contextLength, dimension: d, lengths, queries = 1 } = prompts;
  if (queries !== 1 || !(prompt >= 0 && prompt < count)) {
    throw new DomainError({
      where: "contributionsOf",
      expected: `a prompt from 0 to ${count - 1}, with one query`,
      arrived: queries === 1 ? String(prompt) : `${queries} queries a prompt`,
      hint: "give the prompt once for each of its queries",
    });
  }
  const n = lengths?.[prompt] ?? contextLength;
  const start = prompt * contextLength;
  const whole = {
    count: 1,
    contextLength: n,
    dimension: d,
    covariates: prompts.covariates.slice(start * d, (start + n) * d),
    responses: prompts.responses.slice(start, start + n),
    queryCovariates: prompts.queryCovariates.slice(prompt * d, (prompt + 1) * d),
    queryResponses: prompts.queryResponses.slice(prompt, prompt + 1),
  };
  const copies = (values: Float64Array): Float64Array =>
    Float64Array.from(Array.from({ length: n }, () => Array.from(values)).flat());
  const alone = {
    ...whole,
    count: n,
    covariates: copies(whole.covariates),
    responses: copies(whole.responses).map((y, at) => (at % n === Math.floor(at / n) ? y : 0)),
    queryCovariates: copies(whole.queryCovariates),
    queryResponses: copies(whole.queryResponses),
  };
  return { whole, alone };
}
