import { describe, expect, it } from "vitest";
import { fromBfloat16, fromFloat16 } from "./short-floats.ts";

describe("numbers of 16 bits", () => {
  it.each([
    [0x0000, 0],
    [0x8000, -0],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3555, 0.333251953125],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
    [0x7e00, NaN],
  ])("binary16 %d is %d", (bits, value) => {
    expect(fromFloat16(bits)).toBe(value);
  });

  it.each([
    [0x3f80, 1],
    [0xc000, -2],
    [0x0001, 2 ** -133],
    [0x7f7f, 255 * 2 ** 120],
    [0x7f80, Infinity],
  ])("bfloat16 %d is %d", (bits, value) => {
    expect(fromBfloat16(bits)).toBe(value);
  });

  it("grow with their bits", () => {
    for (const read of [fromFloat16, fromBfloat16]) {
      for (let bits = 1; bits < 0x7c00; bits++) expect(read(bits)).toBeGreaterThan(read(bits - 1));
    }
  });
});
