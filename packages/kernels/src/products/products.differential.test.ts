import { childKey, openStream, randomKey } from "@onestep/core";
import { assert, boolean, constantFrom, integer, property, record } from "fast-check";
import { describe, expect, it } from "vitest";
import { wasm } from "../deep/kernel.wasm.ts";
import type { KernelModule } from "../wasm/kernel-module.ts";
import { layOut } from "../wasm/lay-out.ts";
import { loadModule } from "../wasm/load-module.ts";
import { packPanels, paddedRows } from "./pack-panels.ts";

type Run = (...numbers: number[]) => void;
type Name = "multiply" | "addOuterProducts" | "reduceSums";
const kernel = loadModule<KernelModule & Record<`${Name}F32` | `${Name}F64`, Run>>(wasm)!;

/** Whole numbers up to 8: sums of up to 100 products of them are exact in float32. */
function wholeNumbers(seed: number, label: string, size: number): Float64Array {
  const stream = openStream(childKey(randomKey(seed), label));
  return Float64Array.from({ length: size }, () => Math.round(2 * Math.max(-4, Math.min(4, stream.normal()))));
}

const requests = record({
  precision: constantFrom("F32", "F64"),
  rows: integer({ min: 1, max: 10 }),
  columns: integer({ min: 1, max: 10 }),
  tiles: integer({ min: 1, max: 4 }),
  /** Prompts between rows that belong to nobody. */
  gap: integer({ min: 0, max: 2 }),
  seed: integer({ min: 0 }),
});

/** Prompts of a vector, and what holds them. */
const typeOf = (precision: "F32" | "F64") =>
  precision === "F32" ? ({ type: Float32Array, lanes: 4 } as const) : ({ type: Float64Array, lanes: 2 } as const);

describe("multiply", () => {
  it("is S X of all prompts of a strip, or adds it to a base, S transposed or not", () => {
    assert(
      property(
        requests,
        boolean(),
        boolean(),
        ({ precision, rows, columns, tiles, gap, seed }, transposed, isAdded) => {
          const { type, lanes } = typeOf(precision);
          const prompts = 3 * tiles * lanes;
          const width = prompts + gap * lanes;
          const padded = paddedRows(rows);
          const values = wholeNumbers(seed, "S", rows * columns);
          const { panels, x, y } = layOut(kernel, {
            panels: [type, padded * columns],
            x: [type, columns * width],
            y: [type, padded * width],
          });
          const shared = transposed ? { rows: columns, columns: rows } : { rows, columns };
          packPanels({ ...shared, values }, transposed, panels);
          x.set(wholeNumbers(seed, "X", x.length));
          const before = wholeNumbers(seed, "B", y.length);
          y.set(before);
          const base = isAdded ? y.byteOffset : 0;
          const stride = width * type.BYTES_PER_ELEMENT;
          const sizes = [padded, columns, x.byteOffset, base, y.byteOffset, 3 * tiles, stride];
          kernel[`multiply${precision}`](panels.byteOffset, ...sizes);

          const expected = before.map((entry, at) => {
            const [i, prompt] = [Math.floor(at / width), at % width];
            if (prompt >= prompts) return entry;
            let sum = isAdded ? entry : 0;
            if (i >= rows) return sum;
            for (let j = 0; j < columns; j++) {
              sum += values[transposed ? j * rows + i : i * columns + j] * x[j * width + prompt];
            }
            return sum;
          });
          expect(Float64Array.from(y, (entry) => entry + 0)).toEqual(expected.map((entry) => entry + 0));
        },
      ),
    );
  });
});

describe("addOuterProducts, and reduceSums", () => {
  it("are Σ a bᵀ over prompts and pairs, and clear what they have added up", () => {
    assert(
      property(requests, integer({ min: 1, max: 3 }), ({ precision, rows, columns, tiles, gap, seed }, count) => {
        const { type, lanes } = typeOf(precision);
        const prompts = 3 * tiles * lanes;
        const width = prompts + gap * lanes;
        const [height, breadth] = [paddedRows(rows), paddedRows(columns)];
        const { pairs, a, b, sums, into } = layOut(kernel, {
          pairs: [Uint32Array, 2 * count],
          a: [type, count * height * prompts],
          b: [type, count * breadth * width],
          sums: [type, height * breadth * lanes],
          into: [Float64Array, height * breadth],
        });
        a.set(wholeNumbers(seed, "a", a.length));
        b.set(wholeNumbers(seed, "b", b.length));
        sums.fill(0);
        const bytes = type.BYTES_PER_ELEMENT;
        for (let pair = 0; pair < count; pair++) {
          pairs[2 * pair] = a.byteOffset + pair * height * prompts * bytes;
          pairs[2 * pair + 1] = b.byteOffset + pair * breadth * width * bytes;
        }
        const add = kernel[`addOuterProducts${precision}`];
        const strides = [prompts * bytes, width * bytes];
        for (let time = 0; time < 2; time++) {
          add(pairs.byteOffset, count, height, breadth, sums.byteOffset, 3 * tiles, ...strides);
        }
        kernel[`reduceSums${precision}`](sums.byteOffset, height, breadth, into.byteOffset);

        const expected = into.map((_, at) => {
          const [i, j] = [Math.floor(at / breadth), at % breadth];
          let sum = 0;
          for (let pair = 0; pair < count; pair++) {
            for (let prompt = 0; prompt < prompts; prompt++) {
              sum += a[(pair * height + i) * prompts + prompt] * b[(pair * breadth + j) * width + prompt];
            }
          }
          return 2 * sum;
        });
        expect([...into].map((entry) => entry + 0)).toEqual([...expected].map((entry) => entry + 0));
        expect(sums.every((entry) => entry === 0)).toBe(true);
      }),
    );
  });
});
