import {
  add,
  covariance,
  float64Backend,
  identity,
  isotropic,
  matrix,
  matrixFromRows,
  multiply,
  multiplyVector,
  pseudoInverse,
  scale,
  solve,
  svd,
  symmetricFunction,
  transpose,
  type Matrix,
} from "@onestep/core";
import { anySeed, expectClose } from "@onestep/testkit";
import { assert, asyncProperty, integer, tuple, type Arbitrary } from "fast-check";
import { describe, expect, it } from "vitest";
import { axesAsQueries, conditionOf, drawContext, tolerance, weightsOf } from "../../tests/contexts.ts";
import * as construct from "../deep/construct.ts";
import { transformerEngine } from "../deep/transformer-engine.ts";
import type { Context } from "./context.ts";
import { covariateGram, spectralInterval } from "./context-gram.ts";
import * as learners from "./index.ts";
import type { Learner } from "./learner.ts";

/** Any context, n below, at and above d, conditioned well enough for a tolerance that says something. */
function anyContext(): Arbitrary<Context> {
  return tuple(anySeed(), integer({ min: 1, max: 7 }), integer({ min: 1, max: 4 }))
    .map(([seed, n, d]) => drawContext(seed, n, d))
    .filter((context) => conditionOf(context) < 100);
}

const onAnyContext = (property: (context: Context) => Promise<void>): Promise<void> =>
  assert(asyncProperty(anyContext(), property), { numRuns: 50 });

/** X⁺y */
const leastNorm = ({ covariates, responses }: Context): Float64Array =>
  multiplyVector(pseudoInverse(covariates), responses);

/** The spectral filter f: Σ f(s²) v v' X'y over the support of S/n, f of its eigenvalues. */
function filtered(context: Context, f: (eigenvalue: number) => number): Float64Array {
  const { covariates, responses } = context;
  const n = responses.length;
  const response = multiplyVector(transpose(covariates), responses).map((entry) => entry / n);
  return multiplyVector(symmetricFunction(scale(covariateGram(context), 1 / n), f), response);
}

const column = (values: Float64Array): Matrix => matrix(values.length, 1, values);

describe("least squares", () => {
  it("is X⁺y", () =>
    onAnyContext(async (context) => {
      const weights = await weightsOf(learners.leastSquares(), context);
      expectClose(weights, leastNorm(context), tolerance(context, conditionOf(context)));
    }));

  it("keeps its digits at n = d, where S has the square of the condition number", async () => {
    // X = [[1, 1], [1, 1 + δ]], y = X(1, 1): a route by way of S would lose everything at δ = 2⁻²⁸
    const delta = 2 ** -28;
    const context = {
      covariates: matrixFromRows([
        [1, 1],
        [1, 1 + delta],
      ]),
      responses: Float64Array.of(2, 2 + delta),
    };
    const bound = tolerance(context, 1);
    expect(bound).toBeLessThan(1e-4);
    expectClose(await weightsOf(learners.leastSquares(), context), [1, 1], bound);
    expectClose(await weightsOf(learners.ridge({ penalty: 2 ** -90 }), context), [1, 1], bound);
  });
});

describe("ridge", () => {
  it("is (S + λI)⁻¹Xᵀy, by whatever route", () =>
    onAnyContext(async (context) => {
      const { covariates, responses } = context;
      const gram = covariateGram(context);
      for (const penalty of [1e-9, 1e-3, 0.5, 100]) {
        const regularized = add(gram, scale(identity(gram.rows), penalty));
        const expected = solve(regularized, multiply(transpose(covariates), column(responses))).values;
        const { values } = svd(regularized);
        const condition = values[0] / values[values.length - 1];
        const weights = await weightsOf(learners.ridge({ penalty }), context);
        // The comparison goes by S + λI, which for n < d is as ill-conditioned as λ is small.
        expectClose(weights, expected, tolerance(context, condition));
      }
    }));

  it("tends to the fit of least norm", () =>
    onAnyContext(async (context) => {
      const smallest = Math.min(...svd(context.covariates).values);
      for (const penalty of [0, 2 ** -30, 2 ** -20]) {
        const weights = await weightsOf(learners.ridge({ penalty }), context);
        // each direction is shrunk by λ/(s² + λ)
        const shrinkage = (penalty / smallest ** 2) * Math.hypot(...leastNorm(context));
        expectClose(weights, leastNorm(context), shrinkage + tolerance(context, conditionOf(context)));
      }
    }));

  it("is the same by Cholesky and by singular values, where one takes over from the other", () =>
    onAnyContext(async (context) => {
      const threshold = 2 ** -20 * svd(context.covariates).values.reduce((sum, value) => sum + value ** 2, 0);
      const [below, above] = await Promise.all(
        [0.999, 1.001].map((factor) => weightsOf(learners.ridge({ penalty: factor * threshold }), context)),
      );
      const between = 0.002 * threshold * (1 / Math.min(...svd(context.covariates).values) ** 2);
      const bound = between * Math.hypot(...leastNorm(context)) + tolerance(context, conditionOf(context) ** 2);
      expectClose(below, above, bound);
    }));

  it("is the Bayes posterior of tasks of variance ω² at λ = σ²/ω²", () =>
    onAnyContext(async (context) => {
      const tasks = isotropic(context.covariates.columns, 0.5);
      const posterior = await weightsOf(learners.bayesPosterior({ tasks, noiseVariance: 0.2 }), context);
      const ridge = await weightsOf(learners.ridge({ penalty: 0.4 }), context);
      expectClose(posterior, ridge, tolerance(context, conditionOf(context) ** 2));
    }));

  it("is kernel ridge regression with the linear kernel", () =>
    onAnyContext(async (context) => {
      for (const penalty of [0, 0.3]) {
        const kernel = await weightsOf(learners.kernelRidge({ kernel: "linear", penalty }), context);
        const ridge = await weightsOf(learners.ridge({ penalty }), context);
        // K + λI has the least eigenvalue λ even where X has a better condition: K is singular for n > d.
        const largest = Math.max(...svd(context.covariates).values) ** 2;
        const ofKernel = penalty === 0 ? 1 : 1 + largest / penalty;
        expectClose(kernel, ridge, tolerance(context, conditionOf(context) ** 3 * ofKernel));
      }
    }));
});

