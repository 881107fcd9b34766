import type { RandomKey } from "@onestep/core";

/** A minibatch that is drawn where it is evaluated: prompts `first`, `first` + 1, … of a key, at `key/prompt:index`. */
export interface DrawnPrompts {
  readonly key: RandomKey;
  /** Omitted means 0. */
  readonly first?: number;
  readonly count: number;
}
