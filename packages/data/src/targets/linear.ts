import { add, dot, multiply, multiplyVector, scale, traceOfProduct, type RandomStream } from "@onestep/core";
import { defineTarget, type Target, type TargetLaw } from "../define/define-target.ts";
import type { TaskLaw } from "../define/define-task.ts";
import type { Factory } from "../define/definition.ts";
import { lawParameter } from "../define/law-parameter.ts";
import { targetOfIndex } from "../define/target-indices.ts";
import { requireFourthMoment } from "../moments/fourth-moment.ts";

/**
 * Linear targets f(x) = ⟨w, x⟩. With R = E wwᵀ, β = Σw and β_q = Σ_q w,
 *
 * $$ \mathbb{E}\beta\beta_q^\top = \Sigma R \Sigma_q, \quad \mathbb{E}[f^2 x x^\top] = \mathbb{E}[x x^\top R\, x x^\top],
 *    \quad \mathbb{E} f_q^2 = \mathrm{tr}(\Sigma_q R) $$
 *
 * @example
 * linearTarget({ tasks: gaussianTasks({ dimension: 3 }) }).dimension; // => 3
 */
export const linearTarget: Factory<{ readonly tasks: TaskLaw; readonly dimension?: number }, TargetLaw> = defineTarget({
  name: "linear",
  summary: "f(x) = ⟨w, x⟩ with a task vector w drawn once a prompt.",
  parameters: { tasks: lawParameter<TaskLaw>("tasks", { description: "law of the task vector w" }) },
  examples: [{ tasks: { law: "gaussian" } }, { tasks: { law: "gaussian", covariance: 0.5, mean: 0.3 } }],
  declares: ({ tasks: { declares } }) => ({
    signSymmetric: declares.invariance !== "none",
    invariance: declares.invariance,
  }),
  growth: 1,
  tasks: ({ tasks }) => tasks,
  over({ tasks, dimension }) {
    return {
      draw: Object.assign(
        (stream: RandomStream) => {
          const taskVector = new Float64Array(dimension);
          tasks.draw(stream, taskVector);
          return linearTargetOf(taskVector);
        },
        { drawTaskVector: tasks.draw },
      ),
      moments(context, query) {
        const [sigma, sigmaQuery] = [context.covariance.matrix, query.covariance.matrix];
        const correlation = multiply(sigma, tasks.secondMoment);
        const contextMoment = multiply(correlation, sigma);
        return {
          crossMoment: multiply(correlation, sigmaQuery),
          contextMoment,
          energy: requireFourthMoment(context)(tasks.secondMoment),
          secondMoment: traceOfProduct(sigmaQuery, tasks.secondMoment),
          // Isserlis for two rows of correlation r: E[⟨w,x⟩⟨w,x'⟩ x x'ᵀ] = C + r² (C + tr(ΣR) Σ)
          correlatedPairs: add(contextMoment, scale(sigma, traceOfProduct(sigma, tasks.secondMoment))),
        };
      },
    };
  },
});

function linearTargetOf(taskVector: Float64Array): Target {
  return {
    ...targetOfIndex(taskVector, (projection) => projection, true),
    queryMoments({ covariance: { matrix } }) {
      const cross = multiplyVector(matrix, taskVector);
      return { cross, energy: dot(taskVector, cross) };
    },
  };
}
