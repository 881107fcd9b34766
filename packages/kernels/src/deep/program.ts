/** A weight matrix as an instruction multiplies by it. */
export interface Weight {
  readonly layer: number;
  readonly side: "valueProjection" | "keyQuery";
  readonly transposed: boolean;
}

/** A vector `[m]` or a matrix `[m, m]` of every prompt, written once. */
export type Register = number;

/** A pair of registers a, b whose products a bᵀ are summed over prompts. */
export type Pair = readonly [left: Register, right: Register];

/** One step of the evaluation of a prompt. H is its Gram matrix as it stands; an omitted base is 0. */
export type Instruction =
  /** base + S x; of a matrix x, S x column by column */
  | {
      readonly op: "multiply";
      readonly weight: Weight;
      readonly x: Register;
      readonly base?: Register;
      readonly into: Register;
    }
  /** base + x S of a matrix x */
  | {
      readonly op: "multiplyRows";
      readonly weight: Weight;
      readonly x: Register;
      readonly base?: Register;
      readonly into: Register;
    }
  /** base + H x */
  | { readonly op: "applyGram"; readonly x: Register; readonly base?: Register; readonly into: Register }
  | { readonly op: "add"; readonly x: Register; readonly y: Register; readonly into: Register }
  /** −ŷ = query_m + ⟨left, right⟩, its squared residual, and the derivatives of that square by the three */
  | { readonly op: "readOut"; readonly from: readonly Register[]; readonly into: readonly Register[] }
  /** Adds Σ a bᵀ over pairs of vectors to the derivative of a weight. */
  | { readonly op: "outer"; readonly weight: Weight; readonly pairs: readonly Pair[] }
  /** Adds X Yᵀ of matrices to the derivative of P, or Xᵀ Y to that of Q. */
  | { readonly op: "outerOfMatrices"; readonly weight: Weight; readonly x: Register; readonly y: Register }
  /** Adds x to the derivative of a constant. */
  | { readonly op: "sum"; readonly constant: number; readonly x: Register }
  /** base + x y of matrices of the prompt, each perhaps transposed, or of a matrix x and a vector y, or x yᵀ of vectors */
  | {
      readonly op: "multiplyOwn";
      readonly x: Register;
      readonly xTransposed: boolean;
      readonly y: Register;
      readonly yTransposed: boolean;
      readonly base?: Register;
      readonly into: Register;
    }
  /** Σ a bᵀ over pairs of vectors, a matrix of the prompt */
  | { readonly op: "sumOwnOuter"; readonly pairs: readonly Pair[]; readonly into: Register }
  /** base + X + Xᵀ */
  | { readonly op: "symmetrize"; readonly x: Register; readonly base?: Register; readonly into: Register }
  /** H, as a matrix */
  | { readonly op: "readGram"; readonly into: Register }
  /** Replaces H. */
  | { readonly op: "writeGram"; readonly x: Register };

/**
 * A vector that is the same for all prompts: the row of the last P that reads out −ŷ, or a product of it with weights.
 * Its derivative is summed over prompts; what the derivatives of the weights owe to it is added once, at the end.
 */
export interface Constant {
  readonly register: Register;
  /** Omitted for the row itself. */
  readonly product?: { readonly weight: Weight; readonly constant: number };
}

/** The loss and gradient of a transformer of some depth, as instructions for every prompt. */
export interface Program {
  readonly layers: number;
  /** How many layers act on Gram matrices before the rest acts on vectors alone. */
  readonly gramLayers: number;
  readonly instructions: readonly Instruction[];
  readonly kinds: readonly ("vector" | "matrix")[];
  readonly constants: readonly Constant[];
  /** Registers that are filled beforehand: (x_q, 0) of each prompt, and the identity matrix. */
  readonly query: Register;
  readonly identity: Register;
}

/** The registers that an instruction reads. */
export function readsOf(instruction: Instruction): readonly Register[] {
  switch (instruction.op) {
    case "readOut":
      return instruction.from;
    case "outer":
    case "sumOwnOuter":
      return instruction.pairs.flat();
    case "readGram":
      return [];
    case "sum":
    case "writeGram":
      return [instruction.x];
    case "add":
    case "outerOfMatrices":
      return [instruction.x, instruction.y];
    case "multiplyOwn":
      return [instruction.x, instruction.y, ...present(instruction.base)];
    default:
      return [instruction.x, ...present(instruction.base)];
  }
}

/** The registers that an instruction writes. */
export function writesOf(instruction: Instruction): readonly Register[] {
  if (!("into" in instruction)) return [];
  return typeof instruction.into === "number" ? [instruction.into] : instruction.into;
}

function present(register: Register | undefined): readonly Register[] {
  return register === undefined ? [] : [register];
}
