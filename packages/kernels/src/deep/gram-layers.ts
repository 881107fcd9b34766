import type { Register, Weight } from "./program.ts";
import type { Tape } from "./tape.ts";
import type { VectorDerivatives } from "./vector-layers.ts";

/** What the reverse pass of a layer needs of its forward pass. */
interface GramLayer {
  readonly gram: Register;
  readonly query: Register;
  /** P H */
  readonly attended: Register;
  /** A = I + P H Q */
  readonly transition: Register;
}

/** Layers that act on the Gram matrices of prompts, and the query that the layers behind them meet. */
export interface GramLayers {
  readonly query: Register;
  readonly layers: readonly GramLayer[];
}

/**
 * Writes the first `count` layers: A = I + P H Q, H' = A H Aᵀ, q' = A q. The program's H is that of the last of them.
 */
export function writeGramLayers(tape: Tape, count: number, query: Register, identity: Register): GramLayers {
  if (count === 0) return { query, layers: [] };
  const layers: GramLayer[] = [];
  let gram = tape.step("matrix", { op: "readGram" });
  for (let layer = 0; layer < count; layer++) {
    const attended = tape.step("matrix", { op: "multiply", weight: value(layer), x: gram });
    const transition = tape.step("matrix", { op: "multiplyRows", weight: key(layer), x: attended, base: identity });
    layers.push({ gram, query, attended, transition });
    query = own(tape, "vector", transition, query);
    gram = own(tape, "matrix", own(tape, "matrix", transition, gram), transition, { yTransposed: true });
  }
  tape.emit({ op: "writeGram", x: gram });
  return { query, layers };
}

/**
 * Writes the derivatives of these layers, the last one first. With E = 2 H̄ and D = E' A,
 *
 * $$ \bar A = D H + \bar q' q^\top, \quad \bar P = \bar A Q^\top H, \quad \bar Q = (P H)^\top \bar A, \quad
 *    E = A^\top D + X + X^\top, \; X = P^\top \bar A Q^\top, \quad \bar q = A^\top \bar q'. $$
 *
 * Source: own derivation: the differential of A = I + P H Q, H' = A H Aᵀ, q' = A q.
 */
export function writeGramGradient(tape: Tape, { layers }: GramLayers, behind: VectorDerivatives): void {
  if (layers.length === 0) return;
  // Σ a bᵀ + b aᵀ over the pairs.
  const half = tape.step("matrix", { op: "sumOwnOuter", pairs: behind.gramPairs });
  let twice = tape.step("matrix", { op: "symmetrize", x: half });
  let derivative = behind.query!;
  for (let layer = layers.length - 1; layer >= 0; layer--) {
    const { gram, query, attended, transition } = layers[layer];
    const pulled = own(tape, "matrix", twice, transition);
    const outer = own(tape, "matrix", derivative, query, { yTransposed: true });
    const whole = own(tape, "matrix", pulled, gram, { base: outer });
    const keys = tape.step("matrix", { op: "multiplyRows", weight: { ...key(layer), transposed: true }, x: whole });
    tape.emit({ op: "outerOfMatrices", weight: value(layer), x: keys, y: gram });
    tape.emit({ op: "outerOfMatrices", weight: key(layer), x: attended, y: whole });
    if (layer === 0) return;
    const values = tape.step("matrix", { op: "multiply", weight: { ...value(layer), transposed: true }, x: keys });
    const base = own(tape, "matrix", transition, pulled, { xTransposed: true });
    twice = tape.step("matrix", { op: "symmetrize", x: values, base });
    derivative = own(tape, "vector", transition, derivative, { xTransposed: true });
  }
}

interface Options {
  readonly xTransposed?: boolean;
  readonly yTransposed?: boolean;
  readonly base?: Register;
}

function own(tape: Tape, kind: "vector" | "matrix", x: Register, y: Register, options: Options = {}): Register {
  return tape.step(kind, { op: "multiplyOwn", x, xTransposed: false, y, yTransposed: false, ...options });
}

function value(layer: number): Weight {
  return { layer, side: "valueProjection", transposed: false };
}

function key(layer: number): Weight {
  return { layer, side: "keyQuery", transposed: false };
}
