import type { RecipeReport } from "@onestep/lab";

/** To the worker: run a recipe at CI scale, with a mistake on purpose or without. */
export interface RunOrder {
  readonly recipe: string;
  readonly seed: number;
  readonly defect?: string;
}

/** From the worker: how far it is, 0 ≤ part ≤ 1; what it found; or why it found nothing. */
export type RunNews =
  | { readonly part: number; readonly doing: string }
  | { readonly report: RecipeReport }
  | { readonly failure: string };
