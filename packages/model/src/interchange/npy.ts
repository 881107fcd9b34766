import { strFromU8, strToU8 } from "fflate";
import { fileError } from "./file-error.ts";
import { decodeValues, encodeValues, type ReadPrecision, type StoredArray, type WriteOptions } from "./stored-array.ts";

const PRECISIONS: Readonly<Record<string, ReadPrecision | undefined>> = {
  f2: "float16",
  f4: "float32",
  f8: "float64",
};

const MAGIC = "\u0093NUMPY";
const HEADER = /^\{\s*'descr':\s*'([^']*)',\s*'fortran_order':\s*(True|False),\s*'shape':\s*\(([\d\s,]*)\),?\s*\}\s*$/;

/** Reads one array as NumPy saves it: versions 1 to 3, C or Fortran order, floats of 2, 4 or 8 bytes in either order. */
export function readNpy(name: string, bytes: Uint8Array): StoredArray {
  const { header, data } = splitNpy(name, bytes);
  const [, type, order, sizes] = HEADER.exec(header) ?? [];
  if (type === undefined) {
    throw notNpy(name, "a header of descr, fortran_order and shape", JSON.stringify(header.slice(0, 80)));
  }
  const precision = PRECISIONS[type.slice(1)];
  if (precision === undefined || !"<>".includes(type[0])) {
    throw fileError(
      `the array ${name}`,
      "numbers of type float16, float32 or float64",
      `the type ${type}`,
      "convert it in NumPy: array.astype(numpy.float64)",
    );
  }
  const shape = sizes
    .split(",")
    .map((size) => size.trim())
    .filter((size) => size !== "")
    .map(Number);
  return decodeValues(name, data, { shape, precision, littleEndian: type[0] === "<", fortranOrder: order === "True" });
}

/** Writes one array as `numpy.load` reads it: version 1, C order, little-endian, data from a multiple of 64 on. */
export function writeNpy(name: string, array: StoredArray, { precision = "float64" }: WriteOptions = {}): Uint8Array {
  const data = encodeValues(name, array, precision);
  const type = precision === "float32" ? "<f4" : "<f8";
  const shape = array.shape.length === 1 ? `${array.shape[0]},` : array.shape.join(", ");
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape}), }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64;
  const bytes = new Uint8Array(length + data.length);
  const preamble = `${MAGIC}\u0001\u0000${String.fromCharCode((length - 10) % 256, Math.floor((length - 10) / 256))}`;
  bytes.set(strToU8(`${preamble}${text.padEnd(length - 11)}\n`, true));
  bytes.set(data, length);
  return bytes;
}

function splitNpy(name: string, bytes: Uint8Array): { header: string; data: Uint8Array } {
  if (bytes.length < 12 || strFromU8(bytes.subarray(0, 6), true) !== MAGIC) {
    throw notNpy(name, "the signature of a .npy file", `${bytes.length} bytes without it`);
  }
  const version = bytes[6];
  if (version < 1 || version > 3) throw notNpy(name, "version 1, 2 or 3 of the format", `version ${version}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const start = version === 1 ? 10 : 12;
  const end = start + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (end > bytes.length) throw notNpy(name, `a header of ${end - start} bytes`, `${bytes.length - start} bytes`);
  return { header: strFromU8(bytes.subarray(start, end), version < 3), data: bytes.subarray(end) };
}

function notNpy(name: string, expected: string, arrived: string): Error {
  return fileError(`the array ${name}`, expected, arrived, "save it again with numpy.save or numpy.savez");
}
