import { AssumptionError } from "@onestep/core";
import { requireFiniteResult } from "../finite-result.ts";
import { checkTransformer } from "./check-transformer.ts";
import type { AttentionHead, LinearTransformer } from "./linear-transformer.ts";

/** What a scalar transformer does to each eigenvalue u of S/n (of S, where layers do not divide by n). */
export interface InducedPolynomials {
  /** Coefficients of p, constant first: ŵ = (1/n) p(S/n) Xᵀy */
  readonly step: readonly number[];
  /** Coefficients of q = 1 − u p(u), constant first: the part of the target that is left, q(S/n) w */
  readonly residual: readonly number[];
}

/**
 * The polynomials that a transformer of scalar layers, P_l = diag(b_l I, 1) or e eᵀ and Q_l = −diag(a_l I, 0), carries
 * out. With r what the layers have made of a covariate along the eigenvector,
 *
 * $$ p' = p + a\, r^2 q, \qquad q' = q\,(1 - a\, u r^2), \qquad r' = r\,(1 - ab\, u r^2), $$
 *
 * from p = 0 and q = r = 1. The degree of q is L where all b are zero, and grows like 3^L where not.
 *
 * @throws AssumptionError unless every layer is a scalar one and nothing is embedded; `inducedWeights` still applies;
 * NumericalError where a coefficient overflows
 *
 * Source: own derivation, from the Gram recursion, where all matrices commute.
 *
 * @example
 * const twoSteps = construct.gradientDescent({ dimension: 2, stepSizes: [1, 0.5] });
 * inducedPolynomials(twoSteps).step; // => [1.5, -0.5]
 * inducedPolynomials(twoSteps).residual; // => [1, -1.5, 0.5]
 */
export function inducedPolynomials(transformer: LinearTransformer): InducedPolynomials {
  checkTransformer("inducedPolynomials", transformer);
  let step: number[] = [0];
  let residual: number[] = [1];
  let covariate: number[] = [1]; // r
  for (const { a, b } of scalarLayers(transformer)) {
    const square = times(covariate, covariate);
    const shrunk = [0, ...square]; // u r²
    step = plus(step, scaled(times(square, residual), a));
    residual = plus(residual, scaled(times(shrunk, residual), -a));
    covariate = plus(covariate, scaled(times(shrunk, covariate), -a * b));
  }
  for (const result of [step, residual]) requireFiniteResult("inducedPolynomials", Float64Array.from(result));
  return { step: trimmed(step), residual: trimmed(residual) };
}

function scalarLayers({ layers, embedding = {} }: LinearTransformer): { a: number; b: number }[] {
  const isPlain = Object.values(embedding).every((part) => part === undefined);
  const scalars = layers.map((heads) => (heads.length === 1 && isPlain ? scalarHead(heads[0]) : undefined));
  const known = scalars.filter((one) => one !== undefined);
  if (known.length === layers.length) return known;
  throw new AssumptionError({
    where: "inducedPolynomials",
    expected: "layers P = diag(bI, 1), Q = −diag(aI, 0), one head each, and no embedding",
    arrived: isPlain ? `another layer ${scalars.indexOf(undefined)}` : "an embedding",
    hint: "inducedWeights reads off what any transformer does on given contexts",
    source: "own derivation, for commuting matrices",
    unmet: ["all layers are multiples of the identity on covariates"],
  });
}

/** The numbers a and b of P = diag(bI, 1), Q = −diag(aI, 0), or undefined for any other head. */
function scalarHead({ valueProjection, keyQuery }: AttentionHead): { a: number; b: number } | undefined {
  const last = keyQuery.rows - 1;
  const [a, b] = [-keyQuery.values[0], valueProjection.values[0]];
  const fits = keyQuery.values.every((entry, at) => {
    const [row, column] = [Math.floor(at / keyQuery.columns), at % keyQuery.columns];
    const isDiagonal = row === column;
    const expectedQuery = isDiagonal && row < last ? -a : 0;
    const expectedValue = isDiagonal ? (row < last ? b : 1) : 0;
    return entry === expectedQuery && valueProjection.values[at] === expectedValue;
  });
  return fits ? { a, b } : undefined;
}

function times(f: readonly number[], g: readonly number[]): number[] {
  const product: number[] = Array.from({ length: f.length + g.length - 1 }, () => 0);
  f.forEach((left, i) => g.forEach((right, j) => (product[i + j] += left * right)));
  return product;
}

function plus(f: readonly number[], g: readonly number[]): number[] {
  return Array.from({ length: Math.max(f.length, g.length) }, (_, i) => (f[i] ?? 0) + (g[i] ?? 0));
}

function scaled(f: readonly number[], factor: number): number[] {
  return f.map((coefficient) => factor * coefficient);
}

/** Without zeros at the top. */
function trimmed(f: readonly number[]): number[] {
  return f.slice(0, Math.max(1, f.findLastIndex((coefficient) => coefficient !== 0) + 1));
}
