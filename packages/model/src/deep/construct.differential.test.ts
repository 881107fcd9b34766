import {
  add,
  diagonal,
  DomainError,
  float64Backend,
  identity,
  matrix,
  multiply,
  multiplyVector,
  scale,
  ShapeError,
  subtract,
  transpose,
  type Matrix,
  type PromptBatch,
} from "@onestep/core";
import { expectClose, goldenCases } from "@onestep/testkit";
import { assert, asyncProperty, integer } from "fast-check";
import { describe, expect, it } from "vitest";
import { anyPrompts } from "../../tests/any-layer.ts";
import * as construct from "./construct.ts";
import { inducedPolynomials } from "./induced-polynomials.ts";
import { inducedWeights } from "./induced-weights.ts";
import type { LinearTransformer } from "./linear-transformer.ts";
import { transformerEngine } from "./transformer-engine.ts";

/** One prompt as its X `[n, d]`, y `[n, 1]` and x_q `[d, 1]`. */
interface Regression {
  readonly x: Matrix;
  readonly y: Matrix;
  readonly query: Matrix;
}

/** The algorithm as a textbook writes it: ŷ of one prompt. */
type Algorithm = (regression: Regression) => number;

const d = 2;
const stepSizes = [0.5, 0.25, 0.75];
const preconditioners = [matrix(d, d, [0.5, -0.25, 0.75, 1]), matrix(d, d, [1, 0.5, -0.25, 0.25])];
const contractions = [0.25, -0.125, 0.5];
const penalty = 0.8;

const cases: readonly [name: string, transformer: LinearTransformer, algorithm: Algorithm][] = [
  [
    "gradient descent",
    construct.gradientDescent({ dimension: d, stepSizes }),
    (regression) =>
      descend(
        regression,
        stepSizes.map((a) => scale(identity(d), a)),
      ),
  ],
  [
    "preconditioned gradient descent, with matrices that are not symmetric",
    construct.preconditionedGradientDescent({ preconditioners }),
    (regression) => descend(regression, preconditioners),
  ],
  ["GD++", construct.gdPlusPlus({ dimension: d, stepSizes, contractions }), contractingDescent],
  [
    "gradient descent on the ridge objective",
    construct.ridgeGradientDescent({ dimension: d, stepSizes, penalty }),
    (regression) =>
      descend(
        regression,
        stepSizes.map((a) => scale(identity(d), a)),
        penalty,
      ),
  ],
  ["Newton's method for the inverse", construct.newton({ dimension: d, iterations: 3, initialScale: 0.4 }), newton],
  [
    "Newton's method for the inverse square root",
    construct.newtonSquareRoot({ dimension: d, iterations: 3, initialScale: 0.4 }),
    newtonSquareRoot,
  ],
];

describe.each(cases)("the weights of %s", (_, transformer, algorithm) => {
  it("are the algorithm, to 1e-12", async () => {
    await assert(
      asyncProperty(anyRegression(), async (prompts) => {
        const predictions = await transformerEngine(float64Backend()).predict(transformer, prompts);
        const expected = regressions(prompts).map(algorithm);
        // Entries are at most 1 and the steps stable, so that nothing grows: ŷ and all on the way to it are of order 1.
        expectClose(predictions, expected, 1e-12);
        // What is read off the weights is the same regression.
        const { weights } = inducedWeights(transformer, prompts);
        const readOff = regressions(prompts).map(({ query }, prompt) =>
          query.values.reduce((sum, entry, i) => sum + entry * weights[prompt * d + i], 0),
        );
        expectClose(readOff, expected, 1e-12);
      }),
      { numRuns: 40 },
    );
  });
});

describe("constructions", () => {
  it("of Newton's methods find the least squares solution, the covariates' in log₂ as many layers", async () => {
    // S/n = diag(0.5, 0.5): far from 1, and both iterations have converged to the last digits.
    const prompts = {
      count: 1,
      contextLength: 2,
      dimension: d,
      covariates: Float64Array.of(1, 0, 0, 1),
      responses: Float64Array.of(3, -5),
      queryCovariates: Float64Array.of(1, 1),
      queryResponses: Float64Array.of(0),
    };
    const engine = transformerEngine(float64Backend());
    const inverse = construct.newton({ dimension: d, iterations: 6, initialScale: 1 });
    const root = construct.newtonSquareRoot({ dimension: d, iterations: 6, initialScale: 1 });
    expect([inverse.layers.length, root.layers.length]).toEqual([64, 7]);
    expectClose(await engine.predict(inverse, prompts), [-2], 1e-12);
    expectClose(await engine.predict(root, prompts), [-2], 1e-12);
  });

  it("of ridge descent differ from those without a penalty, which two steps without a prefix cannot make up for", () => {
    const prompts: PromptBatch = {
      count: 1,
      contextLength: 1,
      dimension: 1,
      covariates: Float64Array.of(2),
      responses: Float64Array.of(3),
      queryCovariates: Float64Array.of(1),
      queryResponses: Float64Array.of(0),
    };
    const shape = { dimension: 1, stepSizes: [0.1, 0.1] };
    const { weights: ridge } = inducedWeights(construct.ridgeGradientDescent({ ...shape, penalty: 2 }), prompts);
    // ŵ₁ = 0.6, ŵ₂ = 0.6 + 0.1(6 − (4 + 2)·0.6)
    expectClose(ridge, [0.84], 1e-15);
    expectClose(inducedWeights(construct.gradientDescent(shape), prompts).weights, [0.96], 1e-15);
  });

  it("refuse what is no algorithm", () => {
    const dimension = 2;
    expect(() => construct.gradientDescent({ dimension, stepSizes: [] })).toThrow(/at least one layer/);
    expect(() => construct.gradientDescent({ dimension, stepSizes: [NaN] })).toThrow(DomainError);
    expect(() => construct.preconditionedGradientDescent({ preconditioners: [matrix(1, 2, [1, 2])] })).toThrow(
      ShapeError,
    );
    expect(() => construct.gdPlusPlus({ dimension, stepSizes: [1], contractions: [] })).toThrow(
      /one contraction for each/,
    );
    expect(() => construct.gdPlusPlus({ dimension, stepSizes: [0], contractions: [1] })).toThrow(DomainError);
    expect(() => construct.ridgeGradientDescent({ dimension, stepSizes: [1], penalty: -1 })).toThrow(/penalty λ ≥ 0/);
    expect(() => construct.newton({ dimension, iterations: 11, initialScale: 1 })).toThrow(/from 0 to 10/);
    expect(() => construct.newtonSquareRoot({ dimension, iterations: 2, initialScale: 0 })).toThrow(/positive scale/);
  });
});

