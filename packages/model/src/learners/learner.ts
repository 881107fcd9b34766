import type { PromptBatch } from "@onestep/core";
import { requirePredictions } from "../engine/overflow.ts";
import { contextsOf, type Context } from "./context.ts";

/** Anything that maps a prompt to a prediction ŷ of the query's response. */
export interface Learner {
  readonly name: string;
  /** What it is told about the law, or was tuned on it; everything else it takes from the context. */
  readonly knows: readonly string[];
  /**
   * ŷ of every prompt, `[count]`
   *
   * @throws ShapeError for several queries a prompt, or arrays that are not what PromptBatch says
   * @throws DomainError for numbers that are not finite; NumericalError where a prediction would not be
   */
  predict(prompts: PromptBatch): Promise<Float64Array>;
}

/** What a table of learners says of each. */
export interface LearnerRow {
  readonly name: string;
  readonly summary: string;
  readonly knows: readonly string[];
}

/** Builds learners from their settings, and carries their row in the table. */
export interface LearnerFactory<Settings> {
  (...settings: object extends Settings ? [settings?: Settings] : [settings: Settings]): Learner;
  readonly row: LearnerRow;
}

/** What a learner has made of a context: a function of the query's covariates. */
export type Prediction = (query: Float64Array) => number;

/**
 * Turns a rule of learning into a factory of learners. All learners see the same: the labelled pairs of the prompt, the
 * padding cut off, and the query's covariates.
 *
 * @param definition.fit checks the settings once and gives the rule by which a context becomes a prediction
 */
export function defineLearner<Settings>(
  definition: LearnerRow & { readonly fit: (settings: Settings) => (context: Context) => Prediction },
): LearnerFactory<Settings> {
  const { fit, ...row } = definition;
  const factory = (settings?: Settings): Learner => {
    const learn = fit(settings ?? ({} as Settings));
    return {
      name: row.name,
      knows: row.knows,
      async predict(prompts) {
        const where = `learners ${row.name}`;
        const { dimension, queryCovariates } = prompts;
        const predictions = Float64Array.from(contextsOf(where, prompts), (context, i) =>
          learn(context)(queryCovariates.subarray(i * dimension, (i + 1) * dimension)),
        );
        return requirePredictions(where, predictions);
      },
    };
  };
  return Object.assign(factory, { row });
}
