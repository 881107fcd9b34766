import { significant } from "../../figures/format-number.ts";
import type { DepthTheory } from "./depth-theory.ts";

/** What theory says of the number of layers that is chosen. */
export interface ChosenDepth {
  readonly layers: number;
  /** "1 layer", "2 layers" */
  readonly text: string;
  /** A step of its own for every layer. */
  readonly own: DepthTheory["own"][number];
  /** One step that all layers share. */
  readonly shared: DepthTheory["shared"][number];
  /** Absent while it is searched for, and of more layers than it is searched for. */
  readonly gdPlusPlus: NonNullable<DepthTheory["gdPlusPlus"]>[number] | undefined;
}

/** Of one setting, even while the next is being computed. */
export function chosenDepth({ of: { layers }, own, shared, gdPlusPlus }: DepthTheory): ChosenDepth {
  return {
    layers,
    text: layers === 1 ? "1 layer" : `${layers} layers`,
    own: own[layers - 1],
    shared: shared[layers - 1],
    gdPlusPlus: gdPlusPlus?.[layers - 1],
  };
}

/** Steps for a reader, one after another. */
export function stepsText(stepSizes: readonly number[], digits: number, separator: string = " · "): string {
  return stepSizes.map((step) => significant(step, digits)).join(separator);
}
