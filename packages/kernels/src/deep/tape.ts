import type { Constant, Instruction, Pair, Program, Register, Weight } from "./program.ts";

/** An instruction as it is written down, before its result has a register. */
type Unwritten<I> = I extends unknown ? Omit<I, "into"> : never;
type Step = Unwritten<Extract<Instruction, { readonly into: Register }>>;

/** A program while it is written. */
export interface Tape {
  register(kind: "vector" | "matrix"): Register;
  emit(instruction: Instruction): void;
  /** Emits an instruction whose result has a register of its own, which is returned. */
  step(kind: "vector" | "matrix", step: Step): Register;
  /** A constant that is a product of another, or no constant: undefined where x is none. */
  constantProduct(weight: Weight, x: Register): Register | undefined;
  constantOf(register: Register): number | undefined;
  /** Adds a pair to those of the derivative of a weight, a bᵀ of y = S x with x = b, or, transposed, y = Sᵀ x with x = a. */
  pair(weight: Weight, derivative: Register, x: Register): void;
  finish(about: Pick<Program, "layers" | "gramLayers" | "query" | "identity">): Program;
}

/** Opens a program without instructions, with the constant that reads out −ŷ. */
export function openTape(): { readonly tape: Tape; readonly readOutRow: Register } {
  const kinds: ("vector" | "matrix")[] = [];
  const instructions: Instruction[] = [];
  const pairs = new Map<string, { weight: Weight; list: Pair[]; end: number }>();
  const register = (kind: "vector" | "matrix"): Register => kinds.push(kind) - 1;
  const readOutRow = register("vector");
  const constants: Constant[] = [{ register: readOutRow }];
  const constantOf = (x: Register): number | undefined => {
    const at = constants.findIndex((one) => one.register === x);
    return at === -1 ? undefined : at;
  };

  const tape: Tape = {
    register,
    emit(instruction) {
      instructions.push(instruction);
    },
    step(kind, step) {
      const into = register(kind);
      instructions.push({ ...step, into });
      return into;
    },
    constantOf,
    constantProduct(weight, x) {
      const constant = constantOf(x);
      if (constant === undefined) return undefined;
      constants.push({ register: register("vector"), product: { weight, constant } });
      return constants[constants.length - 1].register;
    },
    pair(weight, derivative, x) {
      const name = `${weight.side} ${weight.layer}`;
      const entry = pairs.get(name) ?? { weight: { ...weight, transposed: false }, list: [], end: 0 };
      entry.list.push(weight.transposed ? [x, derivative] : [derivative, x]);
      entry.end = instructions.length;
      pairs.set(name, entry);
    },
    finish(about) {
      const all = [...instructions];
      // Each sum once, as soon as its last pair is there: its accumulators are loaded once, its registers free early.
      const sums = [...pairs.values()].sort((a, b) => b.end - a.end);
      for (const { weight, list, end } of sums) all.splice(end, 0, { op: "outer", weight, pairs: list });
      return { ...about, instructions: all, kinds, constants };
    },
  };
  return { tape, readOutRow };
}
