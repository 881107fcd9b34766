import {
  add,
  AssumptionError,
  identity,
  integerPower,
  type Matrix,
  multiply,
  scale,
  trace,
  traceOfProduct,
  zeros,
} from "@onestep/core";
import type { CovariateLaw } from "../define/define-covariates.ts";
import type { TargetMoments } from "../define/define-target.ts";
import { requireFourthMoment } from "./fourth-moment.ts";
import { estimateFromDraws } from "./estimate-from-draws.ts";

/**
 * The moments of f(x) = xᵀAx with A from the Gaussian orthogonal ensemble, E f(x)f(x') = 2⟨x, x'⟩². Where −x has the law
 * of x, β = 0: no linear function of the query is of any use. What is left are
 *
 * $$ \mathbb{E}[f^2 x x^\top] = 2\,\mathbb{E}[\lVert x\rVert^4 x x^\top], \qquad
 *    \mathbb{E} f^2 = 2\,\mathbb{E}\lVert x\rVert^4 $$
 *
 * @throws AssumptionError unless the rows' law is closed under x ↦ −x, with a known sixth moment
 */
export function quadraticMoments(context: CovariateLaw, query: CovariateLaw): TargetMoments {
  if (context.declares.invariance === "none") throw refusal(context, "−x has the law of x");
  const { dimension } = context;
  const noSignal = zeros(dimension, dimension);
  return {
    crossMoment: noSignal,
    contextMoment: noSignal,
    energy: scale(sixthMomentOf(context), 2),
    secondMoment: 2 * trace(requireFourthMoment(query)(identity(dimension))),
  };
}

/** E[‖x‖⁴ x xᵀ] */
function sixthMomentOf(covariates: CovariateLaw): Matrix {
  const { gaussian, covariance, coordinateExpectation, dimension: d } = covariates;
  if (gaussian) return gaussianSixthMoment(covariance.matrix);
  if (coordinateExpectation === undefined) throw refusal(covariates, "E[‖x‖⁴ x xᵀ] is known");
  const [second, fourth, sixth] = [2, 4, 6].map((power) => coordinateExpectation((x) => integerPower(x, power)));
  // E x₁²(x₁² + r)², r the sum of the other squares; x₁x₂‖x‖⁴ is odd in x₁.
  const others = (d - 1) * fourth + (d - 1) * (d - 2) * second * second;
  return scale(identity(d), sixth + 2 * fourth * (d - 1) * second + second * others);
}

/**
 * By Stein's identity, twice, for x ~ N(0, Σ) with t = tr Σ:
 *
 * $$ \mathbb{E}[\lVert x\rVert^4 x x^\top] = (t^2 + 2\,\mathrm{tr}\,\Sigma^2)\,\Sigma + 4t\,\Sigma^2 + 8\,\Sigma^3 $$
 */
function gaussianSixthMoment(sigma: Matrix): Matrix {
  const t = trace(sigma);
  const square = multiply(sigma, sigma);
  const flat = scale(sigma, t * t + 2 * traceOfProduct(sigma, sigma));
  return add(add(flat, scale(square, 4 * t)), scale(multiply(square, sigma), 8));
}

function refusal({ name }: CovariateLaw, unmet: string): AssumptionError {
  return new AssumptionError({
    where: "promptMoments",
    expected: "Gaussian covariates under a quadratic target, or independent symmetric coordinates of one law",
    arrived: `${name} covariates`,
    hint: `${estimateFromDraws}, or use such covariates`,
    source: "moments of quadratic targets",
    unmet: [unmet],
  });
}
