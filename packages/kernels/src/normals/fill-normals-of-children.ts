import { childKey, philoxKeyOf, type RandomKey } from "@onestep/core";
import { MOST_STREAMS, normalsModule, ROOM, type NormalsModule } from "./normals-module.ts";
import { openStream } from "./open-stream.ts";

/** Which child of each key normals come from. */
export interface Child {
  readonly label: string;
  /** Omitted means 0. */
  readonly index?: number | undefined;
}

/** Where normals are written: `size` of each stream, one stream after another, from `offset` on. */
export interface NormalRuns {
  readonly into: Float64Array;
  readonly offset: number;
  readonly size: number;
}

/**
 * Writes the first normals of the streams at `key/label:index`, one run for each of `keys`: the same numbers as opening
 * one stream after another, sooner, since four of them fit in the lanes of a vector.
 *
 * @throws DomainError unless the index is an integer 0 ≤ index < 2⁵³
 *
 * @example
 * const prompts = [0, 1].map((i) => childKey(randomKey(0), "prompt", i));
 * const into = new Float64Array(6);
 * fillNormalsOfChildren(prompts, { label: "task" }, { into, offset: 0, size: 3 });
 * into[3] === openStream(childKey(prompts[1], "task")).normal(); // => true
 */
export function fillNormalsOfChildren(keys: readonly RandomKey[], child: Child, runs: NormalRuns): void {
  const module = normalsModule();
  // Where lanes would stay empty, a stream of its own is faster.
  const together = module === undefined ? 0 : keys.length - (keys.length % 4);
  if (module !== undefined) fillFours(module, keys.slice(0, together), child, runs);
  const { into, offset, size } = runs;
  for (let j = together; j < keys.length; j++) {
    openStream(childKey(keys[j], child.label, child.index)).fillNormals(into, offset + j * size, size);
  }
}

/** The same, for a multiple of four keys. */
function fillFours(
  { kernel, keys: lanes, streams: states, scratch, tables, zipped, draws }: NormalsModule,
  keys: readonly RandomKey[],
  { label, index }: Child,
  { into, offset, size }: NormalRuns,
): void {
  const [key0, key1] = philoxKeyOf(label, index);
  const most = Math.min(size, ROOM / 4);
  const streams = Math.min(MOST_STREAMS, 4 * Math.floor(ROOM / (4 * most)));
  for (let first = 0; first < keys.length; first += streams) {
    const count = Math.min(streams, keys.length - first);
    for (let j = 0; j < count; j++) writeLane(keys[first + j], lanes, j);
    kernel.openChildren(lanes.byteOffset, states.byteOffset, count / 4, key0, key1);
    for (let done = 0; done < size; done += most) {
      const run = Math.min(most, size - done);
      kernel.fillFours(states.byteOffset, count / 4, scratch.byteOffset, tables.byteOffset, zipped.byteOffset, run);
      kernel.unzip(zipped.byteOffset, count / 4, draws.byteOffset, run);
      if (run === size) into.set(draws.subarray(0, count * size), offset + first * size);
      else copyRuns(draws, run, count, { into, offset: offset + first * size + done, size });
    }
  }
}

/** Writes the words of a key into lane j of fours. */
function writeLane({ words }: RandomKey, lanes: Int32Array, j: number): void {
  const lane = 16 * (j >> 2) + (j & 3);
  for (let word = 0; word < 4; word++) lanes[lane + 4 * word] = words[word];
}

/** Copies runs that are only a part of what is wanted of each stream. */
function copyRuns(draws: Float64Array, run: number, count: number, { into, offset, size }: NormalRuns): void {
  for (let j = 0; j < count; j++) into.set(draws.subarray(j * run, (j + 1) * run), offset + j * size);
}
