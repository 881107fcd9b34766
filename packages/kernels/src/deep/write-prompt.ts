import type { ContextStatistics } from "@onestep/core";
import { PANEL_ROWS } from "../products/pack-panels.ts";
import { triangleOfTiles } from "./strip-memory.ts";

/** Where the prompts of a strip are laid out: the triangles of G, the strip of (x_q, 0), and y_q. */
export interface StripOfPrompts {
  readonly gram: Float32Array | Float64Array;
  readonly query: Float32Array | Float64Array;
  readonly responses: Float32Array | Float64Array;
  /** Prompts of the strip, and those of a vector. */
  readonly strip: number;
  readonly lanes: number;
  /** d + 1, rounded up to whole tiles */
  readonly rows: number;
}

const TILE_ENTRIES = PANEL_ROWS ** 2;

/**
 * Writes a prompt of given statistics into place j of a strip.
 *
 * @param scale what G is multiplied by
 */
export function writePrompt(
  { gram, query, responses, strip, lanes, rows }: StripOfPrompts,
  j: number,
  statistics: ContextStatistics,
  prompt: number,
  scale: number,
): void {
  const { dimension, queryCovariates, queryResponses } = statistics;
  for (let i = 0; i < dimension; i++) query[i * strip + j] = queryCovariates[prompt * dimension + i];
  responses[j] = queryResponses[prompt];
  const start = Math.floor(j / lanes) * triangleOfTiles(rows) * lanes + (j % lanes);
  visitGram(statistics, prompt, (i, k, entry) => {
    const [row, column] = [Math.floor(i / PANEL_ROWS), Math.floor(k / PANEL_ROWS)];
    const tile = start + ((row * (row + 1)) / 2 + column) * TILE_ENTRIES * lanes;
    const [r, c] = [i % PANEL_ROWS, k % PANEL_ROWS];
    gram[tile + (PANEL_ROWS * r + c) * lanes] = scale * entry;
    if (row === column) gram[tile + (PANEL_ROWS * c + r) * lanes] = scale * entry;
  });
}

/** Visits the lower triangle of G of a prompt, row by row. */
export function visitGram(
  { dimension, covariateGram, crossProduct, responseEnergy }: ContextStatistics,
  prompt: number,
  visit: (row: number, column: number, entry: number) => void,
): void {
  let packed = (prompt * dimension * (dimension + 1)) / 2;
  for (let i = 0; i < dimension; i++) {
    for (let k = 0; k <= i; k++) visit(i, k, covariateGram[packed++]);
  }
  for (let k = 0; k < dimension; k++) visit(dimension, k, crossProduct[prompt * dimension + k]);
  visit(dimension, dimension, responseEnergy[prompt]);
}
