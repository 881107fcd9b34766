import type { Pair, Register, Weight } from "./program.ts";
import type { Tape } from "./tape.ts";

/** y = base + S x, or with H for S. */
interface Product {
  readonly weight: Weight | undefined;
  readonly x: Register;
  readonly base: Register | undefined;
  readonly into: Register;
}

/** What is added to a derivative: a register, or a product that is yet to be made. */
type Contribution = Register | Pick<Product, "weight" | "x">;

/** The derivatives that the layers before need. */
export interface VectorDerivatives {
  readonly query: Register | undefined;
  /** H̄ is the symmetric part of Σ a bᵀ over these. */
  readonly gramPairs: readonly Pair[];
}

/**
 * Writes loss and gradient of the layers from `first` on, by products of matrices and vectors alone.
 *
 * With A_l = I + P_l H_l Q_l, p the last row of the last P and k = Q_{L−1} q_{L−1},
 *
 * $$ -\hat y = [q_{L-1}]_m + \alpha^\top H \beta, \qquad \alpha = A_f^\top \cdots A_{L-2}^\top p, \quad
 *    \beta = A_f^\top \cdots A_{L-2}^\top k, $$
 *
 * and H_l x = A_{l−1} H_{l−1} A_{l−1}ᵀ x down to H_f. The derivatives are those of these products, in reverse: each has
 * rank one.
 *
 * @param query the register of q_f
 * @param needsState whether the layers before need derivatives
 *
 * Source: own derivation.
 */
export function writeVectorLayers(
  tape: Tape,
  { first, layers, needsState }: { readonly first: number; readonly layers: number; readonly needsState: boolean },
  query: Register,
  readOutRow: Register,
): VectorDerivatives {
  const products: Product[] = [];
  const apply = (weight: Weight | undefined, x: Register, base?: Register): Register => {
    const constant = weight !== undefined && base === undefined ? tape.constantProduct(weight, x) : undefined;
    if (constant !== undefined) return constant;
    const into = makeProduct(tape, { weight, x }, base);
    products.push({ weight, x, base, into });
    return into;
  };
  const P = (layer: number, transposed = false): Weight => ({ layer, side: "valueProjection", transposed });
  const Q = (layer: number, transposed = false): Weight => ({ layer, side: "keyQuery", transposed });
  const applyTransition = (l: number, x: Register): Register => apply(P(l), applyGramAt(l, apply(Q(l), x)), x);
  const applyTransposed = (l: number, x: Register): Register =>
    apply(Q(l, true), applyGramAt(l, apply(P(l, true), x)), x);
  const applyGramAt = (l: number, x: Register): Register =>
    l === first ? apply(undefined, x) : applyTransition(l - 1, applyGramAt(l - 1, applyTransposed(l - 1, x)));

  let state = query;
  for (let l = first; l < layers - 1; l++) state = applyTransition(l, state);
  let left = readOutRow;
  let right = apply(Q(layers - 1), state);
  for (let l = layers - 2; l >= first; l--) {
    left = applyTransposed(l, left);
    right = applyTransposed(l, right);
  }
  const from = [state, left, apply(undefined, right)];
  const into = from.map(() => tape.register("vector"));
  tape.emit({ op: "readOut", from, into });
  const seeds = from.map((register, at) => [register, into[at]] as const);
  return writeReverse(tape, products, seeds, needsState ? query : undefined);
}

/** Pulls derivatives back through products, the last one first. */
function writeReverse(
  tape: Tape,
  products: readonly Product[],
  seeds: readonly (readonly [Register, Register])[],
  query: Register | undefined,
): VectorDerivatives {
  const contributions = new Map<Register, Contribution[]>();
  const contribute = (to: Register, contribution: Contribution): void => {
    contributions.set(to, [...(contributions.get(to) ?? []), contribution]);
  };
  const gramPairs: Pair[] = [];
  for (const [register, derivative] of seeds) contribute(register, derivative);
  for (const { weight, x, base, into } of [...products].reverse()) {
    const derivative = addUp(tape, contributions.get(into) ?? []);
    if (base !== undefined) contribute(base, derivative);
    contribute(x, { weight: weight && { ...weight, transposed: !weight.transposed }, x: derivative });
    if (weight === undefined) gramPairs.push([derivative, x]);
    else tape.pair(weight, derivative, x);
  }
  for (const [register, list] of contributions) {
    const constant = tape.constantOf(register);
    if (constant !== undefined) tape.emit({ op: "sum", constant, x: addUp(tape, list) });
  }
  return { query: query === undefined ? undefined : addUp(tape, contributions.get(query) ?? []), gramPairs };
}

/** One register with the sum of contributions. */
function addUp(tape: Tape, contributions: readonly Contribution[]): Register {
  const registers = contributions.filter((one) => typeof one === "number");
  const rest = contributions.filter((one) => typeof one !== "number");
  let sum: Register | undefined;
  for (const x of registers) sum = sum === undefined ? x : tape.step("vector", { op: "add", x: sum, y: x });
  for (const one of rest) sum = makeProduct(tape, one, sum);
  if (sum === undefined) throw new Error("every product of a program must reach its loss");
  return sum;
}

function makeProduct(tape: Tape, { weight, x }: Pick<Product, "weight" | "x">, base: Register | undefined): Register {
  const operands = base === undefined ? { x } : { x, base };
  return weight === undefined
    ? tape.step("vector", { op: "applyGram", ...operands })
    : tape.step("vector", { op: "multiply", weight, ...operands });
}
