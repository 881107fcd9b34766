import { openStream as openPlainStream, randomKey, ziggurat } from "@onestep/core";
import { array, assert, integer, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { normalEngine } from "./normal-engine.ts";
import { openStream } from "./open-stream.ts";

/** The bytes, for which 0 and −0 are two numbers. */
const bytesOf = (draws: Float64Array): Buffer => Buffer.from(draws.buffer);

describe("openStream, against the plain stream of the same key", () => {
  it("draws the same million normals, those of wedges and tails among them", () => {
    const [fast, plain] = [new Float64Array(1_000_000), new Float64Array(1_000_000)];
    openStream(randomKey(3)).fillNormals(fast, 0, fast.length);
    openPlainStream(randomKey(3)).fillNormals(plain, 0, plain.length);
    expect(bytesOf(fast).equals(bytesOf(plain))).toBe(true);
    expect(plain.filter((x) => Math.abs(x) > ziggurat.TAIL_START).length).toBeGreaterThan(100);
  });

  it("agrees through any sequence of runs, short ones and single draws between them", () => {
    assert(
      property(integer({ min: 0 }), array(integer({ min: 0, max: 5000 }), { maxLength: 6 }), (seed, counts) => {
        const [fast, plain] = [openStream(randomKey(seed)), openPlainStream(randomKey(seed))];
        for (const count of counts) {
          const [ours, theirs] = [new Float64Array(count + 2), new Float64Array(count + 2)];
          fast.fillNormals(ours, 1, count);
          plain.fillNormals(theirs, 1, count);
          expect(bytesOf(ours).equals(bytesOf(theirs))).toBe(true);
          expect([fast.bits(), fast.normal()]).toEqual([plain.bits(), plain.normal()]);
        }
      }),
    );
  });

  it("keeps streams apart that take turns", () => {
    const [first, second] = [openStream(randomKey(1)), openStream(randomKey(2))];
    const turns = new Float64Array(400);
    for (const at of [0, 200]) {
      first.fillNormals(turns, at, 100);
      second.fillNormals(turns, at + 100, 100);
    }
    const alone = new Float64Array(200);
    openPlainStream(randomKey(1)).fillNormals(alone, 0, 200);
    expect([...turns.subarray(0, 100), ...turns.subarray(200, 300)]).toEqual([...alone]);
  });

  it.each([1, 31, 32, 33, 2047, 2048, 2049, 4096, 4097])("has the engine write %i draws and nothing else", (count) => {
    const engine = normalEngine();
    if (engine === undefined) throw new Error("WebAssembly runs in Node");
    engine.state.set(randomKey(9).words);
    const into = new Float64Array(count + 2).fill(7);
    engine.fill(into, 1, count);
    const plain = new Float64Array(count + 2).fill(7);
    openPlainStream(randomKey(9)).fillNormals(plain, 1, count);
    expect(bytesOf(into).equals(bytesOf(plain))).toBe(true);
  });
});
