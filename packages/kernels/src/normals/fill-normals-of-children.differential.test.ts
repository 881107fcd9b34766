import { childKey, exp, openStream as openPlainStream, randomKey } from "@onestep/core";
import { assert, double, integer, property, record } from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fillNormalsOfChildren } from "./fill-normals-of-children.ts";
import { normalsModule } from "./normals-module.ts";

beforeEach(() => {
  vi.resetModules();
});
afterEach(() => {
  vi.unstubAllGlobals();
});

interface Request {
  readonly seed: number;
  readonly keys: number;
  readonly size: number;
  readonly index: number | undefined;
}

const BORDER = 2;

/** The bytes of draws of some keys, between borders that nobody may touch. */
function drawn(fill: typeof fillNormalsOfChildren, { seed, keys, size, index }: Request): Buffer {
  const prompts = Array.from({ length: keys }, (_, i) => childKey(randomKey(seed), "prompt", i));
  const into = new Float64Array(keys * size + 2 * BORDER).fill(7);
  fill(prompts, { label: "noise", index }, { into, offset: BORDER, size });
  return Buffer.from(into.buffer);
}

const oneByOne: typeof fillNormalsOfChildren = (keys, { label, index }, { into, offset, size }) => {
  for (const [j, key] of keys.entries())
    openPlainStream(childKey(key, label, index)).fillNormals(into, offset + j * size, size);
};

describe("fillNormalsOfChildren, against plain streams one by one", () => {
  it("draws the same bytes for any number of keys, of draws, and any index", () => {
    const requests = record({
      seed: integer({ min: 0 }),
      keys: integer({ min: 0, max: 150 }),
      size: integer({ min: 0, max: 60 }),
      index: integer({ min: 0 }),
    });
    assert(
      property(requests, (request) => {
        expect(drawn(fillNormalsOfChildren, request).equals(drawn(oneByOne, request))).toBe(true);
      }),
    );
  });

  it.each([2047, 2048, 2049, 4096, 10_000])("draws %i normals a key, more than fit at once", (size) => {
    for (const keys of [4, 9]) {
      const request = { seed: 1, keys, size, index: undefined };
      expect(drawn(fillNormalsOfChildren, request).equals(drawn(oneByOne, request))).toBe(true);
    }
  });

  it("draws the same million normals, those of wedges and tails in every lane", () => {
    const request = { seed: 3, keys: 100, size: 10_000, index: 2 ** 40 };
    expect(drawn(fillNormalsOfChildren, request).equals(drawn(oneByOne, request))).toBe(true);
  });

  it("draws them without WebAssembly too", async () => {
    vi.stubGlobal("WebAssembly", undefined);
    const { fillNormalsOfChildren: fill } = await import("./fill-normals-of-children.ts");
    const request = { seed: 2, keys: 9, size: 50, index: 1 };
    expect(drawn(fill, request).equals(drawn(oneByOne, request))).toBe(true);
  });

  it("refuses an index that does not count", () => {
    expect(() => drawn(fillNormalsOfChildren, { seed: 0, keys: 4, size: 1, index: -1 })).toThrow(/integer index/);
  });
});

it("the kernel's exp is core's, to the last bit", () => {
  const { kernel } = normalsModule()!;
  assert(
    property(double({ min: -708, max: 709, noNaN: true }), (x) => {
      expect(kernel.exp(x)).toBe(exp(x));
    }),
    { numRuns: 10_000 },
  );
});
