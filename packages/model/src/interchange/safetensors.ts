import { strFromU8, strToU8 } from "fflate";
import { fileError } from "./file-error.ts";
import {
  byteCount,
  decodeValues,
  encodeValues,
  type ReadPrecision,
  type StoredArray,
  type StoredArrays,
  type WriteOptions,
} from "./stored-array.ts";

/** What the header says of one array. */
interface TensorInfo {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** From and to, in bytes after the header */
  readonly data_offsets: readonly [number, number];
}

const PRECISIONS: Readonly<Record<string, ReadPrecision>> = {
  BF16: "bfloat16",
  F16: "float16",
  F32: "float32",
  F64: "float64",
};
const METADATA = "__metadata__";

/**
 * Reads the arrays of a `.safetensors` file; its metadata are ignored. The format has no checksum: a flipped bit in a
 * number goes unnoticed.
 *
 * @throws DomainError for a damaged file, numbers other than F16, BF16, F32 and F64, or NaN; ShapeError for a wrong size
 *
 * Source: Hugging Face, safetensors, the format in its README.
 *
 * @example
 * const file = writeSafetensors({ a: { shape: [2], values: Float64Array.of(1, 2) } });
 * Array.from(readSafetensors(file).a.values); // => [1, 2]
 */
export function readSafetensors(bytes: Uint8Array): StoredArrays {
  const { header, data } = splitFile(bytes);
  const tensors = Object.entries(header).filter(([name]) => name !== METADATA);
  let end = 0;
  const arrays = tensors
    .map(([name, info]) => [name, requireInfo(name, info)] as const)
    .sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0])
    .map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [from, to],
        },
      ]): [string, StoredArray] => {
        if (from !== end || to > data.length || to - from !== byteCount(shape, PRECISIONS[dtype])) {
          throw damaged(
            `the array ${name} of ${byteCount(shape, PRECISIONS[dtype])} bytes from byte ${end} on`,
            `bytes ${from} to ${to} of ${data.length}`,
          );
        }
        end = to;
        return [name, decodeValues(name, data.subarray(from, to), { shape, precision: PRECISIONS[dtype] })];
      },
    );
  if (end !== data.length) throw damaged(`${end} bytes of numbers`, `${data.length}`);
  const read = Object.fromEntries(arrays);
  return Object.fromEntries(tensors.map(([name]) => [name, read[name]]));
}

/**
 * Writes arrays as a `.safetensors` file. The same arrays give the same bytes.
 *
 * @throws ShapeError unless the values of each array fill its shape; DomainError for NaN, infinity, overflow in float32, or
 * an array of the reserved name
 *
 * Source: Hugging Face, safetensors, the format in its README.
 *
 * @example
 * const arrays = { a: { shape: [1], values: Float64Array.of(0.1) } };
 * readSafetensors(writeSafetensors(arrays, { precision: "float32" })).a.values[0]; // ≈ 0.10000000149
 */
export function writeSafetensors(arrays: StoredArrays, { precision = "float64" }: WriteOptions = {}): Uint8Array {
  if (Object.hasOwn(arrays, METADATA)) {
    throw fileError("writeSafetensors", "arrays of other names", METADATA, "the format keeps this name for itself");
  }
  let end = 0;
  const encoded = Object.entries(arrays).map(([name, array]) => ({
    name,
    array,
    data: encodeValues(name, array, precision),
  }));
  const infos = encoded.map(({ name, array, data }): [string, TensorInfo] => {
    const from = end;
    end += data.length;
    const dtype = precision === "float32" ? "F32" : "F64";
    return [name, { dtype, shape: array.shape, data_offsets: [from, end] }];
  });
  const text = strToU8(JSON.stringify(Object.fromEntries(infos)));
  const headerSize = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerSize + end).fill(0x20, 8 + text.length, 8 + headerSize);
  new DataView(bytes.buffer).setUint32(0, headerSize, true);
  bytes.set(text, 8);
  encoded.forEach(({ data }, i) => bytes.set(data, 8 + headerSize + infos[i][1].data_offsets[0]));
  return bytes;
}

function splitFile(bytes: Uint8Array): { header: Readonly<Record<string, unknown>>; data: Uint8Array } {
  if (bytes.length < 8) throw damaged("at least 8 bytes", String(bytes.length));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const size = view.getUint32(0, true) + 2 ** 32 * view.getUint32(4, true);
  if (8 + size > bytes.length) throw damaged(`a header of ${size} bytes`, `${bytes.length - 8} bytes`);
  let header: unknown;
  try {
    header = JSON.parse(strFromU8(bytes.subarray(8, 8 + size)));
  } catch {
    header = undefined;
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) throw damaged("a header in JSON", "none");
  return { header: header as Record<string, unknown>, data: bytes.subarray(8 + size) };
}

function requireInfo(name: string, info: unknown): TensorInfo {
  const { dtype, shape, data_offsets: offsets } = (info ?? {}) as Partial<Record<keyof TensorInfo, unknown>>;
  const isSize = (size: unknown): boolean => Number.isSafeInteger(size) && (size as number) >= 0;
  const areSizes = (sizes: unknown): boolean => Array.isArray(sizes) && sizes.every(isSize);
  if (typeof dtype !== "string" || !areSizes(shape) || !areSizes(offsets) || (offsets as unknown[]).length !== 2) {
    throw damaged(`dtype, shape and data_offsets of the array ${name}`, JSON.stringify(info));
  }
  if (Object.hasOwn(PRECISIONS, dtype)) return info as TensorInfo;
  throw fileError(
    `the array ${name}`,
    "numbers of type F16, BF16, F32 or F64",
    dtype,
    "convert it before saving: tensor.double()",
  );
}

function damaged(expected: string, arrived: string): Error {
  const hint = "the file is damaged, cut short or of another kind: write it again";
  return fileError("readSafetensors", expected, arrived, hint);
}
