import { childKey, philoxKeyOf, randomKey } from "@onestep/core";
import { assert, constantFrom, integer, property, record } from "fast-check";
import { describe, expect, it } from "vitest";
import { lanesKernel } from "../../tests/lanes-kernel.ts";
import { layOut } from "../wasm/lay-out.ts";
import { laneChi, laneNormals, openPrompt, PROMPT } from "./twin.ts";

const kernel = lanesKernel();

interface Request {
  readonly seed: number;
  readonly first: number;
  readonly fours: number;
  readonly degrees: number;
  readonly pairs: number;
}

/** A row of χ and rows of normals on both sides of it, prompt by prompt: `[4·fours, 4·pairs + 1]`. */
function byTwin({ seed, first, fours, degrees, pairs }: Request): Float64Array {
  const rows = 4 * pairs + 1;
  const drawn = new Float64Array(4 * fours * rows);
  for (let i = 0; i < 4 * fours; i++) {
    const stream = openPrompt(randomKey(seed), first + i);
    laneNormals(stream, drawn, i, 2 * pairs, 4 * fours);
    drawn[2 * pairs * 4 * fours + i] = laneChi(stream, degrees);
    laneNormals(stream, drawn, (2 * pairs + 1) * 4 * fours + i, 2 * pairs, 4 * fours);
  }
  return drawn;
}

function byKernel(precision: "F32" | "F64", { seed, first, fours, degrees, pairs }: Request): Float64Array {
  const Numbers = precision === "F32" ? Float32Array : Float64Array;
  const width = 4 * fours;
  const { key, states, into } = layOut(kernel, {
    key: [Uint32Array, 4],
    states: [Uint32Array, 4 * width],
    into: [Numbers, width * (4 * pairs + 1)],
  });
  key.set(randomKey(seed).words);
  const [label0, label1] = philoxKeyOf(PROMPT);
  kernel.openLanes(states.byteOffset, fours, key.byteOffset, label0, label1, first % 2 ** 32, first / 2 ** 32);
  const stride = width * Numbers.BYTES_PER_ELEMENT;
  const row = (at: number): number => into.byteOffset + at * stride;
  kernel[`normals${precision}`](states.byteOffset, fours, row(0), 2 * pairs, stride);
  kernel[`chi${precision}`](states.byteOffset, fours, row(2 * pairs), degrees);
  kernel[`normals${precision}`](states.byteOffset, fours, row(2 * pairs + 1), 2 * pairs, stride);
  return Float64Array.from(into);
}

const requests = record({
  seed: integer({ min: 0 }),
  first: constantFrom(0, 5, 2 ** 31 - 3, 2 ** 32 - 6, 2 ** 52),
  fours: integer({ min: 1, max: 33 }),
  degrees: integer({ min: 0, max: 12 }).map((k) => (k < 8 ? k : 10 ** (k - 7))),
  pairs: integer({ min: 0, max: 12 }),
});

describe("lanes, against one stream after another", () => {
  it("start at the words of the prompts' keys, whatever the index", () => {
    const fours = 2;
    const { key, states } = layOut(kernel, { key: [Uint32Array, 4], states: [Uint32Array, 32] });
    key.set(randomKey(3).words);
    const [label0, label1] = philoxKeyOf(PROMPT);
    const first = 5 * 2 ** 32 - 3;
    kernel.openLanes(states.byteOffset, fours, key.byteOffset, label0, label1, first % 2 ** 32, first / 2 ** 32);
    for (let i = 0; i < 4 * fours; i++) {
      const words = [0, 1, 2, 3].map((word) => states[16 * (i >> 2) + 4 * word + (i & 3)]);
      expect(words).toEqual(childKey(randomKey(3), PROMPT, first + i).words);
    }
  });

  it("draw the same bytes in f64", () => {
    assert(
      property(requests, (request) => {
        const [actual, expected] = [byKernel("F64", request), byTwin(request)];
        expect(Buffer.from(actual.buffer).equals(Buffer.from(expected.buffer))).toBe(true);
      }),
    );
  });

  it("draw the same numbers in f32, up to a few roundings", () => {
    assert(
      property(requests, (request) => {
        const expected = byTwin(request);
        // A radius below 6.8 and a circle's point, each within 4 roundings and a half; χ_k by 1 + cx and its power 3/2.
        const largest = Math.max(6.8, Math.sqrt(request.degrees) + 6.8);
        for (const [at, value] of byKernel("F32", request).entries()) {
          if (!(Math.abs(value - expected[at]) <= 8 * 2 ** -24 * largest)) expect(value).toBe(expected[at]);
        }
      }),
    );
  });
});
