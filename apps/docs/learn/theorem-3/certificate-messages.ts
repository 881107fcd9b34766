import type { LawCheck } from "@onestep/lab";

import type { LawToCheck } from "./symmetry.ts";

/** To the worker: check a law. */
export interface Question {
  readonly id: number;
  readonly law: LawToCheck;
}

/** From the worker: how far it is, what it found, or why it found nothing. */
export type Answer = { readonly id: number } & (
  | { readonly doing: string; readonly share: number }
  | { readonly check: LawCheck }
  | { readonly failure: string }
);
