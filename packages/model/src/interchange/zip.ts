import { inflateSync, strFromU8, strToU8 } from "fflate";
import { crc32 } from "./crc-32.ts";
import { fileError } from "./file-error.ts";

/** Signatures of the three records of a zip file. */
const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;

const LOCAL_SIZE = 30;
const CENTRAL_SIZE = 46;
const END_SIZE = 22;

/** 1 January 1980, the first day that zip knows: the same files give the same bytes. */
const FIRST_DAY = 0x21;
/** Deflate shrinks by no more than this, so that a small damaged file cannot claim all memory. */
const MOST_SHRINKAGE = 1032;

/** A file inside a zip file. */
export interface ZipEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * The files of a zip file, stored or deflated, each held against its checksum.
 *
 * @throws DomainError for a file that is cut short, damaged, encrypted, or no zip file
 *
 * Source: PKWARE, APPNOTE.TXT, Section 4.3.
 */
export function readZip(where: string, bytes: Uint8Array): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = findEnd(where, view);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  const entries = Array.from({ length: count }, () => {
    requireRecord(where, view, at, CENTRAL, CENTRAL_SIZE, end);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const name = strFromU8(bytes.subarray(at + CENTRAL_SIZE, at + CENTRAL_SIZE + nameLength));
    const content = readEntry(`${where}: ${name}`, name, bytes, view, at);
    at += CENTRAL_SIZE + nameLength + extraLength + commentLength;
    return { name, bytes: content };
  });
  if (at !== end) throw damaged(where, `a directory of ${count} entries that ends at byte ${end}`, `byte ${at}`);
  return entries;
}

/** A zip file that stores its entries as they are: weights hardly shrink. */
export function writeZip(entries: readonly ZipEntry[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { name, bytes } of entries) {
    const encodedName = strToU8(name);
    // Version 2.0, names in UTF-8, stored, no time, the first day; checksum, both sizes, and the lengths of names.
    const common = [
      [2, 20],
      [2, 0x800],
      [2, 0],
      [2, 0],
      [2, FIRST_DAY],
    ] as const;
    const sizes = [
      [4, crc32(bytes)],
      [4, bytes.length],
      [4, bytes.length],
      [2, encodedName.length],
      [2, 0],
    ] as const;
    const local = [record([[4, LOCAL], ...common, ...sizes]), encodedName, bytes];
    const place = [
      [2, 0],
      [2, 0],
      [2, 0],
      [4, 0],
      [4, offset],
    ] as const;
    directory.push(record([[4, CENTRAL], [2, 20], ...common, ...sizes, ...place]), encodedName);
    parts.push(...local);
    offset += lengthOf(local);
  }
  const count = entries.length;
  const size = lengthOf(directory);
  const end = record([
    [4, END],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, size],
    [4, offset],
    [2, 0],
  ]);
  return concatenate([...parts, ...directory, end]);
}

function readEntry(where: string, name: string, bytes: Uint8Array, view: DataView, central: number): Uint8Array {
  const [flags, method] = [8, 10].map((offset) => view.getUint16(central + offset, true));
  const [checksum, packedSize, size] = [16, 20, 24].map((offset) => view.getUint32(central + offset, true));
  const local = view.getUint32(central + 42, true);
  if (flags % 2 === 1 || (method !== 0 && method !== 8)) {
    throw damaged(where, "an entry that is stored or deflated", `flags ${flags} and method ${method}`);
  }
  requireRecord(where, view, local, LOCAL, LOCAL_SIZE, view.byteLength);
  const nameEnd = local + LOCAL_SIZE + view.getUint16(local + 26, true);
  const ownName = strFromU8(bytes.subarray(local + LOCAL_SIZE, nameEnd));
  // Checksums cover the contents alone: a damaged name shows in that it stands in the file twice.
  if (ownName !== name) throw damaged(where, `the name ${name}`, ownName);
  const start = nameEnd + view.getUint16(local + 28, true);
  const packed = bytes.subarray(start, start + packedSize);
  if (packed.length !== packedSize || size > MOST_SHRINKAGE * (packedSize + 1)) {
    throw damaged(where, `${packedSize} bytes that hold ${size}`, `${packed.length} bytes`);
  }
  const content = method === 0 ? packed : inflate(where, packed, size);
  if (content.length !== size || crc32(content) !== checksum) {
    throw damaged(where, `${size} bytes with the checksum ${checksum}`, `${content.length} with ${crc32(content)}`);
  }
  return content;
}

function inflate(where: string, packed: Uint8Array, size: number): Uint8Array {
  try {
    return inflateSync(packed, { out: new Uint8Array(size) });
  } catch (cause) {
    throw damaged(where, "deflated bytes", cause instanceof Error ? cause.message : String(cause));
  }
}

/** The last record, which only a comment of up to 2¹⁶ bytes may follow. */
function findEnd(where: string, view: DataView): number {
  const last = view.byteLength - END_SIZE;
  for (let at = last; at >= Math.max(0, last - 0xffff); at--) {
    if (view.getUint32(at, true) === END && view.getUint16(at + 20, true) === last - at) return at;
  }
  throw damaged(where, "a zip file with its directory at the end", `${view.byteLength} bytes without one`);
}

function requireRecord(where: string, view: DataView, at: number, signature: number, size: number, end: number): void {
  if (at + size <= end && view.getUint32(at, true) === signature) return;
  throw damaged(where, `a record of the directory at byte ${at}`, "something else");
}

/** Little-endian fields, each given as its size in bytes and its value. */
function record(fields: readonly (readonly [size: 2 | 4, value: number])[]): Uint8Array {
  const bytes = new Uint8Array(fields.reduce((sum, [size]) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [size, value] of fields) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return bytes;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(lengthOf(parts));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

function damaged(where: string, expected: string, arrived: string): Error {
  return fileError(where, expected, arrived, "the file is damaged, cut short or of another kind: write it again");
}
