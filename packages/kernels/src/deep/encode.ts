import type { Instruction, Program, Register, Weight } from "./program.ts";

/** The numbers of the operations in `run-program.as.ts`. */
const CODES = {
  end: 0,
  multiply: 1,
  multiplyMatrix: 2,
  multiplyRows: 3,
  applyGram: 4,
  add: 5,
  readOut: 6,
  outer: 7,
  outerOfMatrices: 8,
  sum: 9,
  multiplyOwn: 10,
  symmetrize: 11,
  readGram: 12,
  writeGram: 13,
  sumOwnOuter: 14,
} as const;

/** Where things are in a kernel's memory, in bytes. */
export interface Places {
  readonly register: (register: Register) => number;
  readonly panels: (weight: Weight) => number;
  readonly sums: (weight: Weight) => number;
  readonly constantSums: (constant: number) => number;
  /** Where the pairs of outer products begin: two words each. */
  readonly pairs: number;
  /** From row to row of a vector; a row of a matrix has `rows` of these. */
  readonly stride: number;
  /** m rounded up to a multiple of 3 */
  readonly rows: number;
}

/** A program as `runProgram` reads it, and its table of pairs. */
export function encode({ instructions, kinds }: Program, places: Places): { words: number[]; pairs: number[] } {
  const pairs: number[] = [];
  const at = places.register;
  const optional = (register: Register | undefined): number => (register === undefined ? 0 : at(register));
  const addPairs = (list: readonly (readonly [number, number])[]): number => {
    const place = places.pairs + 4 * pairs.length;
    pairs.push(...list.flat());
    return place;
  };
  const isMatrix = (register: Register): boolean => kinds[register] === "matrix";
  const { stride, rows } = places;
  const row = rows * stride;

  const wordsOf = (one: Instruction): readonly number[] => {
    switch (one.op) {
      case "multiply": {
        const code = isMatrix(one.x) ? CODES.multiplyMatrix : CODES.multiply;
        return [code, places.panels(one.weight), at(one.x), optional(one.base), at(one.into)];
      }
      case "multiplyRows": {
        const transposed = { ...one.weight, transposed: !one.weight.transposed };
        return [CODES.multiplyRows, places.panels(transposed), at(one.x), optional(one.base), at(one.into)];
      }
      case "applyGram":
        return [CODES.applyGram, at(one.x), optional(one.base), at(one.into)];
      case "add":
        return [CODES.add, at(one.x), at(one.y), at(one.into)];
      case "readOut":
        return [CODES.readOut, ...one.from.map(at), ...one.into.map(at)];
      case "outer": {
        const place = addPairs(one.pairs.map(([a, b]) => [at(a), at(b)]));
        return [CODES.outer, places.sums(one.weight), place, one.pairs.length];
      }
      case "outerOfMatrices": {
        const sums = places.sums(one.weight);
        if (one.weight.side === "valueProjection") {
          return [CODES.outerOfMatrices, sums, addPairs([[at(one.x), at(one.y)]])];
        }
        // Row by row of both: Xᵀ Y is a sum of outer products of their rows.
        const list = Array.from({ length: rows }, (_, i) => [at(one.x) + i * row, at(one.y) + i * row] as const);
        return [CODES.outer, sums, addPairs(list), rows];
      }
      case "sum":
        return [CODES.sum, places.constantSums(one.constant), at(one.x)];
      case "multiplyOwn":
        return [CODES.multiplyOwn, at(one.x), at(one.y), optional(one.base), at(one.into), ...stepsOf(one)];
      case "sumOwnOuter": {
        const place = addPairs(one.pairs.map(([a, b]) => [at(a), at(b)]));
        return [CODES.sumOwnOuter, place, one.pairs.length, at(one.into)];
      }
      case "symmetrize":
        return [CODES.symmetrize, at(one.x), optional(one.base), at(one.into)];
      case "readGram":
        return [CODES.readGram, at(one.into)];
      case "writeGram":
        return [CODES.writeGram, at(one.x)];
    }
  };

  /** Sizes and steps: rows, inner, columns, then row and column of x, y and the result. */
  const stepsOf = (one: Extract<Instruction, { op: "multiplyOwn" }>): number[] => {
    const steps = (transposed: boolean): number[] => (transposed ? [stride, row] : [row, stride]);
    if (!isMatrix(one.x)) return [rows, 1, rows, stride, 0, 0, stride, row, stride]; // x yᵀ
    // One tile of equal columns for a vector.
    if (!isMatrix(one.y)) return [rows, rows, 3, ...steps(one.xTransposed), stride, 0, stride, 0];
    return [rows, rows, rows, ...steps(one.xTransposed), ...steps(one.yTransposed), row, stride];
  };

  return { words: [...instructions.flatMap(wordsOf), CODES.end], pairs };
}
