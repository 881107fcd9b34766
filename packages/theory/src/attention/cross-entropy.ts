import {
  compositeGaussLegendre,
  DomainError,
  exp,
  log1p,
  normalCdf,
  type Quadrature,
  radialQuadrature,
} from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { gaussRule } from "../numerics/gauss-rule.ts";
import type { ScalarStep } from "../optimum/best-step-size.ts";
import { requireContextLength, requireCount, requireFields, requireNonNegative } from "../require.ts";
import { cite } from "../sources.ts";

/** Sign labels on isotropic covariates: y = sign⟨u, x⟩, flipped with some probability. */
export interface SignLabels {
  /** n ≥ 1 */
  readonly contextLength: number;
  /** d ≥ 2 */
  readonly dimension: number;
  /** The probability that a label is wrong, the query's too; below ½, 0 if omitted */
  readonly flipProbability?: number;
}

/**
 * The best step for the cross-entropy loss on sign labels, ŷ = η x_qᵀXᵀy the log-odds.
 *
 * $$ \min_\eta\ \mathbb{E}\log\big(1+e^{-\eta m}\big), \qquad \mathbb{E}\Big[\frac{m}{1+e^{\eta m}}\Big] = 0, \qquad m = y_q\,x_q^\top X^\top y $$
 *
 * By symmetrisation (`symmetryReduction`) the optimum over all of linear attention, any number of heads, is a step ηI,
 * and η solves this one equation, whose left side decreases in η. Along u the context contributes T = Σ yᵢzᵢ, across it
 * R = √n χ_{d−1}: given both, m is ‖(T, R)‖ times a skew normal of shape T/R. The laws of T and R are reduced to Gauss
 * rules; the rest is one normal integral. Accuracy does not depend on η.
 *
 * @throws DomainError for n < 1, d < 2 (in one dimension labels are separable: the loss falls to 0 as η → ∞), or a flip
 * probability outside [0, ½)
 *
 * Source: own derivation, the law of the margin given T and R.
 *
 * @example
 * crossEntropyStep({ contextLength: 2, dimension: 3 }).value.stepSize; // ≈ 0.507098352302
 * crossEntropyStep({ contextLength: 2, dimension: 3 }).value.loss; // ≈ 0.559417602582
 */
export function crossEntropyStep(labels: SignLabels): ClosedForm<ScalarStep> {
  requireFields("crossEntropyStep", "sizes", labels, ["contextLength", "dimension"]);
  const { contextLength, dimension, flipProbability = 0 } = labels;
  requireContextLength("crossEntropyStep", contextLength);
  requireCount("crossEntropyStep", "dimension", dimension, 2, "in one dimension the loss falls to 0 as the step grows");
  requireNonNegative("crossEntropyStep", "flip probability", flipProbability);
  if (!(flipProbability < 0.5)) {
    throw new DomainError({
      where: "crossEntropyStep",
      expected: "a flip probability below 1/2",
      arrived: String(flipProbability),
      hint: "labels that are wrong half of the time carry no signal; beyond that, exchange the two labels",
    });
  }
  const margins = marginLaw(contextLength, dimension, flipProbability);
  const expectation = (f: (margin: number) => number): number =>
    margins.nodes.reduce((sum, margin, at) => sum + margins.weights[at] * f(margin), 0);
  const stepSize = rootOf((eta) => {
    let [value, size, slope] = [0, 0, 0];
    margins.nodes.forEach((m, at) => {
      // 1/(1 + e^{ηm}), and its product with what is left of 1, from the power that cannot overflow
      const tail = exp(-Math.abs(eta * m));
      const term = (margins.weights[at] * m * (m > 0 ? tail : 1)) / (1 + tail);
      value += term;
      size += Math.abs(term);
      slope -= (margins.weights[at] * m * m * tail) / (1 + tail) ** 2;
    });
    return { value, slope, rounding: 2 ** -50 * size };
  });
  return {
    value: { stepSize, loss: expectation((m) => softplus(-stepSize * m)) },
    formula: String.raw`\mathbb{E}[m/(1+e^{\eta m})] = 0,\quad m = y_q\,x_q^\top X^\top y`,
    hypotheses: [
      hypotheses.isotropicCovariates,
      "labels y = sign⟨u, x⟩ with u uniform on the sphere, flipped independently",
      "cross-entropy loss with ŷ as log-odds",
      hypotheses.linearAttention,
    ],
    source: cite("onestep", "crossEntropyStep"),
  };
}

/** All points together, this far below the smallest losses (1e-8 for the longest contexts), are not seen. */
const NEGLIGIBLE = 1e-26;

