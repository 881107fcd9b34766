import type { Experiment } from "./experiment.ts";
import { ahnTheorem1 } from "./experiments/ahn-theorem-1.ts";
import { theorem1 } from "./experiments/theorem-1.ts";
import { theorem2 } from "./experiments/theorem-2.ts";
import { theorem3 } from "./experiments/theorem-3.ts";

/** Every experiment, in the order of the papers. */
export const experiments: readonly Experiment[] = [theorem1, theorem2, theorem3, ahnTheorem1];
