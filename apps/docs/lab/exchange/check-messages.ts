import type { JsonObject } from "@onestep/data";
import type { LawCheck } from "@onestep/lab";

/** To the worker: a law to draw from, or prompts that were drawn. */
export type CheckOrder = { readonly seed: number } & ({ readonly law: JsonObject } | { readonly prompts: string });

/** From the worker: what it does and what share of it is behind, the certificate, or why there is none. */
export type CheckReply =
  | { readonly doing: string; readonly share: number }
  | { readonly check: LawCheck }
  | { readonly failure: string };
