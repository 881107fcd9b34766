import { DomainError, OnestepError, ShapeError } from "@onestep/core";
import { strToU8 } from "fflate";
import { describe, expect, it } from "vitest";
import { cutShort } from "../../tests/damage.ts";
import { pythonSafetensors } from "../../tests/python-files.ts";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";
import type { StoredArrays } from "./stored-array.ts";

const arrays: StoredArrays = {
  z: { shape: [2, 2], values: Float64Array.of(0.1, -0, 1e-320, -1.7976931348623157e308) },
  "größe/w": { shape: [1], values: Float64Array.of(1 / 3) },
  scalar: { shape: [], values: Float64Array.of(7) },
};

/** A file with any header. */
function file(header: string | object, dataLength: number, size?: number): Uint8Array {
  const text = strToU8(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + dataLength);
  new DataView(bytes.buffer).setUint32(0, size ?? text.length, true);
  bytes.set(text, 8);
  return bytes;
}

const info = (begin: number, end: number, shape = [1], dtype = "F64"): object => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

it("reads what the safetensors library wrote, in either precision, metadata left out", () => {
  expect(readSafetensors(pythonSafetensors)).toEqual({
    a: { shape: [3], values: Float64Array.of(0, 0.25, 0.5) },
    b: { shape: [2, 3], values: Float64Array.of(0, 0.25, 0.5, 0.75, 1, 1.25) },
  });
});

it("reads numbers of 16 bits, of which bfloat16 has the exponents of float32", () => {
  const bytes = file({ x: info(0, 4, [2], "BF16"), y: info(4, 8, [2], "F16") }, 8);
  const view = new DataView(bytes.buffer, bytes.length - 8);
  [0x3f80, 0x7f00, 0x3c00, 0xc000].forEach((bits, at) => view.setUint16(2 * at, bits, true));
  expect(readSafetensors(bytes)).toEqual({
    x: { shape: [2], values: Float64Array.of(1, 2 ** 127) },
    y: { shape: [2], values: Float64Array.of(1, -2) },
  });
});

describe("what is written", () => {
  it("is read again bit by bit, in its order", () => {
    const read = readSafetensors(writeSafetensors(arrays));
    expect(read).toEqual(arrays);
    expect(Object.keys(read)).toEqual(Object.keys(arrays));
    expect(Object.is(read["z"].values[1], -0)).toBe(true);
  });

  it("is rounded in float32", () => {
    const values = Float64Array.from({ length: 10 }, (_, i) => 1 / (i + 1));
    const { x } = readSafetensors(writeSafetensors({ x: { shape: [2, 5], values } }, { precision: "float32" }));
    expect(x).toEqual({ shape: [2, 5], values: Float64Array.from(Float32Array.from(values)) });
  });

  it("starts its numbers at a multiple of 8", () => {
    const bytes = writeSafetensors(arrays);
    const size = new DataView(bytes.buffer).getUint32(0, true);
    expect(size % 8).toBe(0);
    expect(bytes.length).toBe(8 + size + 8 * 6);
    expect(writeSafetensors(arrays)).toEqual(bytes);
  });

  it("has no NaN, no float32 overflow, no reserved name, and as many numbers as its shape says", () => {
    const array = (value: number, shape = [1]): object => ({ shape, values: Float64Array.of(value) });
    const write =
      (written: object, options = {}) =>
      () =>
        writeSafetensors(written as StoredArrays, options);
    expect(write({ x: array(NaN) })).toThrow(/the array x: expected finite numbers/);
    expect(write({ x: array(-1e39) }, { precision: "float32" })).toThrow(DomainError);
    expect(write({ __metadata__: array(1) })).toThrow(/the format keeps this name for itself/);
    expect(write({ x: array(1, [2]) })).toThrow(ShapeError);
  });
});

describe("damaged and other files", () => {
  it("cut short anywhere, an error", () => {
    for (const whole of [writeSafetensors(arrays), pythonSafetensors]) {
      for (const bytes of cutShort(whole)) expect(() => readSafetensors(bytes)).toThrow(OnestepError);
    }
  });

  it.each<[string, Uint8Array, RegExp]>([
    ["no JSON", file("hello", 0), /a header in JSON/],
    ["a list", file("[1]", 0), /a header in JSON/],
    ["a header longer than the file", file("{}", 0, 2 ** 31), /a header of 2147483648 bytes/],
    ["numbers that no array owns", file({ x: info(0, 8) }, 16), /expected 8 bytes of numbers; got 16/],
    [
      "a gap between arrays",
      file({ x: info(0, 8), y: info(16, 24) }, 24),
      /the array y of 8 bytes from byte 8 on; got bytes 16 to 24/,
    ],
    ["arrays that overlap", file({ x: info(0, 8), y: info(0, 8) }, 8), /the array y/],
    ["an array that is larger than its bytes", file({ x: info(0, 8, [2]) }, 8), /the array x of 16 bytes/],
    ["an array beyond the end", file({ x: info(0, 8) }, 0), /of 0/],
    ["an empty array", file({ x: info(0, 0, [0]) }, 0), /positive sizes/],
    [
      "no shape",
      file({ x: { dtype: "F64", data_offsets: [0, 8] } }, 8),
      /dtype, shape and data_offsets of the array x/,
    ],
    ["a null", file({ x: null }, 0), /dtype, shape and data_offsets/],
    ["negative offsets", file({ x: info(-8, 0) }, 0), /dtype, shape and data_offsets/],
    ["whole numbers", file({ x: info(0, 2, [1], "I16") }, 2), /type F16, BF16, F32 or F64; got I16/],
    ["a type with a treacherous name", file({ x: info(0, 8, [1], "toString") }, 8), /got toString/],
  ])("%s", (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(message);
    expect(() => readSafetensors(bytes)).toThrow(OnestepError);
  });

  it("NaN among the numbers is an error", () => {
    const bytes = file({ x: info(0, 8) }, 8);
    bytes.fill(0xff, -8);
    expect(() => readSafetensors(bytes)).toThrow(/the array x: expected finite numbers; got NaN/);
  });
});
