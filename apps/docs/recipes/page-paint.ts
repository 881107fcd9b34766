import type { Paint } from "@onestep/lab";

/** A page's own colours, light or dark as its reader likes; `recipes.css` says which they are. */
export const pagePaint: Paint = {
  ground: "none",
  ink: "var(--figure-ink)",
  faint: "var(--figure-faint)",
  grid: "var(--figure-grid)",
  axis: "var(--figure-axis)",
  leader: "var(--figure-leader)",
  series: Array.from({ length: 7 }, (_, at) => `var(--figure-${at + 1})`),
};
