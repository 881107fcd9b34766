import { multiplyVector, ShapeError, type Matrix } from "@onestep/core";
import { byWeights, crossProduct } from "./context.ts";
import { defineLearner, type LearnerFactory } from "./learner.ts";
import { requireFinite } from "./settings.ts";

/** Settings of `preconditionedStep`. */
export interface PreconditionedStepSettings {
  /** Γ, `[d, d]`: any matrix, never symmetrised */
  readonly preconditioner: Matrix;
}

/**
 * One preconditioned step from w = 0.
 *
 * $$ \hat y = x_q^\top \Gamma X^\top y $$
 *
 * @throws ShapeError unless Γ is square and of the prompts' dimension; DomainError unless it is finite
 *
 * Source: arXiv 2307.03576, Theorem 2; arXiv 2306.00297, Theorem 1.
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 1, dimension: 2,
 *   covariates: Float64Array.of(1, 2), responses: Float64Array.of(3),
 *   queryCovariates: Float64Array.of(1, 1), queryResponses: Float64Array.of(0),
 * };
 * const learner = learners.preconditionedStep({ preconditioner: matrixFromRows([[1, 0], [0, 0.5]]) });
 * Array.from(await learner.predict(prompts)); // => [6]
 */
export const preconditionedStep: LearnerFactory<PreconditionedStepSettings> = defineLearner({
  name: "preconditioned-step",
  summary: "One step of gradient descent from zero, preconditioned by a matrix.",
  knows: ["preconditioner Γ"],
  fit: ({ preconditioner }: PreconditionedStepSettings) => {
    preconditioner.values.forEach((entry) => requireFinite("preconditioned-step: preconditioner", entry));
    return byWeights((context) => {
      requireSize(preconditioner, context.covariates.columns);
      return multiplyVector(preconditioner, crossProduct(context, context.responses));
    });
  },
});

function requireSize({ rows, columns }: Matrix, dimension: number): void {
  if (rows === dimension && columns === dimension) return;
  throw new ShapeError({
    where: "learners preconditioned-step: preconditioner",
    expected: `[${dimension}, ${dimension}], as the prompts have ${dimension} covariates`,
    arrived: `[${rows}, ${columns}]`,
    hint: "use a step on prompts of the dimension it was made for",
  });
}
