import { attentionFeatures } from "./attention-features.ts";
import { contextMatrices } from "./context-matrices.ts";
import { meanIsZero } from "./mean-is-zero.ts";
import type { PromptRows } from "./prompt-rows.ts";

/** A moment condition, held against prompts. */
export interface MomentCondition {
  /** As it is written: `"C ∝ I"`. */
  readonly name: string;
  /** The form of the optimum that needs it; `"any-step"`: all of them, since it keeps the even part out. */
  readonly neededFor: "one-step" | "preconditioned-step" | "any-step";
  readonly pValue: number;
}

/** Relative size below which a difference of moments is rounding. */
const ROUNDING = 1e-10;

/**
 * The moments that decide the form of the optimum, each tested directly: with β = E[y x | task], C = E ββᵀ and
 * E₂ = E[y² x xᵀ], independent rows and a query of the same law have
 *
 * $$ \Gamma^* = \Sigma^{-1} C\,[E_2 + (n-1)C]^{-1} $$
 *
 * so that Γ* = ηI where Σ, E₂ and C are multiples of I, and Γ* = ηΣ⁻¹ exactly where C is a multiple of E₂. Terms that are
 * even in the responses are useless where E[βc], E[βS], E[bc] and E[b⊗S] vanish. A law may meet these conditions
 * without any of the symmetries that imply them.
 */
export function testMomentConditions(prompts: PromptRows): MomentCondition[] {
  const { covariance, energy, contextMoment } = contextMatrices(prompts);
  const { dimension: d } = prompts;
  const unit = packedIdentity(d);
  return [
    { name: "Σ ∝ I", neededFor: "one-step", pValue: isMultiple(covariance, unit, d) },
    { name: "E₂ ∝ I", neededFor: "one-step", pValue: isMultiple(energy, unit, d) },
    { name: "C ∝ I", neededFor: "one-step", pValue: isMultiple(contextMoment, unit, d) },
    { name: "C ∝ E₂", neededFor: "preconditioned-step", pValue: areProportional(contextMoment, energy, d) },
    ...evenPartConditions(prompts),
  ];
}

/** That the mean of random symmetric matrices is a multiple of `of`, by what is left of them once that part is out. */
function isMultiple(matrices: Float64Array, of: Float64Array, d: number): number {
  const width = of.length;
  const count = matrices.length / width;
  const traceOf = packedTrace(of, 0, d);
  let squares = 0;
  for (const entry of matrices) squares += entry * entry;
  const write = (prompt: number, into: Float64Array): void => {
    const share = traceOf === 0 ? 0 : packedTrace(matrices, prompt * width, d) / traceOf;
    for (let k = 0; k < width; k++) into[k] = matrices[prompt * width + k] - share * of[k];
  };
  return meanIsZero(write, { count, width, resolution: ROUNDING * Math.sqrt(squares / count) });
}

/**
 * That E C = κ E E₂ for some κ. With κ̂ the ratio of the traces, the influence of a prompt on the difference of the means
 * is Cᵢ − κ̂ E₂ᵢ without its part along the mean of E₂.
 */
function areProportional(matrices: Float64Array, to: Float64Array, d: number): number {
  const [mean, meanTo] = [packedMean(matrices, d), packedMean(to, d)];
  const traceTo = packedTrace(meanTo, 0, d);
  const ratio = traceTo === 0 ? 0 : packedTrace(mean, 0, d) / traceTo;
  const differences = matrices.map((entry, at) => entry - ratio * to[at]);
  return isMultiple(differences, meanTo, d);
}

function evenPartConditions(prompts: PromptRows): MomentCondition[] {
  const { count, dimension: d, rows, contextRows, covariates, responses } = prompts;
  const { width, values } = attentionFeatures(prompts);
  const [energyAt, gramAt, gramWidth] = [d, d + 1, width - d - 1]; // F = (b, c, S)
  const beta = (prompt: number, j: number): number => {
    let sum = 0;
    for (let row = prompt * rows + contextRows; row < (prompt + 1) * rows; row++) {
      sum += responses[row] * covariates[row * d + j];
    }
    return sum; // y_q x_q: given the task, its mean is β times the number of queries
  };
  const b = (prompt: number, j: number): number => values[prompt * width + j];
  const product = (vector: typeof beta, from: number, size: number): number =>
    meanIsZero(
      (prompt, into) => {
        for (let j = 0; j < d; j++) {
          const entry = vector(prompt, j);
          for (let k = 0; k < size; k++) into[j * size + k] = entry * values[prompt * width + from + k];
        }
      },
      { count, width: d * size },
    );
  return [
    { name: "E[βc] = 0", neededFor: "any-step", pValue: product(beta, energyAt, 1) },
    { name: "E[βS] = 0", neededFor: "any-step", pValue: product(beta, gramAt, gramWidth) },
    { name: "E[bc] = 0", neededFor: "any-step", pValue: product(b, energyAt, 1) },
    { name: "E[b⊗S] = 0", neededFor: "any-step", pValue: product(b, gramAt, gramWidth) },
  ];
}

function packedIdentity(d: number): Float64Array {
  const unit = new Float64Array((d * (d + 1)) / 2);
  for (let j = 0; j < d; j++) unit[(j * (j + 3)) / 2] = 1;
  return unit;
}

function packedTrace(lower: Float64Array, from: number, d: number): number {
  let sum = 0;
  for (let j = 0; j < d; j++) sum += lower[from + (j * (j + 3)) / 2];
  return sum;
}

function packedMean(matrices: Float64Array, d: number): Float64Array {
  const width = (d * (d + 1)) / 2;
  const mean = new Float64Array(width);
  matrices.forEach((entry, at) => (mean[at % width] += (entry * width) / matrices.length));
  return mean;
}
