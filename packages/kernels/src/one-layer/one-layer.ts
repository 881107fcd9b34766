import { checkEngine } from "../check-engine.ts";
import type { LsaGradientBuffers } from "../lsa-gradient/twin.ts";
import {
  BLOCK,
  sumsLength,
  type BlockSummer,
  type OneLayerMethod,
  type OneLayerParameters,
  type DrawnPrompts,
} from "./block-sums.ts";
import { checkMethod, checkParameters, checkRequest } from "./check-request.ts";
import { leavesFloat32, responseScaleOf } from "./float32-range.ts";
import { kernelSummer } from "./kernel-summer.ts";
import { checkLaw, type LinearGaussianLaw } from "./law.ts";
import { addSums, areFinite, meanOfSums, requireFinite } from "./mean-of-sums.ts";
import { twinSummer } from "./twin.ts";

/** How loss and gradient are computed: all of it changes speed and noise, none of it what is estimated. */
export interface OneLayerOptions {
  /**
   * - `"rows"` draws all n rows of every context.
   * - `"two-column"`, the default, draws the same loss and gradient at a cost that does not grow with n.
   * - `"rao-blackwell"` takes the mean over the query, and over all of the context but one column, in closed form.
   */
  readonly method?: OneLayerMethod | undefined;
  /** Default `"float64"`. */
  readonly precision?: "float32" | "float64" | undefined;
  /**
   * Default false. Prompts in fours that share their draws up to two signs, that of ω and that of query noise and columns
   * together: fewer draws, and no noise from what is odd in either. Not with `"rows"`.
   */
  readonly antithetic?: boolean | undefined;
  /** Default `"wasm"`, which is the twin where WebAssembly does not run. */
  readonly engine?: "wasm" | "twin" | undefined;
}

/** Loss and gradient of one layer, over prompts that are drawn on the way. */
export interface OneLayer {
  /** Which path runs: `"wasm-f32 two-column"`. */
  readonly name: string;
  /** How many blocks float32 could not hold, be it that numbers are too large or too small, so that float64 summed them. */
  readonly escalations: number;
  /**
   * The mean loss over consecutive prompts of a key.
   *
   * @param gradient overwritten with the loss's gradient
   * @throws NumericalError if they are not finite
   */
  lossAndGradient(parameters: OneLayerParameters, prompts: DrawnPrompts, gradient: LsaGradientBuffers): number;
  /** How many blocks a batch of so many prompts has. */
  blockCount(count: number): number;
  /** How many numbers the sums of a block are. */
  readonly sumsLength: number;
  /** Writes the sums of blocks from ≤ b < to, one after another: one worker's share of `lossAndGradient`. */
  writeBlockSums(
    parameters: OneLayerParameters,
    prompts: DrawnPrompts,
    blocks: { readonly from: number; readonly to: number },
    sums: Float64Array,
  ): void;
  /** The same bytes as `lossAndGradient`, from the sums of all blocks of a batch, whoever has written them. */
  reduceBlockSums(sums: Float64Array, count: number, gradient: LsaGradientBuffers): number;
}

/**
 * Opens loss and gradient of one linear self-attention layer, ŷ = uᵀ G M v_q, over prompts of a linear Gaussian law. With
 * a = G u, c = G M v_q and the residual r = aᵀM v_q − y_q of each of the B prompts,
 *
 * $$ L = \tfrac1B \sum r^2, \qquad \partial L/\partial M = \tfrac2B \sum r\, a v_q^\top, \qquad
 *    \partial L/\partial u = \tfrac2B \sum r\, c. $$
 *
 * G = T W Tᵀ with W Wishart of n degrees of freedom, and only W Tᵀu and W TᵀM v_q are needed: two columns of a Bartlett
 * factor whose frame begins with these two vectors. Given G, the mean of r² over the query is |MᵀG u − w|² + σ²; its
 * gradient needs the mean over the second column only, and what is left to draw is one column.
 *
 * Prompt i has its own stream, at `key/prompt:i`, so that a batch may be cut anywhere; antithetic prompts 4i … 4i + 3
 * share that stream.
 *
 * @throws DomainError or ShapeError for a law or an option that is none, and for antithetic prompts of whole rows
 *
 * Source: Bartlett's decomposition, e.g. Muirhead, Aspects of Multivariate Statistical Theory, theorem 3.2.14.
 *
 * @example
 * const layer = openOneLayer({ dimension: 1, contextLength: 3, noiseDeviation: 0 });
 * const zero = { keyQuery: new Float64Array(4), valueProjection: new Float64Array(2) };
 * const gradient = structuredClone(zero);
 * layer.lossAndGradient(zero, { key: randomKey(0), first: 0, count: 8 }, gradient) > 0; // => true
 * gradient.keyQuery; // => new Float64Array(4)
 */
