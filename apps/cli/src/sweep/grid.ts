import type { Json, JsonObject } from "@onestep/data";
import { UsageError } from "../errors.ts";
import { withValue } from "../options/config-file.ts";
import type { Changes, SweepFile } from "./sweep-file.ts";

/** A base, and how a point differs from it. */
export interface GridPoint {
  readonly changes: Changes;
  readonly config: JsonObject;
}

/** A longer grid is a mistake: at ten points a second this one takes three hours. */
const MOST_POINTS = 100_000;

/**
 * The points of a sweep: those of the grid, the last path fastest, then those listed; and each with all its seeds.
 *
 * @throws UsageError for a path that leads through something without fields, or too many points
 */
export function gridPoints({ base, grid, points, replicates }: SweepFile): readonly GridPoint[] {
  const paths = Object.entries(grid);
  const hasGrid = paths.length > 0 || points.length === 0;
  const inGrid = hasGrid ? paths.reduce((count, [, { length }]) => count * length, 1) : 0;
  requireFewPoints((inGrid + points.length) * replicates);
  const all = [...(hasGrid ? combinations(paths) : []), ...points];
  const firstSeed = typeof base["seed"] === "number" ? base["seed"] : 0;
  const seeds =
    replicates === 1 ? [{}] : Array.from({ length: replicates }, (_, index) => ({ seed: firstSeed + index }));
  return all
    .flatMap((changes) => seeds.map((seed): Changes => ({ ...changes, ...seed })))
    .map((changes) => ({ changes, config: withChanges(base, changes) }));
}

/** A point in words: `law.contextLength = 10, seed = 1`. */
export function describeChanges(changes: Changes): string {
  const parts = Object.entries(changes).map(([path, value]) => `${path} = ${JSON.stringify(value)}`);
  return parts.length === 0 ? "the base" : parts.join(", ");
}

function combinations([first, ...others]: readonly (readonly [string, readonly Json[]])[]): Changes[] {
  if (first === undefined) return [{}];
  const [path, values] = first;
  const rest = combinations(others);
  return values.flatMap((value) => rest.map((changes) => ({ [path]: value, ...changes })));
}

function withChanges(base: JsonObject, changes: Changes): JsonObject {
  return Object.entries(changes).reduce((config, [path, value]) => withValue(config, path, value), base);
}

function requireFewPoints(count: number): void {
  if (count <= MOST_POINTS) return;
  throw new UsageError({
    where: "grid",
    expected: `at most ${MOST_POINTS} points`,
    arrived: String(count),
    hint: "give fewer values, or make several sweeps",
  });
}
