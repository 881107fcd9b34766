import type { AlgorithmId } from "./families.ts";

/** A number of an algorithm, as the model has it. */
export interface IdentifiedParameter {
  /** `"η"`, `"a₁"`, `"λ"`, or `"tr Γ/d"`. */
  readonly name: string;
  readonly value: number;
  /** Null at the edge of what the parameter may be. */
  readonly standardError: number | null;
  /** The ends of the interval that covers with 95 %. */
  readonly lower: number | null;
  readonly upper: number | null;
}

/** A family of algorithms, its member nearest to the model, and how far that is. */
export interface IdentifiedAlgorithm extends AlgorithmId {
  /** In words. */
  readonly name: string;
  readonly parameters: readonly IdentifiedParameter[];
  /** Γ of a preconditioned step. */
  readonly preconditioner?: readonly (readonly number[])[];
  /** How many numbers the family has to choose: what the simplest is judged by. */
  readonly numbers: number;
  /** √(E(ŷ − ŷ_algorithm)²/E ŷ²) on prompts that the parameters were not fitted to. */
  readonly residual: { readonly value: number; readonly standardError: number };
  /** Whether it is farther from the model than the nearest one, by more than the tolerance and beyond chance. */
  readonly isFarther: boolean;
}

/** Which algorithm a model is. */
export interface Identification {
  /** From the simplest on. */
  readonly algorithms: readonly IdentifiedAlgorithm[];
  /** The name of the simplest algorithm that is not farther than the nearest. */
  readonly nearest: string;
  /** Whether the model is that algorithm, within the tolerance. */
  readonly isWithinTolerance: boolean;
  /** √(E f_even²/E f_odd²); null where only predictions are known, or nothing is odd. */
  readonly leakage: { readonly value: number; readonly standardError: number } | null;
  /** √(E ŷ²/E y_q²): a model that says next to nothing is zero. √E ŷ² where responses are. */
  readonly size: number;
  readonly tolerance: number;
  readonly prompts: number;
}
