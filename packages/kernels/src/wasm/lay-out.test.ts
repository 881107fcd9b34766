import { describe, expect, it } from "vitest";
import { layOut } from "./lay-out.ts";

const kernel = (heapBase: number): { memory: WebAssembly.Memory; heapBase: { value: number } } => ({
  memory: new WebAssembly.Memory({ initial: 0 }),
  heapBase: { value: heapBase },
});

describe("layOut", () => {
  it("puts arrays of the types and lengths asked for behind one another, at multiples of 16 bytes", () => {
    const { words, sums, row } = layOut(kernel(20), {
      words: [Uint32Array, 3],
      sums: [Float64Array, 5],
      row: [Float32Array, 1],
    });
    expect([words.byteOffset, sums.byteOffset, row.byteOffset]).toEqual([32, 48, 96]);
    expect([words.length, sums.length, row.length]).toEqual([3, 5, 1]);
    expect([words, sums, row].map((one) => one.constructor)).toEqual([Uint32Array, Float64Array, Float32Array]);
  });

  it("lets the memory grow by what is missing, and not where nothing is", () => {
    const one = kernel(0);
    layOut(one, { page: [Float64Array, 8192] });
    expect(one.memory.buffer.byteLength).toBe(65536);
    layOut(one, { page: [Float64Array, 8192] });
    expect(one.memory.buffer.byteLength).toBe(65536);
    layOut(one, { more: [Float64Array, 8193] });
    expect(one.memory.buffer.byteLength).toBe(131072);
  });

  it("has the memory of the kernel behind its arrays", () => {
    const one = kernel(0);
    layOut(one, { pair: [Int32Array, 2] }).pair.set([1, 2]);
    expect([...new Int32Array(one.memory.buffer, 0, 2)]).toEqual([1, 2]);
  });
});
