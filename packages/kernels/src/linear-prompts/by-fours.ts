import { philoxKeyOf, type PromptBatch } from "@onestep/core";
import { MAP_ROOM, MOST_STREAMS, ROOM, type NormalsModule } from "../normals/normals-module.ts";
import type { LinearPrompts, PromptRange } from "./linear-prompts.ts";
import type { Affine } from "./normal-map.ts";

type Maps = "rows" | "queryRows" | "taskVectors";

/** Linear prompts all of whose maps are affine. */
export type AffinePrompts = Omit<LinearPrompts, Maps> & Readonly<Record<Maps, Affine>>;

/** Turns zipped normals into rows, in place. */
type MapRows = (values: Float64Array, rows: number) => void;

/** The rows of each prompt, or its queries: `total` of them. */
interface Rows {
  readonly streams: Int32Array;
  readonly noiseStreams: Int32Array;
  readonly map: MapRows;
  readonly covariates: Float64Array;
  readonly responses: Float64Array;
  readonly total: number;
}

/**
 * Draws linear prompts in WebAssembly, four at once and one a lane: the numbers of `fillOneByOne`. As many fours are
 * drawn together as stay in the cache; of contexts that are too long for that, a few rows at a time.
 */
export function fillByFours(
  module: NormalsModule,
  prompts: AffinePrompts,
  range: PromptRange,
  { covariates, responses, queryCovariates, queryResponses }: PromptBatch,
): void {
  const { contextLength: n, dimension: d, queries } = prompts;
  const { streams, noiseStreams, zippedTasks } = module;
  const [mapRows, mapQueries, mapTasks] = [prompts.rows, prompts.queryRows, prompts.taskVectors].map((map, i) =>
    loadMap(module, map, i * MAP_ROOM),
  );
  const rows = { streams, noiseStreams, map: mapRows, covariates, responses, total: n };
  // A query's covariate and its noise come from one stream.
  const queryRows = {
    streams,
    noiseStreams: streams,
    map: mapQueries,
    covariates: queryCovariates,
    responses: queryResponses,
    total: queries,
  };

  const fours = new Fours(module, prompts);
  const most = 4 * Math.max(1, Math.min(Math.floor(ROOM / (4 * n * d)), MOST_STREAMS / 4));
  const rowsAtOnce = Math.min(n, Math.floor(ROOM / (4 * d)));
  for (let first = 0; first < range.count; first += most) {
    fours.begin(range, first, Math.min(most, range.count - first));
    fours.openStreams(streams, "task");
    fours.drawNormals(streams, zippedTasks, d);
    mapTasks(zippedTasks, fours.fours);
    for (let q = 0; q < queries; q++) {
      fours.openStreams(streams, "query", q);
      fours.drawRows(queryRows, q, 1);
    }
    fours.openStreams(streams, "covariates");
    if (prompts.deviation !== 0) fours.openStreams(noiseStreams, "noise");
    for (let row = 0; row < n; row += rowsAtOnce) {
      fours.drawRows(rows, row, Math.min(rowsAtOnce, n - row));
    }
  }
}

/** Some prompts of a range, in the kernel's memory. */
class Fours {
  /** How many fours hold them; lanes that are left over draw for nobody. */
  fours = 0;
  private first = 0;
  private count = 0;
  private readonly module: NormalsModule;
  private readonly prompts: AffinePrompts;

  constructor(module: NormalsModule, prompts: AffinePrompts) {
    this.module = module;
    this.prompts = prompts;
  }

  /** Goes to prompts `first`, …, `first` + `count` − 1 of a range. */
  begin({ key, from }: PromptRange, first: number, count: number): void {
    const { kernel, state, keys } = this.module;
    this.first = first;
    this.count = count;
    this.fours = Math.ceil(count / 4);
    const start = from + first;
    philoxKeyOf("prompt", start + count - 1); // throws where indices end
    state.set(key.words);
    const [label0, label1] = philoxKeyOf("prompt");
    const [low, high] = [start | 0, Math.floor(start / 2 ** 32)];
    kernel.openLanes(keys.byteOffset, this.fours, state.byteOffset, label0, label1, low, high);
  }

  /** Opens one stream of each prompt. */
  openStreams(into: Int32Array, label: string, index?: number): void {
    const { kernel, keys } = this.module;
    const [key0, key1] = philoxKeyOf(label, index);
    kernel.openChildren(keys.byteOffset, into.byteOffset, this.fours, key0, key1);
  }

  /** Draws the next `count` normals of each prompt, zipped. */
  drawNormals(streams: Int32Array, into: Float64Array, count: number): void {
    const { kernel, scratch, tables } = this.module;
    const [states, room] = [streams.byteOffset, scratch.byteOffset];
    kernel.fillFours(states, this.fours, room, tables.byteOffset, into.byteOffset, count);
  }

  /** Draws rows `first`, …, `first` + `count` − 1 of each prompt, the next ones of its streams, and their responses. */
  drawRows({ streams, noiseStreams, map, covariates, responses, total }: Rows, first: number, count: number): void {
    const { kernel, zipped, zippedResponses, zippedTasks } = this.module;
    const { dimension: d, deviation } = this.prompts;
    const { fours } = this;
    this.drawNormals(streams, zipped, count * d);
    map(zipped, fours * count);
    if (deviation === 0) zippedResponses.fill(0, 0, 4 * fours * count);
    else this.drawNormals(noiseStreams, zippedResponses, count);
    const [values, weights] = [zippedResponses.byteOffset, zippedTasks.byteOffset];
    kernel.addLinearValues(values, zipped.byteOffset, weights, fours, count, d, deviation);
    this.copy(zipped, count * d, covariates, first * d, total * d);
    this.copy(zippedResponses, count, responses, first, total);
  }

  /** Copies `count` zipped numbers of each prompt to where they stand among its `size` ones. */
  private copy(values: Float64Array, count: number, into: Float64Array, offset: number, size: number): void {
    const { kernel, draws } = this.module;
    kernel.unzip(values.byteOffset, this.fours, draws.byteOffset, count);
    if (count === size) return into.set(draws.subarray(0, this.count * size), this.first * size);
    for (let j = 0; j < this.count; j++) {
      into.set(draws.subarray(j * count, (j + 1) * count), (this.first + j) * size + offset);
    }
  }
}

/** Lays a map into the kernel's memory, `at` numbers from where maps begin. */
function loadMap({ kernel, maps }: NormalsModule, { dimension, factor, mean }: Affine, at: number): MapRows {
  const { kind, values } = factor;
  maps.set(values, at);
  if (mean !== undefined) maps.set(mean, at + values.length);
  const matrix = maps.byteOffset + 8 * at;
  const shift = matrix + 8 * values.length;
  return ({ byteOffset }, rows) => {
    if (kind === "lower") kernel.multiplyRows(byteOffset, rows, dimension, matrix);
    else if (kind === "diagonal") kernel.scaleRows(byteOffset, rows, dimension, matrix);
    if (mean !== undefined) kernel.shiftRows(byteOffset, rows, dimension, shift);
  };
}
