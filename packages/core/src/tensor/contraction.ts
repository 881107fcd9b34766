import { DomainError, ShapeError } from "../errors.ts";
import type { Shape } from "./backend.ts";
import { describeShape } from "./checks.ts";

/** One letter of an equation and where it stands in each term; −1 where it does not. */
export interface ContractionAxis {
  readonly letter: string;
  readonly left: number;
  readonly right: number;
  /** −1 means that the axis is summed. */
  readonly output: number;
}

/** What an equation says, whatever the sizes. */
interface Contraction {
  readonly equation: string;
  /** Letters of each term, e.g. `"bni"`. */
  readonly left: string;
  readonly right: string;
  readonly output: string;
  /** Free axes in the order of the output, then summed axes in the order of their first appearance. */
  readonly axes: readonly ContractionAxis[];
}

/** An equation bound to two shapes. */
export interface ContractionPlan extends Contraction {
  /** The size of `axes[k]`. */
  readonly sizes: readonly number[];
  readonly outputShape: Shape;
}

const parsed = new Map<string, Contraction>();

/**
 * Parses `"bni,bnj->bij"`. Parsed once, then remembered: there are few equations and they come back every step.
 *
 * @throws DomainError for a malformed equation
 */
function parseContraction(equation: string): Contraction {
  let contraction = parsed.get(equation);
  if (contraction === undefined) {
    contraction = parse(equation);
    parsed.set(equation, contraction);
  }
  return contraction;
}

/**
 * Binds an equation to the shapes of its operands.
 *
 * @throws ShapeError if a shape does not have one size per letter, or a letter stands for two sizes
 *
 * @example
 * planContraction("bni,bnj->bij", [4, 20, 3], [4, 20, 2]).outputShape; // => [4, 3, 2]
 */
export function planContraction(equation: string, left: Shape, right: Shape): ContractionPlan {
  const contraction = parseContraction(equation);
  const fits =
    contraction.left.length === left.length &&
    contraction.right.length === right.length &&
    contraction.axes.every((axis) => axis.left < 0 || axis.right < 0 || left[axis.left] === right[axis.right]);
  if (!fits) {
    throw new ShapeError({
      where: `contract("${equation}")`,
      expected: "one size per letter, the same wherever the letter stands",
      arrived: `${describeShape(left)} and ${describeShape(right)}`,
      hint: "compare each letter of the equation with the axis it names",
    });
  }
  const sizes = contraction.axes.map((axis) => (axis.left >= 0 ? left[axis.left] : right[axis.right]));
  return { ...contraction, sizes, outputShape: sizes.slice(0, contraction.output.length) };
}

function parse(equation: string): Contraction {
  const match = /^([a-z]*),([a-z]*)->([a-z]*)$/.exec(equation);
  const [left, right, output] = [match?.[1] ?? "", match?.[2] ?? "", match?.[3] ?? ""];
  const distinct = [left, right, output].every((term) => new Set(term).size === term.length);
  if (match === null || !distinct || [...output].some((letter) => !(left + right).includes(letter))) {
    throw new DomainError({
      where: "contract",
      expected: 'an equation of two operands such as "bni,bnj->bij", each letter once a term, none new in the output',
      arrived: JSON.stringify(equation),
      hint: "use lower-case letters, one for each axis",
    });
  }
  const letters = [...new Set(output + left + right)];
  const axes = letters.map((letter) => ({
    letter,
    left: left.indexOf(letter),
    right: right.indexOf(letter),
    output: output.indexOf(letter),
  }));
  return { equation, left, right, output, axes };
}
