import { checkValues, describeShape, DomainError, elementCount, requireName, ShapeError } from "@onestep/core";
import { fromBfloat16, fromFloat16 } from "./short-floats.ts";

/** An array of a weight file: values row-major, whatever the order in the file. */
export interface StoredArray {
  /** `[]` for a scalar */
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

/** The arrays of a weight file, by name. */
export type StoredArrays = Readonly<Record<string, StoredArray>>;

/** How numbers are written. */
export type Precision = "float32" | "float64";

/** How numbers are read: short ones too, which models are often published in. */
export type ReadPrecision = Precision | "float16" | "bfloat16";

/** Settings of the writers of weight files. */
export interface WriteOptions {
  /** Default `"float64"`, which loses nothing; `"float32"` rounds to 24 bits. */
  readonly precision?: Precision;
}

const BYTES: Readonly<Record<ReadPrecision, number>> = { bfloat16: 2, float16: 2, float32: 4, float64: 8 };

type Reader = (view: DataView, byte: number, littleEndian: boolean) => number;

const READERS: Readonly<Record<ReadPrecision, Reader>> = {
  bfloat16: (view, byte, littleEndian) => fromBfloat16(view.getUint16(byte, littleEndian)),
  float16: (view, byte, littleEndian) => fromFloat16(view.getUint16(byte, littleEndian)),
  float32: (view, byte, littleEndian) => view.getFloat32(byte, littleEndian),
  float64: (view, byte, littleEndian) => view.getFloat64(byte, littleEndian),
};

/** The size of an array in a file. */
export function byteCount(shape: readonly number[], precision: ReadPrecision): number {
  return elementCount(shape) * BYTES[precision];
}

/** @throws ShapeError unless the values fill the shape; DomainError for NaN, infinity, or overflow in float32 */
export function encodeValues(name: string, { shape, values }: StoredArray, precision: Precision): Uint8Array {
  checkValues(`the array ${name}`, values, shape);
  requireName("precision", precision, ["float32", "float64"]);
  const bytes = new Uint8Array(byteCount(shape, precision));
  const view = new DataView(bytes.buffer);
  values.forEach((value, at) => {
    const written = precision === "float32" ? Math.fround(value) : value;
    requireFiniteValue(name, written, at);
    if (precision === "float32") view.setFloat32(4 * at, written, true);
    else view.setFloat64(8 * at, written, true);
  });
  return bytes;
}

/** @throws ShapeError unless the bytes fill the shape; DomainError for NaN or infinity */
export function decodeValues(
  name: string,
  bytes: Uint8Array,
  layout: {
    readonly shape: readonly number[];
    readonly precision: ReadPrecision;
    readonly littleEndian?: boolean;
    readonly fortranOrder?: boolean;
  },
): StoredArray {
  const { shape, precision, littleEndian = true, fortranOrder = false } = layout;
  if (bytes.length !== byteCount(shape, precision) || shape.some((size) => size < 1)) {
    throw new ShapeError({
      where: `the array ${name}`,
      expected: `a shape of positive sizes, and ${byteCount(shape, precision)} bytes for ${describeShape(shape)} in ${precision}`,
      arrived: `${bytes.length} bytes`,
      hint: "the file is cut short, damaged, or holds an empty array: write it again",
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const read = (at: number): number => READERS[precision](view, BYTES[precision] * at, littleEndian);
  const addressOf = fortranOrder ? columnMajorAddress(shape) : (at: number) => at;
  const values = Float64Array.from({ length: elementCount(shape) }, (_, at) =>
    requireFiniteValue(name, read(addressOf(at)), at),
  );
  return { shape, values };
}

/** Where a file whose first index runs fastest keeps the entry that is number `at` when the last one does. */
function columnMajorAddress(shape: readonly number[]): (at: number) => number {
  return (at) => {
    let [rest, address] = [at, 0];
    let stride = elementCount(shape);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      stride /= shape[axis];
      address += stride * (rest % shape[axis]);
      rest = Math.floor(rest / shape[axis]);
    }
    return address;
  };
}

function requireFiniteValue(name: string, value: number, at: number): number {
  if (Number.isFinite(value)) return value;
  throw new DomainError({
    where: `the array ${name}`,
    expected: "finite numbers",
    arrived: `${value} at position ${at}`,
    hint: "the run that made it diverged, or its numbers are too large for float32",
  });
}