export function openOneLayer(law: LinearGaussianLaw, options: OneLayerOptions = {}): OneLayer {
  const { method = "two-column", precision = "float64", antithetic = false, engine = "wasm" } = options;
  const task = checkLaw("openOneLayer", law);
  checkMethod(method, antithetic);
  checkEngine("openOneLayer", precision, engine);
  const open = (wanted: "float32" | "float64"): BlockSummer =>
    (engine === "wasm" ? kernelSummer(law, task, { method, antithetic, precision: wanted }) : undefined) ??
    twinSummer(law, task, { method, antithetic });

  const own = open(precision);
  let exact: BlockSummer | undefined;
  let escalations = 0;
  let isTooSmall = false;
  const responseScale = responseScaleOf(law, task);
  const length = sumsLength(law.dimension);
  const block = new Float64Array(length);
  const total = new Float64Array(length);

  const sumBlock = ({ key, first, count }: DrawnPrompts, at: number, summer: BlockSummer): void =>
    summer.sumBlock({ key, first: first + at * BLOCK, count: Math.min(BLOCK, count - at * BLOCK) }, block);
  /** Sums a block, in float64 where float32 cannot hold it. */
  const sumSafely = (parameters: OneLayerParameters, prompts: DrawnPrompts, at: number): void => {
    if (!isTooSmall) {
      sumBlock(prompts, at, own);
      if (precision === "float64" || areFinite(block)) return;
    }
    exact ??= open("float64");
    exact.begin(parameters);
    sumBlock(prompts, at, exact);
    if (!isTooSmall) own.begin(parameters);
    escalations += 1;
  };
  const begin = (parameters: OneLayerParameters, prompts: DrawnPrompts): void => {
    checkRequest(prompts, antithetic);
    checkParameters(parameters, law.dimension);
    isTooSmall = precision === "float32" && leavesFloat32(parameters, law.contextLength, 1, responseScale);
    if (!isTooSmall) own.begin(parameters);
  };
  const blockCount = (count: number): number => Math.ceil(count / BLOCK);

  return {
    name: `${own.name} ${method}${antithetic ? " antithetic" : ""}`,
    get escalations() {
      return escalations;
    },
    sumsLength: length,
    blockCount,
    lossAndGradient: (parameters, prompts, gradient) => {
      begin(parameters, prompts);
      checkParameters(gradient, law.dimension);
      const sumAll = (sum: typeof sumSafely): void => {
        total.fill(0);
        for (let at = 0; at < blockCount(prompts.count); at++) {
          sum(parameters, prompts, at);
          addSums(total, block, 0);
        }
      };
      if (!isTooSmall) sumAll((_, range, at) => sumBlock(range, at, own));
      if (isTooSmall || !areFinite(total)) {
        sumAll(sumSafely); // only now is it worth while to look at every block
        requireFinite(total, prompts.count);
      }
      return meanOfSums(total, prompts.count, gradient);
    },
    writeBlockSums: (parameters, prompts, { from, to }, sums) => {
      begin(parameters, prompts);
      for (let at = from; at < to; at++) {
        sumSafely(parameters, prompts, at);
        sums.set(block, (at - from) * length);
      }
    },
    reduceBlockSums: (sums, count, gradient) => {
      checkParameters(gradient, law.dimension);
      total.fill(0);
      for (let at = 0; at < blockCount(count); at++) addSums(total, sums, at * length);
      requireFinite(total, count);
      return meanOfSums(total, count, gradient);
    },
  };
}
