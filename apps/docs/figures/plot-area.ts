import type { Span } from "./axis.ts";

/** The drawing in its own units; it is scaled to the page as a whole, letters included. */
export const PLOT: {
  readonly width: number;
  readonly height: number;
  readonly across: Span;
  readonly up: Span;
} = {
  width: 350,
  height: 268,
  across: { start: 42, end: 340 },
  up: { start: 226, end: 12 },
};