describe("gdpp_loss", () => {
  it.each(goldenCases("gdpp_loss"))("$id has the polynomials of its weights", ({ a, ab, law: { d: dimension } }) => {
    const transformer = construct.gdPlusPlus({ dimension, stepSizes: a, contractions: [...ab, 0] });
    const { step, residual } = inducedPolynomials(transformer);
    // The route of the golden number: q' = q(1 − a s), s' = s(1 − ab·s)².
    for (const u of [0, 0.3, 1, 1.7]) {
      let [q, s] = [1, u];
      a.forEach((stepSize, l) => {
        q *= 1 - stepSize * s;
        s *= (1 - (ab[l] ?? 0) * s) ** 2;
      });
      expectClose(value(residual, u), q, 1e-12);
      expectClose(u * value(step, u), 1 - q, 1e-12);
    }
  });
});

/** ŵ' = ŵ + (1/n) Γ_l (Xᵀ(y − Xŵ) − λŵ) */
function descend({ x, y, query }: Regression, steps: readonly Matrix[], lambda = 0): number {
  let w = matrix(d, 1);
  for (const gamma of steps) {
    const slope = subtract(multiply(transpose(x), subtract(y, multiply(x, w))), scale(w, lambda));
    w = add(w, scale(multiply(gamma, slope), 1 / x.rows));
  }
  return inner(w, query);
}

/** GD++ on the data themselves: residuals and covariates of context and query are replaced step by step. */
function contractingDescent({ x, y, query }: Regression): number {
  let [rows, residuals, point, prediction] = [x, y, query, 0];
  stepSizes.forEach((a, l) => {
    const direction = scale(multiply(transpose(rows), residuals), a / x.rows);
    const map = subtract(identity(d), scale(multiply(transpose(rows), rows), contractions[l] / x.rows));
    prediction += inner(direction, point);
    residuals = subtract(residuals, multiply(rows, direction));
    rows = multiply(rows, map);
    point = multiply(map, point);
  });
  return prediction;
}

/** N' = 2N − N (S/n) N */
function newton({ x, y, query }: Regression): number {
  const gram = scale(multiply(transpose(x), x), 1 / x.rows);
  let estimate = scale(identity(d), 0.4);
  for (let k = 0; k < 3; k++) estimate = subtract(scale(estimate, 2), multiply(estimate, gram, estimate));
  return inner(multiply(estimate, scale(multiply(transpose(x), y), 1 / x.rows)), query);
}

/** Y' = ½ Y (3I − (S/n) Y²) */
function newtonSquareRoot({ x, y, query }: Regression): number {
  const gram = scale(multiply(transpose(x), x), 1 / x.rows);
  let root = scale(identity(d), Math.sqrt(0.4));
  for (let k = 0; k < 3; k++) {
    root = scale(multiply(root, subtract(diagonal([3, 3]), multiply(gram, root, root))), 1 / 2);
  }
  const applied = multiplyVector(multiply(root, root), multiply(transpose(x), y).values);
  return inner(scale(matrix(d, 1, applied), 1 / x.rows), query);
}

/** Prompts of entries in [−1, 1], so that S/n has eigenvalues in [0, 2]. */
function anyRegression() {
  return integer({ min: 1, max: 5 }).chain((n) =>
    anyPrompts(2, n, d).map((prompts): PromptBatch => ({
      ...prompts,
      covariates: prompts.covariates.map((entry) => entry / 4),
      responses: prompts.responses.map((entry) => entry / 4),
      queryCovariates: prompts.queryCovariates.map((entry) => entry / 4),
    })),
  );
}

function regressions({ count, contextLength: n, covariates, responses, queryCovariates }: PromptBatch): Regression[] {
  return Array.from({ length: count }, (_, prompt) => ({
    x: matrix(n, d, covariates.slice(prompt * n * d, (prompt + 1) * n * d)),
    y: matrix(n, 1, responses.slice(prompt * n, (prompt + 1) * n)),
    query: matrix(d, 1, queryCovariates.slice(prompt * d, (prompt + 1) * d)),
  }));
}

function inner(left: Matrix, right: Matrix): number {
  return left.values.reduce((sum, entry, i) => sum + entry * right.values[i], 0);
}

function value(coefficients: readonly number[], u: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * u + coefficient, 0);
}