describe("the Bayes posterior", () => {
  it("is μ + (S/σ² + Ω⁻¹)⁻¹ Xᵀ(y − Xμ)/σ²", () =>
    onAnyContext(async (context) => {
      const { covariates, responses } = context;
      const d = covariates.columns;
      const spread = drawContext(11, d, d).covariates;
      const omega = add(multiply(spread, transpose(spread)), identity(d));
      const mean = Array.from({ length: d }, (_, j) => 1 - j);
      const noiseVariance = 0.4;
      const precision = add(scale(covariateGram(context), 1 / noiseVariance), solve(omega, identity(d)));
      const expected = multiplyVector(covariates, mean);
      const side = multiplyVector(
        transpose(covariates),
        responses.map((y, i) => (y - expected[i]) / noiseVariance),
      );
      const moved = solve(precision, column(side)).values;
      const weights = await weightsOf(
        learners.bayesPosterior({ tasks: covariance(omega), taskMean: mean, noiseVariance }),
        context,
      );
      const { values } = svd(multiply(precision, omega));
      expectClose(
        weights,
        moved.map((entry, j) => mean[j] + entry),
        tolerance(context, 64 * (values[0] / Math.min(...values))),
      );
    }));
});

describe("gradient descent", () => {
  it("is what the constructed transformer computes", () =>
    onAnyContext(async (context) => {
      const stepSizes = [0.5, 0.25, 0.125];
      const dimension = context.covariates.columns;
      const prompts = axesAsQueries(context);
      const transformer = construct.gradientDescent({ dimension, stepSizes });
      const predictions = await transformerEngine(float64Backend()).predict(transformer, prompts);
      const weights = await learners.gradientDescent({ stepSizes }).predict(prompts);
      // the residual grows by at most ‖I − aS/n‖ a step
      const largest = spectralInterval(context)![1];
      expectClose(weights, predictions, tolerance(context, conditionOf(context) * (1 + largest) ** 3));
    }));

  it("converges to least squares as (1 − s/s₁)ᵏ says", () =>
    onAnyContext(async (context) => {
      const [smallest, largest] = spectralInterval(context)!;
      const steps = 40;
      const weights = await weightsOf(learners.gradientDescent({ steps, stepSize: 1 / largest }), context);
      const left = (1 - smallest / largest) ** steps * Math.hypot(...leastNorm(context));
      expectClose(weights, leastNorm(context), left + tolerance(context, conditionOf(context) ** 2));
    }));

  it("with momentum 0 is gradient descent, and with momentum has the residual of its recursion", () =>
    onAnyContext(async (context) => {
      const stepSize = 1 / spectralInterval(context)![1];
      const plain = await weightsOf(learners.momentum({ steps: 5, stepSize, momentum: 0 }), context);
      expectClose(
        plain,
        await weightsOf(learners.gradientDescent({ steps: 5, stepSize }), context),
        tolerance(context, conditionOf(context)),
      );
      // p_{l+1} = p_l + a(1 − s p_l) + β(p_l − p_{l−1}), ŵ = p(S/n) b/n
      const polynomial = (s: number): number => {
        let [before, now] = [0, 0];
        for (let l = 0; l < 5; l++) [before, now] = [now, now + stepSize * (1 - s * now) + 0.5 * (now - before)];
        return now;
      };
      const weights = await weightsOf(learners.momentum({ steps: 5, stepSize, momentum: 0.5 }), context);
      expectClose(weights, filtered(context, polynomial), tolerance(context, conditionOf(context) ** 2));
    }));
});

