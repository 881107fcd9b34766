// TensorBoard's event files: records of protocol buffers, each with its length and two checksums. The few fields that
// scalars need are written by hand.

/** The numbers of a step, by their tags. */
export interface ScalarEvent {
  readonly step: number;
  readonly scalars: Readonly<Record<string, number>>;
}

const encoder = new TextEncoder();

/** How an event file begins. `seconds` since 1970, here and below. */
export function eventFileHeader(seconds: number): Uint8Array {
  return record(bytesOf(double(1, seconds), text(3, "brain.Event:2")));
}

/** One step as a record of an event file. */
export function scalarEvent({ step, scalars }: ScalarEvent, seconds: number): Uint8Array {
  const values = Object.entries(scalars).map(([tag, value]) => message(1, bytesOf(text(1, tag), float(2, value))));
  return record(bytesOf(double(1, seconds), whole(2, step), message(5, bytesOf(...values))));
}

/** Length, its checksum, the data, and theirs. */
function record(data: Uint8Array): Uint8Array {
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(data.length), true);
  return bytesOf(length, maskedChecksum(length), data, maskedChecksum(data));
}

function double(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(9);
  bytes[0] = (field << 3) | 1;
  new DataView(bytes.buffer).setFloat64(1, value, true);
  return bytes;
}

function float(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(5);
  bytes[0] = (field << 3) | 5;
  new DataView(bytes.buffer).setFloat32(1, value, true);
  return bytes;
}

function whole(field: number, value: number): Uint8Array {
  return bytesOf(Uint8Array.of(field << 3), varint(value));
}

function text(field: number, value: string): Uint8Array {
  return message(field, encoder.encode(value));
}

function message(field: number, data: Uint8Array): Uint8Array {
  return bytesOf(Uint8Array.of((field << 3) | 2), varint(data.length), data);
}

/** Seven bits a byte, the lowest first, the highest bit of a byte saying that more follow. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Uint8Array.of(...bytes, rest);
}

function bytesOf(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** CRC-32C, rotated and shifted, so that a checksum of checksums is no weaker. */
function maskedChecksum(bytes: Uint8Array): Uint8Array {
  const crc = crc32c(bytes);
  const masked = (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
  const checksum = new Uint8Array(4);
  new DataView(checksum.buffer).setUint32(0, masked, true);
  return checksum;
}

/** Castagnoli's polynomial, reflected. */
const POLYNOMIAL = 0x82f63b78;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  return crc;
});

function crc32c(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) crc = (crc >>> 8) ^ table[(crc ^ byte) & 255];
  return ~crc >>> 0;
}
