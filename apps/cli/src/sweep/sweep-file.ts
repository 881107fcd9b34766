import { UnknownNameError, type Json, type JsonObject } from "@onestep/data";
import { UsageError } from "../errors.ts";

/** What is changed of the base, by path: `{ "law.noise.variance": 0.25, "seed": 3 }`. */
export type Changes = Readonly<Record<string, Json>>;

/** A sweep as its file says it. */
export interface SweepFile {
  /** A training config; what it leaves out has the defaults of `onestep train`. */
  readonly base: JsonObject;
  /** Values by path: every combination is a point, in the order written, the last path fastest. */
  readonly grid: Readonly<Record<string, readonly Json[]>>;
  /** Points beside the grid. */
  readonly points: readonly Changes[];
  /** How many seeds each point is run with, counted from the base's; 1 changes none. */
  readonly replicates: number;
}

const FIELDS = ["base", "grid", "points", "replicates"];
const EXAMPLE = 'base: { law: … }, grid: { "law.contextLength": [10, 20], "seed": [0, 1] }';

/**
 * Reads a sweep from plain JSON.
 *
 * @param where names the file in errors
 * @throws UsageError, UnknownNameError for what is no sweep; the points themselves are judged by `pointsOf`
 */
export function parseSweepFile(value: unknown, where: string): SweepFile {
  const { $schema: _schema, ...fields } = objectOf(value, where, `a sweep: ${EXAMPLE}`); // an editor's, not ours
  for (const unknown of Object.keys(fields)) {
    if (!FIELDS.includes(unknown)) throw new UnknownNameError({ where, role: "field", unknown, candidates: FIELDS });
  }
  const { base, grid = {}, points = [], replicates = 1 } = fields;
  const sweep = {
    base: objectOf(base, `${where}, base`, "a training config"),
    grid: gridOf(grid, `${where}, grid`),
    points: listOf(points, `${where}, points`).map((point, index) =>
      objectOf(point, `${where}, points ${index + 1}`, "changes by path, as in { seed: 1 }"),
    ),
    replicates: replicatesOf(replicates, `${where}, replicates`),
  };
  requireFreeSeed(sweep, where);
  return sweep;
}

/** `{ "law.noise": … }` and `{ law: { noise: … } }` are the same. */
function gridOf(value: unknown, where: string): SweepFile["grid"] {
  const flatten = (fields: JsonObject, prefix: string): (readonly [string, readonly Json[]])[] =>
    Object.entries(fields).flatMap(([name, inner]) => {
      const path = `${prefix}${name}`;
      const isFields = typeof inner === "object" && inner !== null && !Array.isArray(inner);
      return isFields
        ? flatten(inner as JsonObject, `${path}.`)
        : [[path, listOf(inner, `${where}, ${path}`, 1)] as const];
    });
  const paths = flatten(objectOf(value, where, "lists of values by path"), "");
  for (const [index, [path]] of paths.entries()) {
    const twin = paths.slice(index + 1).find(([later]) => later === path || path.startsWith(`${later}.`));
    if (twin !== undefined) throw overwritten(where, path, twin[0]);
  }
  return Object.fromEntries(paths);
}

function overwritten(where: string, path: string, later: string): UsageError {
  const expected = `values of ${path} that nothing after them replaces`;
  return refusal(where, expected, `${later} after it`, `give each path once, and ${later} before what is within it`);
}

function replicatesOf(value: unknown, where: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 1) return value;
  throw refusal(where, "a number of seeds, 1 or more", value, "replicates: 5 runs every point with five seeds");
}

function requireFreeSeed({ grid, points, replicates }: SweepFile, where: string): void {
  const isSet = [grid, ...points].some((changes) => "seed" in changes);
  if (replicates === 1 || !isSet) return;
  const expected = "replicates, or seeds of the file's own: both say which seeds are run";
  throw refusal(`${where}, replicates`, expected, "both", "leave one of them out");
}

/** @throws UsageError for a value without fields */
export function objectOf(value: unknown, where: string, expected: string): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw refusal(where, expected, value, `start from ${EXAMPLE}`);
}

function listOf(value: unknown, where: string, least = 0): readonly Json[] {
  if (Array.isArray(value) && value.length >= least) return value as readonly Json[];
  throw refusal(where, "a list of values", value, "write the values in brackets: [10, 20]");
}

function refusal(where: string, expected: string, arrived: unknown, hint: string): UsageError {
  const shown = typeof arrived === "string" ? arrived : (JSON.stringify(arrived) ?? "nothing");
  return new UsageError({ where, expected, arrived: shown, hint });
}
