import { DomainError, OnestepError, ShapeError } from "@onestep/core";
import { deflateSync, strToU8 } from "fflate";
import { describe, expect, it } from "vitest";
import { cutShort, withOneBitFlipped } from "../../tests/damage.ts";
import { deflatedNpz, storedNpz } from "../../tests/python-files.ts";
import { crc32 } from "./crc-32.ts";
import { readNpy, writeNpy } from "./npy.ts";
import { readNpz, writeNpz } from "./npz.ts";
import type { StoredArrays } from "./stored-array.ts";
import { writeZip } from "./zip.ts";

const m = [0, 0.25, 0.5, 0.75, 1, 1.25];
const arrays: StoredArrays = {
  key_query: { shape: [2, 2], values: Float64Array.of(0.1, -0, 1e-320, -1.7976931348623157e308) },
  value_projection: { shape: [2], values: Float64Array.of(1 / 3, 2) },
  scalar: { shape: [], values: Float64Array.of(7) },
};

/** A .npy file with any header. */
function npy(header: string, data: Uint8Array, version = 1): Uint8Array {
  const text = strToU8(header, version < 3);
  const size = version === 1 ? [text.length % 256, text.length >> 8] : [text.length % 256, text.length >> 8, 0, 0];
  return Uint8Array.from([0x93, ...strToU8("NUMPY"), version, 0, ...size, ...text, ...data]);
}

const describing = (type: string, shape: string): string =>
  `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape}), }`;

it("crc32 of the standard check string", () => {
  expect(crc32(strToU8("123456789"))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array(0))).toBe(0);
});

describe("files that NumPy wrote", () => {
  it("are read in either order, precision and byte order", () => {
    const read = readNpz(storedNpz);
    expect(Object.keys(read)).toEqual(["c", "fortran", "single", "big", "scalar"]);
    for (const name of ["c", "fortran", "big"])
      expect(read[name]).toEqual({ shape: [2, 3], values: Float64Array.from(m) });
    expect(read["single"]).toEqual({ shape: [3], values: Float64Array.of(0, 0.25, 0.5) });
    expect(read["scalar"]).toEqual({ shape: [], values: Float64Array.of(0.1) });
  });

  it("are read compressed", () => {
    expect(readNpz(deflatedNpz)).toEqual({ m: { shape: [20, 20], values: new Float64Array(400).fill(0.5) } });
  });

  it("versions 2 and 3 of the format are read", () => {
    const data = writeNpy("x", { shape: [1], values: Float64Array.of(5) }).subarray(-8);
    for (const version of [1, 2, 3]) {
      expect([...readNpy("x", npy(describing("<f8", "1,"), data, version)).values]).toEqual([5]);
    }
  });

  it("the first index of an array in Fortran order runs fastest, whatever the number of axes", () => {
    const data = writeNpy("x", { shape: [24], values: Float64Array.from({ length: 24 }, (_, i) => i) }).subarray(-192);
    const header = describing("<f8", "2, 3, 4").replace("False", "True");
    const { values } = readNpy("x", npy(header, data));
    // entry (i, j, k) of shape (2, 3, 4) is number i + 2j + 6k of the file
    const expected = Array.from(
      { length: 24 },
      (_, at) => Math.floor(at / 12) + 2 * (Math.floor(at / 4) % 3) + 6 * (at % 4),
    );
    expect([...values]).toEqual(expected);
  });
});

describe("what is written", () => {
  it("is read again bit by bit", () => {
    const read = readNpz(writeNpz(arrays));
    expect(read).toEqual(arrays);
    expect(Object.is(read["key_query"].values[1], -0)).toBe(true);
  });

  it("is rounded in float32, and halves the file", () => {
    const values = Float64Array.from({ length: 1000 }, (_, i) => 1 / (i + 1));
    const file = writeNpz({ x: { shape: [10, 100], values } }, { precision: "float32" });
    expect(readNpz(file)["x"].values).toEqual(Float64Array.from(Float32Array.from(values)));
    expect(file.length).toBeLessThan(4500);
  });

  it("is the same for the same arrays, and starts its numbers at multiples of 64", () => {
    expect(writeNpz(arrays)).toEqual(writeNpz(arrays));
    for (const shape of [[], [3], [3, 1], [1, 1, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]]) {
      const values = new Float64Array(shape.length === 0 ? 1 : 3);
      expect((writeNpy("x", { shape, values }).length - 8 * values.length) % 64).toBe(0);
      expect(readNpy("x", writeNpy("x", { shape, values })).shape).toEqual(shape);
    }
  });

  it("keeps names that objects reserve", () => {
    const file = writeNpz(Object.fromEntries([["__proto__", { shape: [1], values: Float64Array.of(1) }]]));
    expect(Object.keys(readNpz(file))).toEqual(["__proto__"]);
  });

  it("has no NaN, no infinity, no float32 overflow, and as many numbers as its shape says", () => {
    const write =
      (value: number, options = {}) =>
      () =>
        writeNpz({ bad: { shape: [1], values: Float64Array.of(value) } }, options);
    expect(write(NaN)).toThrow(/the array bad: expected finite numbers; got NaN at position 0/);
    expect(write(Infinity)).toThrow(DomainError);
    expect(write(1e39, { precision: "float32" })).toThrow(/too large for float32/);
    expect(() => writeNpz({ bad: { shape: [2], values: Float64Array.of(1) } })).toThrow(ShapeError);
  });
});

