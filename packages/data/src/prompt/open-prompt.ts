import { childKey, type RandomKey, type RandomStream } from "@onestep/core";
import { addLinearValues, openStream } from "@onestep/kernels";
import type { CovariateLaw } from "../define/define-covariates.ts";
import type { DrawNoise } from "../define/define-noise.ts";
import type { Target } from "../define/define-target.ts";
import { drawLength, lengthsOf } from "./context-lengths.ts";
import type { PromptLaw } from "./prompt-law.ts";
import { settleValues } from "./settle-values.ts";

/** A prompt before its rows and queries are drawn: everything that they share. */
export interface OpenPrompt {
  readonly key: RandomKey;
  /** n of this prompt */
  readonly length: number;
  /** The law of its rows. */
  readonly rows: CovariateLaw;
  /** The law of its queries. */
  readonly queries: CovariateLaw;
  readonly target: Target;
  readonly noise: DrawNoise;
  /** Where the noise of the rows comes from; the level of the prompt's noise was drawn from it first. */
  readonly noiseStream: RandomStream;
}

/** Draws what the rows and queries of the prompt at a key share: length, covariances, target, noise level. */
export function openPrompt(law: PromptLaw, key: RandomKey): OpenPrompt {
  const { covariates, queryCovariates } = law;
  const rows = lawOfPrompt(covariates, key, "latent");
  const noiseStream = openStream(childKey(key, "noise"));
  return {
    key,
    length: drawLength(lengthsOf(law), key),
    rows,
    queries: queryCovariates === covariates ? rows : lawOfPrompt(queryCovariates, key, "query latent"),
    target: law.targetOnCovariates.draw(openStream(childKey(key, "task"))),
    noise: law.noise.drawLevel(noiseStream, law.dimension),
    noiseStream,
  };
}

function lawOfPrompt(covariates: CovariateLaw, key: RandomKey, label: string): CovariateLaw {
  return covariates.perPrompt?.draw(openStream(childKey(key, label))) ?? covariates;
}

/** Where queries are written. */
export interface QueryArrays {
  /** `[count, queries, d]` */
  readonly queryCovariates: Float64Array;
  /** `[count, queries]` */
  readonly queryResponses: Float64Array;
}

/** Draws the queries of one prompt into place i of a batch, before its rows. */
export function drawQueries(law: PromptLaw, prompt: OpenPrompt, into: QueryArrays, i: number): void {
  const { queries, dimension } = law;
  if (prompt.target.sequential) settleValues(prompt, queries);
  for (let query = 0; query < queries; query++) {
    const [at, offset] = [i * queries + query, (i * queries + query) * dimension];
    const stream = openStream(childKey(prompt.key, "query", query));
    prompt.queries.drawRows(stream, 1, into.queryCovariates, offset);
    into.queryResponses[at] =
      prompt.target.at(into.queryCovariates, offset) + prompt.noise(stream, into.queryCovariates, offset);
  }
}

/** Where the rows of a prompt are written. */
export interface RowArrays {
  readonly covariates: Float64Array;
  readonly responses: Float64Array;
}

/** Draws the rows of one prompt and their responses, from row `first` of the arrays on. */
export function drawContext(prompt: OpenPrompt, into: RowArrays, first: number, dimension: number): void {
  drawRows(prompt, into, first, dimension);
  drawResponses(prompt, into, first, dimension);
}

/** Draws the covariates alone. */
export function drawRows({ key, rows, length }: OpenPrompt, into: RowArrays, first: number, dimension: number): void {
  rows.drawRows(openStream(childKey(key, "covariates")), length, into.covariates, first * dimension);
}

/** Draws the responses to covariates that are there already. */
export function drawResponses(prompt: OpenPrompt, into: RowArrays, first: number, dimension: number): void {
  const { target, noise, noiseStream, length } = prompt;
  const { covariates, responses } = into;
  const { indices } = target;
  if (indices?.count === 1) {
    responses.fill(0, first, first + length);
    addLinearValues({ covariates, responses, first, count: length }, indices.directions, 0);
  }
  for (let row = first; row < first + length; row++) {
    const offset = row * dimension;
    const value = indices?.count === 1 ? indices.readout(responses, row) : target.at(covariates, offset);
    responses[row] = value + noise(noiseStream, covariates, offset);
  }
}
