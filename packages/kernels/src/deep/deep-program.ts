import { writeGramGradient, writeGramLayers } from "./gram-layers.ts";
import type { Instruction, Program } from "./program.ts";
import { openTape } from "./tape.ts";
import { writeVectorLayers } from "./vector-layers.ts";

/**
 * How layers are evaluated: by vectors alone, by Gram matrices up to the last layer, or as `gramLayers` says; `"cheapest"`
 * chooses by cost.
 */
export type DeepForm = "cheapest" | "vectors" | "matrices" | { readonly gramLayers: number };

/**
 * The program of loss and gradient of L layers on tokens of width m = d + 1.
 *
 * By vectors the cost grows as m²·3ᴸ, by Gram matrices as m³L: the first layers act on Gram matrices and the rest on
 * vectors, where that is cheapest.
 */
export function deepProgram(layers: number, width: number, form: DeepForm): Program {
  if (form === "vectors") return writeProgram(layers, 0);
  if (form === "matrices") return writeProgram(layers, layers - 1);
  if (form !== "cheapest") return writeProgram(layers, form.gramLayers);
  // A product of Gram matrices is never dearer than many vectors: deeper than these, 3ᴸ need not be written down.
  const programs = Array.from({ length: Math.min(layers, MOST_VECTOR_LAYERS) }, (_, at) =>
    writeProgram(layers, layers - 1 - at),
  );
  const costs = programs.map((one) => costOf(one, width));
  return programs[costs.indexOf(Math.min(...costs))];
}

/** Six layers by vectors cost as much as Gram matrices only for tokens of a width of hundreds. */
const MOST_VECTOR_LAYERS = 6;

function writeProgram(layers: number, gramLayers: number): Program {
  const { tape, readOutRow } = openTape();
  const query = tape.register("vector");
  const identity = tape.register("matrix");
  const front = writeGramLayers(tape, gramLayers, query, identity);
  const place = { first: gramLayers, layers, needsState: gramLayers > 0 };
  const behind = writeVectorLayers(tape, place, front.query, readOutRow);
  writeGramGradient(tape, front, behind);
  return tape.finish({ layers, gramLayers, query, identity });
}

/** Multiply-adds of a prompt. Measured, those of vectors and of matrices take as long, within a tenth or two. */
export function costOf({ instructions, kinds }: Program, width: number): number {
  const powerOf = (instruction: Instruction): number => {
    switch (instruction.op) {
      case "multiply":
        return kinds[instruction.x] === "vector" ? 2 : 3;
      case "multiplyOwn":
        return kinds[instruction.x] === "matrix" && kinds[instruction.y] === "matrix" ? 3 : 2;
      case "multiplyRows":
      case "outerOfMatrices":
        return 3;
      case "add":
      case "readOut":
      case "sum":
        return 1;
      default:
        return 2;
    }
  };
  return instructions.reduce((sum, instruction) => {
    const times = "pairs" in instruction ? instruction.pairs.length : 1;
    return sum + times * width ** powerOf(instruction);
  }, 0);
}
