import { palette } from "./palette.ts";

/** The colours of a drawing, in whatever words its reader understands: a page may name its own variables. */
export interface Paint {
  /** What is behind everything; `"none"` lets a page's own ground through. */
  readonly ground: string;
  readonly ink: string;
  readonly faint: string;
  readonly grid: string;
  readonly axis: string;
  readonly leader: string;
  /** One for each subject, in turn. */
  readonly series: readonly string[];
}

/** On white, for files that stand alone. */
export const paper: Paint = {
  ground: "#fff",
  ink: "#333",
  faint: "#666",
  grid: "#e4e4e4",
  axis: "#888",
  leader: "#ccc",
  series: palette,
};
