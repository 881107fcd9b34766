import { ziggurat } from "@onestep/core";
import type { KernelModule } from "../wasm/kernel-module.ts";
import { layOut } from "../wasm/lay-out.ts";
import { loadModule } from "../wasm/load-module.ts";
import { wasm } from "./kernel.wasm.ts";

/** What `kernel.as.ts` exports; the numbers of its functions are pointers and counts. */
interface NormalsKernel extends KernelModule {
  fillNormals(state: number, scratch: number, tables: number, into: number, count: number): void;
  fillFours(states: number, fours: number, scratch: number, tables: number, into: number, count: number): void;
  openLanes(
    states: number,
    fours: number,
    key: number,
    label0: number,
    label1: number,
    firstLow: number,
    firstHigh: number,
  ): void;
  openChildren(keys: number, into: number, fours: number, key0: number, key1: number): void;
  scaleRows(values: number, rows: number, dimension: number, deviations: number): void;
  shiftRows(values: number, rows: number, dimension: number, mean: number): void;
  multiplyRows(values: number, rows: number, dimension: number, lower: number): void;
  addLinearValues(
    responses: number,
    covariates: number,
    weights: number,
    fours: number,
    rows: number,
    dimension: number,
    deviation: number,
  ): void;
  unzip(values: number, fours: number, into: number, count: number): void;
  exp(x: number): number;
}

/** The kernel of normals with the arrays that it works on. */
export interface NormalsModule {
  readonly kernel: NormalsKernel;
  /** The words of one stream. */
  readonly state: Int32Array;
  /** The words of `MOST_STREAMS` keys, four by four, and of two streams of each. */
  readonly keys: Int32Array;
  readonly streams: Int32Array;
  readonly noiseStreams: Int32Array;
  readonly scratch: Int32Array;
  readonly tables: Float64Array;
  /** Draws as they come out of fours. */
  readonly zipped: Float64Array;
  readonly zippedResponses: Float64Array;
  readonly zippedTasks: Float64Array;
  /** Draws as they are copied to the caller. */
  readonly draws: Float64Array;
  /** What is done to rows, to queries and to tasks: a matrix, and a mean. */
  readonly maps: Float64Array;
}

/** Streams that are opened at once. */
export const MOST_STREAMS = 256;

/** Draws are made in the kernel's memory, at most 64 kB at a time so that they stay in the cache, and then copied. */
export const ROOM = 8192;

/** The largest d whose d×d factors fit. */
export const MOST_DIMENSION = 128;

/** The length of one of the maps. */
export const MAP_ROOM: number = MOST_DIMENSION * (MOST_DIMENSION + 1);

// Loaded when the first stream is opened, since a module without side effects compiles nothing by itself.
let loaded: NormalsModule | undefined;
let tried = false;

/** The module, the same one for everybody; undefined where WebAssembly does not run. */
export function normalsModule(): NormalsModule | undefined {
  if (!tried) {
    loaded = load();
    tried = true;
  }
  return loaded;
}

function load(): NormalsModule | undefined {
  const kernel = loadModule<NormalsKernel>(wasm);
  if (kernel === undefined) return undefined;
  const { signedSteps, layerEdges, edgeDensities, LAYERS } = ziggurat;
  const arrays = layOut(kernel, {
    state: [Int32Array, 4],
    keys: [Int32Array, 4 * MOST_STREAMS],
    streams: [Int32Array, 4 * MOST_STREAMS],
    noiseStreams: [Int32Array, 4 * MOST_STREAMS],
    scratch: [Int32Array, 20],
    tables: [Float64Array, 2 * signedSteps.length + edgeDensities.length],
    zipped: [Float64Array, ROOM],
    zippedResponses: [Float64Array, ROOM],
    zippedTasks: [Float64Array, ROOM],
    draws: [Float64Array, ROOM],
    maps: [Float64Array, 3 * MAP_ROOM],
  });
  for (const [at, step] of signedSteps.entries()) {
    arrays.tables[2 * at] = step;
    arrays.tables[2 * at + 1] = layerEdges[(at % LAYERS) + 1];
  }
  arrays.tables.set(edgeDensities, 2 * signedSteps.length);
  return { kernel, ...arrays };
}
