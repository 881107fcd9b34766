import { DomainError } from "@onestep/core";
import type { KernelModule } from "../wasm/kernel-module.ts";
import { layOut } from "../wasm/lay-out.ts";
import { loadModule } from "../wasm/load-module.ts";
import { wasm } from "./kernel.wasm.ts";
import { adamTwin, descentTwin } from "./twin.ts";

/** The vectors of an optimizer, all of one length: its caller writes the gradient, and a step moves the others. */
export interface OptimizerArrays {
  readonly position: Float64Array;
  readonly gradient: Float64Array;
  /** What the optimizer remembers: mean and mean square of gradients, or the velocity; 0 at first. */
  readonly memory: readonly Float64Array[];
}

/** An optimizer that moves its position in place. */
export interface FusedOptimizer<Step> extends OptimizerArrays {
  /** `"wasm"` or `"twin"`, which make the same bytes. */
  readonly name: string;
  readonly move: (step: Step) => void;
}

/** The numbers of one step of Adam. */
export interface AdamStep {
  /** The learning rate, the schedule's share included. */
  readonly rate: number;
  /** β₁ and β₂ */
  readonly meanDecay: number;
  readonly squareDecay: number;
  /** 1 − β₁ᵗ and 1 − β₂ᵗ */
  readonly meanCorrection: number;
  readonly squareCorrection: number;
  /** ε */
  readonly stabilizer: number;
}

/** The numbers of one step of gradient descent. */
export interface DescentStep {
  readonly rate: number;
  /** The share of the velocity that is kept, 0 for none. */
  readonly momentum: number;
}

/** What `kernel.as.ts` exports. */
interface OptimizersKernel extends KernelModule {
  adam(
    position: number,
    gradient: number,
    mean: number,
    square: number,
    count: number,
    rate: number,
    meanDecay: number,
    squareDecay: number,
    meanCorrection: number,
    squareCorrection: number,
    stabilizer: number,
  ): void;
  descend(position: number, gradient: number, velocity: number, count: number, rate: number, momentum: number): void;
}

/** Where steps are made; the twin also where WebAssembly does not run. */
export type OptimizerEngine = "wasm" | "twin";

/**
 * Opens Adam over a flat vector, all of a step in one pass and nothing allocated.
 *
 * $$ m \leftarrow \beta_1 m + (1-\beta_1) g,\quad s \leftarrow \beta_2 s + (1-\beta_2) g^2,\quad
 *    \theta \leftarrow \theta - \alpha\, \frac{m/(1-\beta_1^t)}{\sqrt{s/(1-\beta_2^t)} + \epsilon} $$
 *
 * @param size how many numbers move, at least 1
 * @throws DomainError unless the size counts
 *
 * Source: Kingma & Ba, arXiv 1412.6980, Algorithm 1.
 *
 * @example
 * const { position, gradient, move } = openAdam(2);
 * gradient.set([8, -2]);
 * // The first step has the length of the rate, whatever the gradient.
 * const corrections = { meanCorrection: 0.5, squareCorrection: 0.75, stabilizer: 0 };
 * move({ rate: 0.25, meanDecay: 0.5, squareDecay: 0.25, ...corrections });
 * position; // => Float64Array.of(-0.25, 0.25)
 */
export function openAdam(size: number, engine: OptimizerEngine = "wasm"): FusedOptimizer<AdamStep> {
  const { kernel, ...arrays } = openArrays("openAdam", size, 2, engine);
  if (kernel === undefined) return { name: "twin", ...arrays, move: (step) => adamTwin(arrays, step) };
  const [position, gradient, mean, square] = pointersOf(arrays);
  return {
    name: "wasm",
    ...arrays,
    move: ({ rate, meanDecay, squareDecay, meanCorrection, squareCorrection, stabilizer }) =>
      kernel.adam(
        position,
        gradient,
        mean,
        square,
        size,
        rate,
        meanDecay,
        squareDecay,
        meanCorrection,
        squareCorrection,
        stabilizer,
      ),
  };
}

/**
 * Opens gradient descent with momentum over a flat vector: v ← βv + g, θ ← θ − αv.
 *
 * @param size how many numbers move, at least 1
 * @throws DomainError unless the size counts
 *
 * @example
 * const { position, gradient, move } = openDescent(1);
 * gradient.set([4]);
 * move({ rate: 0.5, momentum: 0.5 });
 * move({ rate: 0.5, momentum: 0.5 });
 * position; // => Float64Array.of(-5)
 */
export function openDescent(size: number, engine: OptimizerEngine = "wasm"): FusedOptimizer<DescentStep> {
  const { kernel, ...arrays } = openArrays("openDescent", size, 1, engine);
  if (kernel === undefined) return { name: "twin", ...arrays, move: (step) => descentTwin(arrays, step) };
  const [position, gradient, velocity] = pointersOf(arrays);
  return {
    name: "wasm",
    ...arrays,
    move: ({ rate, momentum }) => kernel.descend(position, gradient, velocity, size, rate, momentum),
  };
}

/** Vectors in the memory of a kernel of their own, or anywhere if there is none. */
function openArrays(
  where: string,
  size: number,
  memories: number,
  engine: OptimizerEngine,
): OptimizerArrays & { readonly kernel: OptimizersKernel | undefined } {
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new DomainError({
      where: `${where}.size`,
      expected: "a whole number from 1 on",
      arrived: String(size),
      hint: "count the numbers that move",
    });
  }
  const kernel = engine === "wasm" ? loadModule<OptimizersKernel>(wasm) : undefined;
  const even = size + (size % 2); // two at a time
  const vectors = Array.from({ length: 2 + memories }, (_, at) => [`vector${at}`, [Float64Array, even]] as const);
  const arrays =
    kernel === undefined
      ? vectors.map(() => new Float64Array(size))
      : Object.values(layOut(kernel, Object.fromEntries(vectors))).map((array) => array.subarray(0, size));
  const [position, gradient, ...memory] = arrays as Float64Array[];
  return { kernel, position, gradient, memory };
}

function pointersOf({ position, gradient, memory }: OptimizerArrays): number[] {
  return [position, gradient, ...memory].map((array) => array.byteOffset);
}
