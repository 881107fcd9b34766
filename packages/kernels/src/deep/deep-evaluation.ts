import { NumericalError } from "@onestep/core";
import { checkEngine } from "../check-engine.ts";
import { isExtremeScale } from "../one-layer/float32-range.ts";
import type { LinearGaussianLaw } from "../one-layer/law.ts";
import { addSums, areFinite, describeNonFinite } from "../one-layer/mean-of-sums.ts";
import type { RelaxedModules } from "../relaxed/relaxed-modules.ts";
import { checkDepth, checkWeights } from "./check-deep.ts";
import { deepProgram, type DeepForm } from "./deep-program.ts";
import { blockOf, type DeepSummer } from "./deep-summer.ts";
import { twinSummer } from "./deep-twin.ts";
import { kernelSummer } from "./kernel-summer.ts";
import type { Precision } from "./strip-memory.ts";
import { gradientOfSums, planSums, type DeepGradient, type DeepWeights } from "./sums.ts";

/** How deep linear attention is evaluated: all of it changes speed and rounding, none of it what is computed. */
export interface DeepOptions {
  /** Default `"float64"`. */
  readonly precision?: Precision | undefined;
  /** Default `"cheapest"`. */
  readonly form?: DeepForm | undefined;
  /** Default `"wasm"`, which is the twin where WebAssembly does not run. */
  readonly engine?: "wasm" | "twin" | undefined;
  /**
   * Default none. `relaxedModules` of `@onestep/kernels/relaxed` fuse products and sums where the engine has relaxed SIMD,
   * and `name` says so: faster, at the price of bytes that differ from machine to machine within rounding.
   */
  readonly relaxed?: RelaxedModules | undefined;
}

/** What evaluations on drawn prompts and on given statistics have in common. */
export interface DeepEvaluation {
  readonly name: string;
  /** Prompts of a block. */
  readonly block: number;
  readonly sumsLength: number;
  readonly escalations: () => number;
  /** @param scales of the numbers of which prompts are made */
  readonly begin: (weights: DeepWeights, scales: readonly number[]) => void;
  /** The sums of a block, which the next block overwrites. */
  readonly sum: (run: (summer: DeepSummer) => Float64Array) => Float64Array;
  /** Mean loss and gradient from the sums of `blocks` blocks, added in their order. */
  readonly finish: (
    blocks: number,
    sumsOf: (block: number) => Float64Array,
    count: number,
    gradient: DeepGradient,
  ) => number;
}

/** Opens what evaluates a block: a kernel or its twin, and float64 in reserve for what float32 cannot hold. */
export function openEvaluation(
  where: string,
  { dimension, layers }: { readonly dimension: number; readonly layers: number },
  { precision = "float64", form = "cheapest", engine = "wasm", relaxed }: DeepOptions,
  law?: LinearGaussianLaw,
): DeepEvaluation {
  checkDepth(where, dimension, layers, form);
  checkEngine(where, precision, engine);
  const width = dimension + 1;
  const program = deepProgram(layers, width, form);
  const plan = planSums(program, width);
  const open = (wanted: Precision): DeepSummer =>
    (engine === "wasm" ? kernelSummer(program, width, wanted, law, relaxed?.deep) : undefined) ??
    twinSummer(program, width, law);

  const own = open(precision);
  let exact: DeepSummer | undefined;
  let escalations = 0;
  let current: DeepWeights | undefined;
  let underflows = false;
  const total = new Float64Array(plan.length);

  return {
    name: `${own.name} ${nameOf(program.gramLayers, layers)}`,
    block: blockOf(width),
    sumsLength: plan.length,
    escalations: () => escalations,
    begin: (weights, scales) => {
      checkWeights(`${where}.weights`, width, layers, weights);
      own.begin(weights);
      current = weights;
      const matrices = [...weights.valueProjections, ...weights.keyQueries];
      underflows = precision === "float32" && (scales.some(isExtremeScale) || matrices.some(isTiny));
    },
    sum: (run) => {
      if (!underflows) {
        const sums = run(own);
        if (precision === "float64" || areFinite(sums)) return sums;
      }
      exact ??= open("float64");
      exact.begin(current!);
      escalations += 1;
      return run(exact);
    },
    finish: (blocks, sumsOf, count, gradient) => {
      checkWeights(`${where}.gradient`, width, layers, gradient);
      total.fill(0);
      for (let at = 0; at < blocks; at++) addSums(total, sumsOf(at), 0);
      if (areFinite(total)) return gradientOfSums(program, plan, current!, total, count, gradient);
      throw new NumericalError({
        where: `${where}.lossAndGradient`,
        expected: "a finite loss and gradient",
        arrived: describeNonFinite(total[plan.lossAt] / count),
        hint: "the weights have grown too large: lower the learning rate",
      });
    },
  };
}

/**
 * Whether a matrix is not 0, but its products with a few others may be denormal in float32: imprecise, and slow on many
 * machines.
 */
function isTiny(matrix: Float64Array): boolean {
  let zero = true;
  for (let at = 0; at < matrix.length; at++) {
    const size = Math.abs(matrix[at]);
    if (size >= 2 ** -24) return false;
    zero &&= size === 0;
  }
  return !zero;
}

function nameOf(gramLayers: number, layers: number): string {
  if (gramLayers === 0) return "vectors";
  return gramLayers === layers - 1 ? "matrices" : `matrices ${gramLayers} of ${layers}`;
}
