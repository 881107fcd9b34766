import type { DepthTheory, TheoryOf } from "./depth-theory.ts";

/** To the worker: the theory of this setting, and of no other any more. */
export interface Question {
  readonly id: number;
  readonly setting: TheoryOf;
}

/** From the worker: a part of the answer, and whether it is the last. */
export interface Answer {
  readonly id: number;
  readonly part: Partial<DepthTheory>;
  readonly isLast: boolean;
}
