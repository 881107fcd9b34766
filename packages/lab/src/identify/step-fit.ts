import {
  jackknifeError,
  leaveOneOut,
  matrix,
  multiply,
  multiplyVector,
  pseudoInverse,
  trace,
  transpose,
  type Matrix,
} from "@onestep/core";
import type { ObservedPrompt } from "./observe.ts";

/** The one preconditioned step that is nearest to a model. */
export interface StepFit {
  /** Γ, `[d, d]` */
  readonly preconditioner: Matrix;
  /** Of its entries, `[d, d]` */
  readonly standardErrors: Matrix;
  /** Of tr Γ/d. */
  readonly traceError: number;
}

/** Blocks of the jackknife. */
const BLOCKS = 12;

/** Where the query is drawn the system has d² unknowns: solved up to this dimension. */
const LARGEST_DRAWN = 16;

/**
 * The Γ of least E‖R(ŵ − Γb)‖². Where the query is integrated out its second moment cancels, Γ = E[ŵbᵀ] E[bbᵀ]⁻¹;
 * where it is drawn all d² entries are found together. Undefined where that system is too large.
 */
export function fitStep(prompts: readonly ObservedPrompt[]): StepFit | undefined {
  const [{ crossProduct, readout }] = prompts;
  const d = crossProduct.length;
  const isDrawn = prompts.some((prompt) => prompt.readout !== readout);
  if (isDrawn && (d > LARGEST_DRAWN || prompts.length < 4 * d * d)) return undefined;
  const solve = (blocks: readonly System[]): Matrix => solved(blocks, isDrawn ? undefined : readout, d);
  const system = isDrawn ? drawnSystem : integratedSystem;
  const blocks = Array.from({ length: BLOCKS }, (_, block) =>
    system(prompts.filter((_prompt, i) => i % BLOCKS === block)),
  );
  const preconditioner = solve(blocks);
  const leftOut = leaveOneOut(blocks).map(solve);
  const errors = preconditioner.values.map((_, at) => jackknifeError(leftOut.map(({ values }) => values[at])));
  const traceError = jackknifeError(leftOut.map((one) => trace(one) / d));
  return { preconditioner, standardErrors: matrix(d, d, errors), traceError };
}

/** R Γ b */
export function stepOutput({ readout, crossProduct }: ObservedPrompt, preconditioner: Matrix): Float64Array {
  return multiplyVector(readout, multiplyVector(preconditioner, crossProduct));
}

/** Normal equations: square·X = side. */
interface System {
  readonly square: Matrix;
  readonly side: Matrix;
}

/** Σ b bᵀ · (RΓ)ᵀ = Σ b (Rŵ)ᵀ */
function integratedSystem(prompts: readonly ObservedPrompt[]): System {
  const d = prompts[0].crossProduct.length;
  const [square, side] = [matrix(d, d), matrix(d, prompts[0].output.length)];
  for (const { crossProduct, output } of prompts) addTo(square, side, crossProduct, output);
  return { square, side };
}

/** The features x_q ⊗ b of ŷ = x_qᵀΓb. */
function drawnSystem(prompts: readonly ObservedPrompt[]): System {
  const size = prompts[0].crossProduct.length ** 2;
  const [square, side] = [matrix(size, size), matrix(size, 1)];
  for (const { crossProduct, readout, output } of prompts) {
    const features = Float64Array.from(
      Array.from(readout.values).flatMap((x) => Array.from(crossProduct, (b) => x * b)),
    );
    addTo(square, side, features, output);
  }
  return { square, side };
}

function addTo(square: Matrix, side: Matrix, features: Float64Array, output: Float64Array): void {
  features.forEach((one, i) => {
    for (let j = 0; j < features.length; j++) square.values[i * features.length + j] += one * features[j];
    for (let j = 0; j < output.length; j++) side.values[i * output.length + j] += one * output[j];
  });
}

/** Γ from the normal equations of all blocks. */
function solved(blocks: readonly System[], readout: Matrix | undefined, d: number): Matrix {
  const total = (part: keyof System): Matrix => {
    const [{ [part]: first }] = blocks;
    const values = first.values.map((_, at) => blocks.reduce((sum, one) => sum + one[part].values[at], 0));
    return matrix(first.rows, first.columns, values);
  };
  const found = multiply(pseudoInverse(total("square")), total("side"));
  return readout === undefined ? matrix(d, d, found.values) : multiply(pseudoInverse(readout), transpose(found));
}
