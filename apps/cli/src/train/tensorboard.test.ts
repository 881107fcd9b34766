import { expect, test } from "vitest";
import { eventFileHeader, scalarEvent } from "./tensorboard.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

// As tensorboard 2.20's own RecordWriter writes the same protocol buffers.
test("event files have the bytes that TensorBoard's own writer gives them", () => {
  expect(hex(eventFileHeader(1.5))).toBe(
    "1800000000000000a37f4b2209000000000000f83f1a0d627261696e2e4576656e743a322a28646c",
  );
  expect(hex(scalarEvent({ step: 300, scalars: { loss: 1.25, distance: -0.5 } }, 2.5))).toBe(
    "2c00000000000000f4aecc4509000000000000044010ac022a1e0a0b0a046c6f7373150000a03f0a0f0a0864697374616e636515000000bf61bd2dd0",
  );
});