describe("damaged files", () => {
  it.each([
    ["stored", writeNpz(arrays)],
    ["from NumPy", storedNpz],
    ["deflated", deflatedNpz],
  ])("%s: cut short anywhere, an error", (_, file) => {
    for (const bytes of cutShort(file)) expect(() => readNpz(bytes)).toThrow(OnestepError);
  });

  it.each([
    ["stored", writeNpz({ x: arrays["value_projection"] })],
    ["deflated", deflatedNpz],
  ])("%s: no flipped bit changes a number", (_, file) => {
    const intact = readNpz(file);
    let [noticed, harmless] = [0, 0];
    for (const bytes of withOneBitFlipped(file)) {
      try {
        expect(readNpz(bytes)).toEqual(intact);
        harmless++;
      } catch (error) {
        if (!(error instanceof OnestepError)) throw error;
        noticed++;
      }
    }
    // Dates, versions, and what stands in the file twice.
    expect(noticed).toBeGreaterThan(2 * harmless);
  });

  it("an entry that claims to be huge is refused before memory is asked for", () => {
    const packed = deflateSync(new Uint8Array(100));
    const file = writeZip([{ name: "x.npy", bytes: packed }]);
    const view = new DataView(file.buffer);
    const central = file.length - 22 - 46 - 5;
    view.setUint16(central + 10, 8, true);
    view.setUint32(central + 24, 2 ** 32 - 1, true);
    expect(() => readNpz(file)).toThrow(/bytes that hold 4294967295/);
  });
});

describe("other files", () => {
  it.each<[string, Uint8Array, RegExp]>([
    ["text", strToU8("key_query,value_projection\n".repeat(5)), /readNpz: expected a zip file/],
    [
      "another zip file",
      writeZip([{ name: "readme.txt", bytes: strToU8("hello") }]),
      /entries that are \.npy files; got readme\.txt/,
    ],
    [
      "a name twice",
      writeZip([1, 2].map(() => ({ name: "x.npy", bytes: writeNpy("x", arrays["scalar"]) }))),
      /one array of each name/,
    ],
    ["no array", writeZip([{ name: "x.npy", bytes: strToU8("not an array") }]), /the array x: expected the signature/],
  ])("%s", (_, file, message) => {
    expect(() => readNpz(file)).toThrow(message);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ["integers", npy(describing("<i8", "1,"), new Uint8Array(8)), /got the type <i8.*astype\(numpy\.float64\)/],
    ["extended precision", npy(describing("<f16", "1,"), new Uint8Array(16)), /float16, float32 or float64/],
    ["pickled objects", npy(describing("|O", "1,"), new Uint8Array(8)), /got the type \|O/],
    [
      "records",
      npy("{'descr': [('x', '<f8')], 'fortran_order': False, 'shape': (1,), }", new Uint8Array(8)),
      /a header of descr/,
    ],
    [
      "a later version",
      npy(describing("<f8", "1,"), new Uint8Array(8), 4),
      /version 1, 2 or 3 of the format; got version 4/,
    ],
    ["too few numbers", npy(describing("<f8", "2,"), new Uint8Array(8)), /16 bytes for \[2\] in float64; got 8 bytes/],
    ["too many numbers", npy(describing("<f8", "1,"), new Uint8Array(16)), /got 16 bytes/],
    ["an empty array", npy(describing("<f8", "0,"), new Uint8Array(0)), /positive sizes/],
    [
      "a header that does not end",
      npy(describing("<f8", "1,"), new Uint8Array(0)).subarray(0, 40),
      /a header of \d+ bytes/,
    ],
    ["NaN", npy(describing("<f8", "1,"), new Uint8Array(8).fill(0xff)), /finite numbers; got NaN at position 0/],
  ])("an array of %s", (_, file, message) => {
    expect(() => readNpy("x", file)).toThrow(message);
    expect(() => readNpy("x", file)).toThrow(OnestepError);
  });

  it("refuses a precision that it cannot write", () => {
    const arrays = { a: { shape: [1], values: Float64Array.of(0.1) } };
    expect(() => writeNpz(arrays, { precision: "float16" as "float32" })).toThrow(
      /one of float32, float64; got "float16"/,
    );
  });
});
