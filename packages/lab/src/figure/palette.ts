import type { FigureSeries } from "./figure.ts";

/** Colours that eight in eight readers tell apart, colour-blind or not: Okabe and Ito 2008, the faintest left out. */
export const palette = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#222222"] as const;

/** The shapes of marks, so that no series is told by its colour alone. */
export const shapes = ["circle", "square", "diamond", "triangle"] as const;

/** How a series looks. */
export interface Look {
  readonly color: string;
  readonly shape: (typeof shapes)[number];
}

/** A look for each series, in their order; series about the same thing share it. */
export function looksOf(series: readonly FigureSeries[], colors: readonly string[] = palette): Look[] {
  const subjects = [...new Set(series.map(subjectOf))];
  return series.map((one) => {
    const place = subjects.indexOf(subjectOf(one));
    return { color: colors[place % colors.length], shape: shapes[place % shapes.length] };
  });
}

function subjectOf({ about, name }: FigureSeries): string {
  return about ?? name;
}