describe("Chebyshev", () => {
  it("is gradient descent at the inverse Chebyshev nodes", () =>
    onAnyContext(async (context) => {
      const [alpha, beta] = [0.3, 2.5];
      const steps = 4;
      const stepSizes = Array.from(
        { length: steps },
        (_, l) => 1 / ((alpha + beta) / 2 + ((beta - alpha) / 2) * Math.cos(((2 * l + 1) * Math.PI) / (2 * steps))),
      );
      const weights = await weightsOf(learners.chebyshev({ steps, interval: [alpha, beta] }), context);
      const descended = await weightsOf(learners.gradientDescent({ stepSizes }), context);
      const largest = Math.max(1, spectralInterval(context)![1]);
      const growth = stepSizes.reduce((product, rate) => product * (1 + rate * largest), 1);
      expectClose(weights, descended, tolerance(context, conditionOf(context) * growth));
    }));

  it("on the prompt's own interval converges at the rate (√κ − 1)/(√κ + 1)", () =>
    onAnyContext(async (context) => {
      const steps = 10;
      const root = conditionOf(context);
      const rate = (root - 1) / (root + 1);
      const weights = await weightsOf(learners.chebyshev({ steps }), context);
      const left = 2 * rate ** steps * Math.hypot(...leastNorm(context));
      expectClose(weights, leastNorm(context), left + tolerance(context, conditionOf(context) ** 2));
    }));
});

describe("conjugate gradients", () => {
  it("are least squares after as many steps as there are directions, and stay there", () =>
    onAnyContext(async (context) => {
      const steps = Math.min(context.covariates.rows, context.covariates.columns);
      for (const k of [steps, steps + 50]) {
        const weights = await weightsOf(learners.conjugateGradient({ steps: k }), context);
        expectClose(weights, leastNorm(context), tolerance(context, conditionOf(context) ** 3));
      }
    }));

  it("fit no worse than any other method of as many steps", () =>
    onAnyContext(async (context) => {
      const { covariates, responses } = context;
      const energyOf = async (learner: Learner): Promise<number> => {
        const fitted = multiplyVector(covariates, await weightsOf(learner, context));
        return responses.reduce((sum, y, i) => sum + (y - fitted[i]) ** 2, 0);
      };
      const rounding = 2 ** -40 * responses.reduce((sum, y) => sum + y * y, 0);
      const stepSize = 1 / spectralInterval(context)![1];
      for (const steps of [1, 2, 3]) {
        const energy = await energyOf(learners.conjugateGradient({ steps }));
        for (const other of [
          learners.chebyshev({ steps }),
          learners.gradientDescent({ steps, stepSize }),
          learners.momentum({ steps, stepSize, momentum: 0.3 }),
        ]) {
          expect(energy).toBeLessThanOrEqual((await energyOf(other)) + rounding);
        }
      }
    }));
});

describe("Newton", () => {
  it("from a·I is 2ᵏ steps of gradient descent", () =>
    onAnyContext(async (context) => {
      const stepSize = 1 / spectralInterval(context)![1];
      const newton = await weightsOf(learners.newton({ iterations: 3, initialScale: stepSize }), context);
      const byDefault = await weightsOf(learners.newton({ iterations: 3 }), context);
      const descent = await weightsOf(learners.gradientDescent({ steps: 8, stepSize }), context);
      expectClose(newton, descent, tolerance(context, conditionOf(context) ** 3));
      expectClose(byDefault, descent, tolerance(context, conditionOf(context) ** 3));
    }));

  it("from a·S/n leaves the residual (1 − a s²)^(2^k)", () =>
    onAnyContext(async (context) => {
      const initialScale = 1 / spectralInterval(context)![1] ** 2;
      const expected = filtered(context, (s) => (s <= 1e-12 ? 0 : (1 - (1 - initialScale * s * s) ** 8) / s));
      for (const settings of [{ initialScale }, {}]) {
        const weights = await weightsOf(learners.newton({ iterations: 3, start: "gram", ...settings }), context);
        expectClose(weights, expected, tolerance(context, conditionOf(context) ** 3));
      }
    }));

  it("converges to least squares", () =>
    onAnyContext(async (context) => {
      for (const start of ["identity", "gram"] as const) {
        const weights = await weightsOf(learners.newton({ iterations: 40, start }), context);
        expectClose(weights, leastNorm(context), tolerance(context, conditionOf(context) ** 4));
      }
    }));
});
