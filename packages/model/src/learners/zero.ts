import { defineLearner, type LearnerFactory } from "./learner.ts";

/**
 * Predicts 0 whatever the prompt says: its loss E y² is what there is to gain.
 *
 * @example
 * learners.zero().knows; // => []
 */
export const zero: LearnerFactory<object> = defineLearner({
  name: "zero",
  summary: "Predicts 0 whatever the prompt.",
  knows: [],
  fit: () => () => () => 0,
});
