import type { RandomStream } from "@onestep/core";
import type { CovariateLaw } from "../define/define-covariates.ts";

/** Contexts of a law of covariates, drawn one after another. */
export interface ContextSampler {
  /** The rows of the last context that was drawn, `[rows, d]` */
  readonly context: Float64Array;
  /** Draws the next one, its latent first where a prompt has one; returns the law that its rows have. */
  readonly next: () => CovariateLaw;
}

/** Draws contexts of so many rows from one stream. */
export function contextSampler(law: CovariateLaw, rows: number, stream: RandomStream): ContextSampler {
  const context = new Float64Array(rows * law.dimension);
  return {
    context,
    next() {
      const ofPrompt = law.perPrompt?.draw(stream) ?? law;
      ofPrompt.drawRows(stream, rows, context, 0);
      return ofPrompt;
    },
  };
}
