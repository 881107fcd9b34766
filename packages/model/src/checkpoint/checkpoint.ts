import { childKey, describeKey, DomainError, randomKey, type RandomKey } from "@onestep/core";
import { strFromU8, strToU8 } from "fflate";
import { crc32 } from "../interchange/crc-32.ts";
import { packState, unpackState } from "./packed-state.ts";

/** A run at rest: what it takes to go on as if it had never stopped. */
export interface Checkpoint<State> {
  /** The address of the run's randomness: with it, and the step, every later draw is known. */
  readonly key: RandomKey;
  /** Steps done. */
  readonly step: number;
  /**
   * What the run remembers: parameters, the optimizer's moments, averages. Numbers, strings, booleans, null,
   * `Float64Array`, and arrays and plain objects of them; undefined properties are left out.
   */
  readonly state: State;
}

/** What `packState` takes apart: a checkpoint with its kind, and its key as a path. */
interface Content {
  readonly kind: string;
  readonly key: readonly { readonly name: number | string; readonly index?: number }[];
  readonly step: number;
  readonly state: unknown;
}

/** The first byte is no text: a file that was copied as text shows it at once. */
const SIGNATURE = "\u0089onestep";
const VERSION = 1;
/** Signature, version, and their checksum: the same in every version, so that each can name a newer one. */
const PREAMBLE = 16;
/** The shortest: a preamble, the length of a header, and the checksum. */
const SHORTEST = PREAMBLE + 8;

/**
 * A checkpoint as bytes, each number with all its bits. Writing them to a file, and that in one piece, is the caller's,
 * in Node so that a kill or a power cut leaves either the old file or the new one:
 *
 * ```js
 * const file = await open(`${path}.new`, "w"); // of node:fs/promises
 * await file.writeFile(bytes);
 * await file.sync();
 * await file.close();
 * await rename(`${path}.new`, path);
 * ```
 *
 * @param kind names what the state is, `"pretraining"`, so that no run resumes from another's
 * @throws DomainError, with the path, for NaN, infinity, or state that is not plain data, and without a key or a whole step
 *
 * @example
 * const checkpoint = { key: childKey(randomKey(7), "train"), step: 12, state: { position: Float64Array.of(0.1, -0) } };
 * const bytes = encodeCheckpoint("pretraining", checkpoint);
 * Array.from(decodeCheckpoint("pretraining", bytes).state.position); // => [0.1, -0]
 */
export function encodeCheckpoint(kind: string, { key, step, state }: Checkpoint<unknown>): Uint8Array {
  if (key === undefined || !Number.isSafeInteger(step) || step < 0) {
    throw new DomainError({
      where: "encodeCheckpoint",
      expected: "the key of the run, and a step that is a whole number, at least 0",
      arrived: `${key === undefined ? "no key" : describeKey(key)}, step ${String(step)}`,
      hint: "give the key of the plan and the step of the snapshot",
    });
  }
  const content: Content = { kind, key: pathOf(key), step, state };
  const { skeleton, numbers } = packState(content, "checkpoint");
  const header = strToU8(asciiJson(skeleton), true);
  const bytes = new Uint8Array(SHORTEST + header.length + 8 * numbers.length);
  const view = new DataView(bytes.buffer);
  bytes.set(strToU8(SIGNATURE, true));
  view.setUint32(8, VERSION, true);
  view.setUint32(12, crc32(bytes.subarray(0, 12)), true);
  view.setUint32(PREAMBLE, header.length, true);
  bytes.set(header, PREAMBLE + 4);
  numbers.forEach((value, i) => view.setFloat64(PREAMBLE + 4 + header.length + 8 * i, value, true));
  view.setUint32(bytes.length - 4, crc32(bytes.subarray(PREAMBLE, -4)), true);
  return bytes;
}

/**
 * The checkpoint in these bytes: the inverse of `encodeCheckpoint`. The digest of the bytes vouches for the numbers, the
 * kind for the shape of the state.
 *
 * @throws DomainError for bytes that are no checkpoint, cut short, changed in any bit, of a newer version, or of
 * another kind
 *
 * @example
 * const bytes = encodeCheckpoint("pretraining", { key: randomKey(7), step: 12, state: null });
 * decodeCheckpoint("pretraining", bytes).step; // => 12
 */
export function decodeCheckpoint<State>(kind: string, bytes: Uint8Array): Checkpoint<State> {
  if (!(bytes instanceof Uint8Array)) {
    throw refusal("bytes, a Uint8Array", String(bytes), "read the whole file, without an encoding");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  checkPreamble(bytes, view);
  if (bytes.length < SHORTEST || view.getUint32(bytes.length - 4, true) !== crc32(bytes.subarray(PREAMBLE, -4))) {
    throw damaged("bytes that agree with their checksum", `${bytes.length} bytes that do not`);
  }
  const start = PREAMBLE + 4 + view.getUint32(PREAMBLE, true);
  const numbers = Float64Array.from({ length: (bytes.length - 4 - start) / 8 }, (_, i) =>
    view.getFloat64(start + 8 * i, true),
  );
  const skeleton: unknown = JSON.parse(strFromU8(bytes.subarray(PREAMBLE + 4, start), true));
  const content = unpackState({ skeleton, numbers }) as Content | undefined;
  if (content === undefined) throw damaged("as many numbers as the header says", String(numbers.length));
  if (content.kind !== kind) {
    throw refusal(`a checkpoint of the kind "${kind}"`, `"${content.kind}"`, "resume it where it was written");
  }
  return { key: keyAt(content.key), step: content.step, state: content.state as State };
}

function checkPreamble(bytes: Uint8Array, view: DataView): void {
  const signature = strFromU8(bytes.subarray(0, SIGNATURE.length), true);
  if (signature !== SIGNATURE.slice(0, bytes.length) || bytes.length === 0) {
    throw refusal("the signature of a checkpoint", "other bytes", "give a file that onestep wrote as a checkpoint");
  }
  if (bytes.length < PREAMBLE || view.getUint32(12, true) !== crc32(bytes.subarray(0, 12))) {
    throw damaged("a preamble that agrees with its checksum", `${bytes.length} bytes with another`);
  }
  const version = view.getUint32(8, true);
  if (version === VERSION) return;
  throw refusal(
    `a checkpoint of version ${VERSION}`,
    `version ${version}`,
    "update onestep: a newer one wrote this file",
  );
}

/** From the root down. */
function pathOf(key: RandomKey): Content["key"] {
  const above = key.parent === undefined ? [] : pathOf(key.parent);
  return [...above, { name: key.name, ...(key.index === undefined ? {} : { index: key.index }) }];
}

function keyAt([root, ...below]: Content["key"]): RandomKey {
  return below.reduce(
    (parent, { name, index }) => childKey(parent, name as string, index),
    randomKey(root.name as number),
  );
}

function asciiJson(value: unknown): string {
  const escape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(value).replaceAll(/[^\u0020-\u007e]/g, escape);
}

function damaged(expected: string, arrived: string): DomainError {
  return refusal(expected, arrived, "the file is damaged or cut short: take the checkpoint before it");
}

function refusal(expected: string, arrived: string, hint: string): DomainError {
  return new DomainError({ where: "decodeCheckpoint", expected, arrived, hint });
}
