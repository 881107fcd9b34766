import type { Figure, FigurePoint, FigureSeries } from "@onestep/lab";
import { describeChanges } from "./grid.ts";
import type { Changes } from "./sweep-file.ts";
import type { SweepRow } from "./sweep-point.ts";

/** More curves than these cannot be told apart. */
const MOST_CURVES = 8;

/**
 * Loss above the theory's against the first number that the sweep changes, one curve for each setting of the others;
 * bands are one standard error over the seeds. Undefined where nothing numeric was swept, no theory speaks of the
 * points, or there are too many curves.
 */
export function sweepFigure(rows: readonly SweepRow[]): Figure | undefined {
  const known = rows.filter(({ excessLoss }) => excessLoss !== undefined);
  const path = sweptPath(known);
  if (path === undefined) return undefined;
  const curves = groupBy(known, ({ point }) => describeChanges(without(point, [path, "seed"])));
  if (curves.size > MOST_CURVES) return undefined;
  const series = [...curves].map(([name, members]): FigureSeries => ({
    name: name === "the base" ? "excess loss" : name,
    kind: "line",
    points: pointsOf(members, path),
  }));
  const all = series.flatMap(({ points }) => points);
  const isLog = (values: readonly number[]): boolean =>
    Math.min(...values) > 0 && Math.max(...values) > 8 * Math.min(...values);
  return {
    title: `Loss above the best, against ${path}`,
    subtitle: `${known.length} trainings; bands: one standard error over the seeds`,
    x: { label: path, scale: isLog(all.map(({ x }) => x)) ? "log" : "linear" },
    y: { label: "excess loss", scale: isLog(all.map(({ y, low }) => low ?? y)) ? "log" : "linear" },
    series,
  };
}

function sweptPath(rows: readonly SweepRow[]): string | undefined {
  return Object.keys(rows[0]?.point ?? {}).find((path) => {
    const values = rows.map(({ point }) => point[path]);
    return path !== "seed" && values.every((value) => typeof value === "number") && new Set(values).size > 1;
  });
}

function pointsOf(rows: readonly SweepRow[], path: string): FigurePoint[] {
  return [...groupBy(rows, ({ point }) => point[path] as number)]
    .map(([x, members]) => {
      const values = members.map(({ excessLoss }) => excessLoss!);
      const n = values.length;
      const mean = values.reduce((sum, value) => sum + value, 0) / n;
      if (n === 1) return { x, y: mean };
      const error = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n * (n - 1)));
      return { x, y: mean, low: mean - error, high: mean + error };
    })
    .sort((one, other) => one.x - other.x);
}

function without(changes: Changes, paths: readonly string[]): Changes {
  return Object.fromEntries(Object.entries(changes).filter(([path]) => !paths.includes(path)));
}

function groupBy<Key, Value>(values: readonly Value[], keyOf: (value: Value) => Key): Map<Key, Value[]> {
  const groups = new Map<Key, Value[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}
