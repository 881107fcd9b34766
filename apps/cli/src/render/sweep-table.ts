import type { Changes } from "../sweep/sweep-file.ts";
import type { SweepPoint, SweepRow } from "../sweep/sweep-point.ts";
import { formatEstimate, formatNumber } from "./number.ts";
import { plainTable } from "./plain-table.ts";

/** A longer table is for a program to read. */
const MOST_ROWS = 40;

/** The points of a sweep and how each is trained, before anything runs. */
export function renderPlan(points: readonly SweepPoint[]): string {
  const paths = pathsOf(points.map(({ changes }) => changes));
  const rows = points.map(({ changes, config: { training, backend } }) => [
    ...cellsOf(changes, paths),
    String(training.steps),
    training.batch === undefined ? "exact" : String(training.batch),
    backend,
  ]);
  return tableOf([...paths, "steps", "batch", "backend"], rows);
}

/** What came of each point. */
export function renderSweep(rows: readonly SweepRow[]): string {
  const paths = pathsOf(rows.map(({ point }) => point));
  const optional = (value: number | undefined): string => (value === undefined ? "" : formatNumber(value, 4));
  const cells = rows.map(({ point, status, loss, standardError, optimalLoss, excessLoss, distance }) => [
    ...cellsOf(point, paths),
    status,
    loss === null ? "∞" : formatEstimate(loss, standardError ?? 0),
    optional(optimalLoss),
    optional(excessLoss),
    optional(distance),
  ]);
  return tableOf([...paths, "status", "loss", "best", "excess", "distance of Γ"], cells);
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const more = rows.length > MOST_ROWS ? `\n  … ${rows.length - MOST_ROWS} more` : "";
  return `${plainTable(head, rows.slice(0, MOST_ROWS))}${more}\n`;
}

function pathsOf(points: readonly Changes[]): string[] {
  return [...new Set(points.flatMap((changes) => Object.keys(changes)))];
}

function cellsOf(changes: Changes, paths: readonly string[]): string[] {
  return paths.map((path) => {
    const value = changes[path];
    return value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);
  });
}