/** The law of m as a weighted list of points. */
function marginLaw(n: number, d: number, flip: number): { nodes: number[]; weights: number[] } {
  const along = sumRule(signedHalfNormal(flip), n, 32);
  const radial = radialQuadrature(d - 1);
  const across = gaussRule(radial.nodes, radial.weights, 32);
  // Φ(αx) and the logistic function of ηm turn within 1/α of 0, which is narrow for long contexts.
  const turn = (Math.sqrt(n) * across.nodes[0]) / Math.max(...along.nodes.map(Math.abs));
  const edges = [9, 5.5, 3.5, 2.2, 1.2, 0.6, 0.25];
  while (edges[edges.length - 1] > turn / 2) edges.push(edges[edges.length - 1] / 2.5);
  const normal = compositeGaussLegendre([...edges.map((x) => -x), 0, ...edges.toReversed()], 10);
  const nodes: number[] = [];
  const weights: number[] = [];
  along.nodes.forEach((t, i) =>
    across.nodes.forEach((chi, j) => {
      const r = Math.sqrt(n) * chi;
      const size = Math.hypot(t, r);
      normal.nodes.forEach((x, k) => {
        // Density of the skew normal: 2φ(x)Φ(αx), mixed over a right and a wrong query label.
        const right = normalCdf((t / r) * x);
        const skew = 2 * ((1 - flip) * right + flip * (1 - right));
        const weight = along.weights[i] * across.weights[j] * normal.weights[k] * skew * density(x);
        if (weight < NEGLIGIBLE) return;
        nodes.push(size * x);
        weights.push(weight);
      });
    }),
  );
  return { nodes, weights };
}

function density(x: number): number {
  return exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
}

/** y z, z ~ N(0, 1): |z| with probability 1 − flip, else −|z|; of mass ½, which `sumRule` makes 1. */
function signedHalfNormal(flip: number): Quadrature {
  const half = compositeGaussLegendre([0, 1.5, 3, 4.5, 6, 8, 10], 24);
  const mass = half.weights.map((weight, i) => weight * density(half.nodes[i]));
  return {
    nodes: Float64Array.from([...half.nodes, ...half.nodes.map((z) => -z)]),
    weights: Float64Array.from([...mass.map((w) => (1 - flip) * w), ...mass.map((w) => flip * w)]),
  };
}

/**
 * A Gauss rule of `size` nodes for the sum of n independent copies, by doubling: polynomial moments of a sum depend on
 * those of its terms up to the same degree, so nothing is lost by reducing the terms to Gauss rules first.
 */
function sumRule(one: Quadrature, n: number, size: number): Quadrature {
  const unit = probabilityRule(one.nodes, one.weights, size);
  let power = unit;
  let sum: Quadrature | null = null;
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) sum = sum === null ? power : convolve(sum, power, size);
    if (rest > 1) power = convolve(power, power, size);
  }
  return sum ?? unit;
}

function convolve(a: Quadrature, b: Quadrature, size: number): Quadrature {
  const nodes = new Float64Array(a.nodes.length * b.nodes.length);
  const weights = new Float64Array(nodes.length);
  a.nodes.forEach((x, i) =>
    b.nodes.forEach((y, j) => {
      nodes[i * b.nodes.length + j] = x + y;
      weights[i * b.nodes.length + j] = a.weights[i] * b.weights[j];
    }),
  );
  return probabilityRule(nodes, weights, size);
}

/** A Gauss rule of mass 1 to the last digit: doubling would square what rounding does to it, n-fold in the end. */
function probabilityRule(nodes: Float64Array, weights: Float64Array, size: number): Quadrature {
  const rule = gaussRule(nodes, weights, size);
  const mass = rule.weights.reduce((sum, weight) => sum + weight, 0);
  return { nodes: rule.nodes, weights: rule.weights.map((weight) => weight / mass) };
}

/**
 * The root of a decreasing function on [0, ∞): Newton's steps, kept inside a bracket that shrinks, until the next one would
 * be as small as the square of this, or what is left of the function is its rounding.
 */
function rootOf(
  f: (eta: number) => { readonly value: number; readonly slope: number; readonly rounding: number },
): number {
  let [low, high] = [0, 1];
  while (f(high).value > 0) [low, high] = [high, 2 * high];
  for (let eta = low; ;) {
    const { value, slope, rounding } = f(eta);
    if (Math.abs(value) <= rounding) return eta;
    if (value > 0) low = eta;
    else high = eta;
    const newton = eta - value / slope;
    if (Math.abs(newton - eta) <= 2 ** -36 * eta) return newton;
    eta = newton > low && newton < high ? newton : (low + high) / 2;
  }
}

function softplus(x: number): number {
  return Math.max(x, 0) + log1p(exp(-Math.abs(x)));
}
