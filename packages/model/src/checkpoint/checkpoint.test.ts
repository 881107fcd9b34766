import { childKey, DomainError, randomKey } from "@onestep/core";
import { strToU8 } from "fflate";
import { describe, expect, it } from "vitest";
import { cutShort, withOneBitFlipped } from "../../tests/damage.ts";
import { crc32 } from "../interchange/crc-32.ts";
import { adam } from "../optimizers/adam.ts";
import type { OptimizerState } from "../optimizers/optimizer.ts";
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from "./checkpoint.ts";

const key = childKey(childKey(childKey(randomKey(2 ** 52 + 7), "thm1"), "train", 0), "größe/:\u{1F600}", 12);
const state = {
  position: Float64Array.of(0.1, -0, 5e-324, -1.7976931348623157e308, 1 / 3),
  optimizer: { step: 3, memory: [Float64Array.of(1e-300), new Float64Array(0)] },
  recentLoss: 0.1 + 0.2,
  zero: -0,
  status: "running",
  racing: false,
  best: null,
  "1": [["nested"], []],
};
const checkpoint: Checkpoint<typeof state> = { key, step: 12, state };

/** Bytes of another version: the preamble is the same in all. */
function ofVersion(version: number): Uint8Array {
  const bytes = encodeCheckpoint("test", checkpoint);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, version, true);
  view.setUint32(12, crc32(bytes.subarray(0, 12)), true);
  return bytes;
}

describe("a checkpoint", () => {
  it("comes back with every bit, and with a key that draws the same", () => {
    const read = decodeCheckpoint<typeof state>("test", encodeCheckpoint("test", checkpoint));
    expect(read).toEqual(checkpoint);
    expect(Object.is(read.state.position[1], -0) && Object.is(read.state.zero, -0)).toBe(true);
    expect(read.key.words).toEqual(key.words);
    expect(childKey(read.key, "next").words).toEqual(childKey(key, "next").words);
  });

  it("refuses a state that contains itself, and a run without a key or a whole step", () => {
    const circle: Record<string, unknown> = {};
    circle["self"] = [circle];
    expect(() => encodeCheckpoint("test", { ...checkpoint, state: circle })).toThrow(/self\[0\]: expected plain data/);
    const twice = Float64Array.of(1);
    expect(() => encodeCheckpoint("test", { ...checkpoint, state: [[twice], [twice]] })).not.toThrow();
    for (const step of [-1.5, -1, NaN]) {
      expect(() => encodeCheckpoint("test", { ...checkpoint, step })).toThrow(/a step that is a whole number/);
    }
    const { key: _, ...keyless } = checkpoint;
    expect(() => encodeCheckpoint("test", keyless as typeof checkpoint)).toThrow(/no key/);
  });

  it("has the same bytes for the same run", () => {
    expect(encodeCheckpoint("test", structuredClone(checkpoint))).toEqual(encodeCheckpoint("test", checkpoint));
  });

  it("may lie anywhere in a larger buffer", () => {
    const bytes = encodeCheckpoint("test", checkpoint);
    const buffer = new Uint8Array(bytes.length + 6);
    buffer.set(bytes, 3);
    expect(decodeCheckpoint("test", buffer.subarray(3, -3))).toEqual(checkpoint);
  });

  it("lets a run go on as if it had never stopped", () => {
    const optimizer = adam({ learningRate: 0.1 });
    interface Run {
      readonly position: Float64Array;
      readonly memory: OptimizerState;
    }
    const steps = (count: number, run: Run): Run => {
      let { position, memory } = run;
      for (let i = 0; i < count; i++) {
        const moved = optimizer.move(
          position,
          position.map((entry) => 2 * entry - 1),
          memory,
          1,
        );
        [position, memory] = [moved.position, moved.state];
      }
      return { position, memory };
    };
    const start: Run = { position: Float64Array.of(0.3, -0.7), memory: optimizer.start(2) };
    const half = encodeCheckpoint("run", { key: randomKey(0), step: 5, state: steps(5, start) });
    expect(steps(6, decodeCheckpoint<Run>("run", half).state)).toEqual(steps(11, start));
  });

  it("leaves out what is undefined", () => {
    const bytes = encodeCheckpoint("test", { key, step: 0, state: { recentLoss: undefined, loss: 1 } });
    expect(Object.keys(decodeCheckpoint<object>("test", bytes).state)).toEqual(["loss"]);
  });

  it.each<[string, unknown, string]>([
    ["NaN", { position: Float64Array.of(1, NaN) }, "checkpoint.state.position[1]: expected finite numbers; got NaN"],
    [
      "infinity",
      { runs: [{ loss: Infinity }] },
      "checkpoint.state.runs[0].loss: expected finite numbers; got Infinity",
    ],
    ["a function", { next: () => 1 }, "checkpoint.state.next: expected plain data"],
    ["a map", { moments: new Map() }, "got [object Map]"],
    ["other arrays", Int32Array.of(1), "got [object Int32Array]"],
    ["a hole in a list", [undefined], "checkpoint.state[0]: expected plain data"],
  ])("does not take %s", (_, bad, message) => {
    const encode = (): Uint8Array => encodeCheckpoint("test", { key, step: 1, state: bad });
    expect(encode).toThrow(message);
    expect(encode).toThrow(DomainError);
  });
});

describe("a file that cannot be resumed", () => {
  const bytes = encodeCheckpoint("test", checkpoint);

  it("is refused with any one bit changed", () => {
    for (const flipped of withOneBitFlipped(bytes))
      expect(() => decodeCheckpoint("test", flipped)).toThrow(DomainError);
  });

  it("is refused cut short anywhere, or with something behind it", () => {
    for (const short of cutShort(bytes)) expect(() => decodeCheckpoint("test", short)).toThrow(DomainError);
    expect(() => decodeCheckpoint("test", Uint8Array.of(...bytes, 0))).toThrow(/cut short: take the checkpoint before/);
  });

  it("is refused with two bytes exchanged", () => {
    const swapped = bytes.slice();
    const at = bytes.length - 20;
    expect(swapped[at]).not.toBe(swapped[at + 1]);
    [swapped[at], swapped[at + 1]] = [swapped[at + 1], swapped[at]];
    expect(() => decodeCheckpoint("test", swapped)).toThrow(/bytes that agree with their checksum/);
  });

  it("says what is wrong with it", () => {
    const decode = (file: Uint8Array) => () => decodeCheckpoint("test", file);
    expect(decode(ofVersion(2))).toThrow(/a checkpoint of version 1; got version 2. Try: update onestep/);
    expect(decode(strToU8("step,loss\n".repeat(20)))).toThrow(/the signature of a checkpoint; got other bytes/);
    expect(decode(new Uint8Array(0))).toThrow(/the signature of a checkpoint/);
    expect(decode(bytes.slice(0, 12))).toThrow(/cut short/);
    for (const none of [undefined, null, "text"]) {
      expect(decode(none as unknown as Uint8Array)).toThrow(/bytes, a Uint8Array/);
    }
    expect(() => decodeCheckpoint("sweep", bytes)).toThrow(/a checkpoint of the kind "sweep"; got "test"/);
  });
});
