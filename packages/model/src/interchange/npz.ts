import { fileError } from "./file-error.ts";
import { readNpy, writeNpy } from "./npy.ts";
import type { StoredArray, StoredArrays, WriteOptions } from "./stored-array.ts";
import { readZip, writeZip } from "./zip.ts";

const SUFFIX = ".npy";

/**
 * Reads the arrays of a `.npz` file, as `numpy.savez` and `numpy.savez_compressed` write it. Every entry is held against
 * its checksum.
 *
 * @throws DomainError for a damaged file, numbers other than floats of 2, 4 or 8 bytes, or NaN; ShapeError for a wrong size
 *
 * Source: NumPy, NEP 1: a simple file format for NumPy arrays.
 *
 * @example
 * const file = writeNpz({ a: { shape: [2], values: Float64Array.of(1, 2) } });
 * Array.from(readNpz(file).a.values); // => [1, 2]
 */
export function readNpz(bytes: Uint8Array): StoredArrays {
  const entries = readZip("readNpz", bytes).map(({ name, bytes: content }): [string, StoredArray] => {
    if (!name.endsWith(SUFFIX)) {
      throw fileError("readNpz", "entries that are .npy files", name, "write the file with numpy.savez");
    }
    const array = name.slice(0, -SUFFIX.length);
    return [array, readNpy(array, content)];
  });
  const arrays = Object.fromEntries(entries);
  if (Object.keys(arrays).length === entries.length) return arrays;
  throw fileError("readNpz", "one array of each name", "a name twice", "write the file with numpy.savez");
}

/**
 * Writes arrays as a `.npz` file for `numpy.load`. The same arrays give the same bytes.
 *
 * @throws ShapeError unless the values of each array fill its shape; DomainError for NaN, infinity, or overflow in float32
 *
 * Source: NumPy, NEP 1: a simple file format for NumPy arrays.
 *
 * @example
 * const arrays = { a: { shape: [1], values: Float64Array.of(0.1) } };
 * readNpz(writeNpz(arrays, { precision: "float32" })).a.values[0]; // ≈ 0.10000000149
 */
export function writeNpz(arrays: StoredArrays, options: WriteOptions = {}): Uint8Array {
  return writeZip(
    Object.entries(arrays).map(([name, array]) => ({
      name: `${name}${SUFFIX}`,
      bytes: writeNpy(name, array, options),
    })),
  );
}
