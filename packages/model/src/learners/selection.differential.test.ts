import { add, identity, matrix, multiply, multiplyVector, scale, solve, transpose } from "@onestep/core";
import { anySeed, expectClose } from "@onestep/testkit";
import { assert, asyncProperty, integer, tuple } from "fast-check";
import { describe, expect, it } from "vitest";
import { conditionOf, drawContext, tolerance, weightsOf } from "../../tests/contexts.ts";
import type { Context } from "./context.ts";
import { crossProduct } from "./context.ts";
import { covariateGram } from "./context-gram.ts";
import * as learners from "./index.ts";

const penalties = [0.01, 0.1, 1, 10, 100];

const onAnyContext = (least: number, property: (context: Context) => Promise<void>): Promise<void> =>
  assert(
    asyncProperty(
      tuple(anySeed(), integer({ min: least, max: 7 }), integer({ min: 1, max: 4 })).map(([seed, n, d]) =>
        drawContext(seed, n, d),
      ),
      property,
    ),
    { numRuns: 40 },
  );

/** The context without its pair number i. */
function without(i: number, { covariates: { rows, columns, values }, responses }: Context): Context {
  const kept = Array.from({ length: rows }, (_, row) => row).filter((row) => row !== i);
  return {
    covariates: matrix(
      rows - 1,
      columns,
      kept.flatMap((row) => [...values.subarray(row * columns, (row + 1) * columns)]),
    ),
    responses: Float64Array.from(kept, (row) => responses[row]),
  };
}

/** The mean squared error on each pair of a fit to the others. */
async function leaveOneOut(context: Context, penalty: number): Promise<number> {
  const { covariates, responses } = context;
  let sum = 0;
  for (let i = 0; i < responses.length; i++) {
    const weights = await weightsOf(learners.ridge({ penalty }), without(i, context));
    sum += (responses[i] - multiplyVector(covariates, weights)[i]) ** 2;
  }
  return sum / responses.length;
}

/** Golub, Heath and Wahba, as they write it. */
function generalized({ covariates: x, responses }: Context, penalty: number): number {
  const n = responses.length;
  const gram = add(multiply(x, transpose(x)), scale(identity(n), penalty));
  // I − H = λ(XXᵀ + λI)⁻¹
  const left = scale(solve(gram, identity(n)), penalty);
  const residual = multiplyVector(left, responses);
  const trace = Array.from({ length: n }, (_, i) => left.values[i * (n + 1)]).reduce((sum, one) => sum + one, 0);
  return residual.reduce((sum, one) => sum + one * one, 0) / n / (trace / n) ** 2;
}

const argmin = (values: readonly number[]): number => values.indexOf(Math.min(...values));

describe("tuned ridge", () => {
  it.each([
    ["of ordinary size", penalties],
    // Where n ≤ d, residuals and 1 − H vanish with λ, and only their quotient is left: it must not be one of roundings.
    ["far below rounding", [1e-20, 1]],
  ])("chooses the penalty that leaving out one pair after the other would choose, %s", (_, choices) =>
    onAnyContext(2, async (context) => {
      const errors = await Promise.all(choices.map((penalty) => leaveOneOut(context, penalty)));
      const chosen = await weightsOf(learners.ridge({ penalty: choices[argmin(errors)] }), context);
      const weights = await weightsOf(learners.tunedRidge({ penalties: choices }), context);
      expectClose(weights, chosen, tolerance(context, conditionOf(context) ** 2));
    }),
  );

  it("chooses by generalized cross-validation", () =>
    onAnyContext(2, async (context) => {
      const best = argmin(penalties.map((penalty) => generalized(context, penalty)));
      const chosen = await weightsOf(learners.ridge({ penalty: penalties[best] }), context);
      const criterion = "generalized-cross-validation";
      const weights = await weightsOf(learners.tunedRidge({ penalties, criterion }), context);
      expectClose(weights, chosen, tolerance(context, conditionOf(context) ** 2));
    }));

  it("by default follows the scale of its prompt", () =>
    onAnyContext(2, async (context) => {
      const { covariates, responses } = context;
      const enlarged = { covariates: scale(covariates, 1024), responses };
      const weights = await weightsOf(learners.tunedRidge(), context);
      const scaled = await weightsOf(learners.tunedRidge(), enlarged);
      expectClose(
        scaled.map((entry) => 1024 * entry),
        weights,
        tolerance(context, conditionOf(context)),
      );
    }));
});

describe("the lasso", () => {
  it("meets the conditions of Karush, Kuhn and Tucker", () =>
    onAnyContext(1, async (context) => {
      for (const penalty of [0.05, 0.5, 2]) {
        const weights = await weightsOf(learners.lasso({ penalty }), context);
        const fitted = multiplyVector(context.covariates, weights);
        const slope = crossProduct(
          context,
          context.responses.map((y, i) => y - fitted[i]),
        );
        const { values, columns } = covariateGram(context);
        const scaleOf = (j: number): number => Math.sqrt(values[j * (columns + 1)]) * Math.hypot(...context.responses);
        weights.forEach((weight, j) => {
          const rounding = 2 ** -44 * scaleOf(j);
          if (weight === 0) expect(Math.abs(slope[j])).toBeLessThanOrEqual(penalty + rounding);
          else expectClose(slope[j], penalty * Math.sign(weight), rounding);
        });
      }
    }));

  it("keeps nothing from the largest correlation on", () =>
    onAnyContext(1, async (context) => {
      const penalty = Math.max(...crossProduct(context, context.responses).map(Math.abs));
      expect([...(await weightsOf(learners.lasso({ penalty }), context))].every((weight) => weight === 0)).toBe(true);
      const some = await weightsOf(learners.lasso({ penalty: 0.99 * penalty }), context);
      expect(some.some((weight) => weight !== 0)).toBe(true);
    }));
});
