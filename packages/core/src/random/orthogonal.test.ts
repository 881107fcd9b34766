import { assert, integer, nat, property } from "fast-check";
import { expect, test } from "vitest";
import { distance, UNIT_ROUNDOFF } from "../../tests/distance.ts";
import { stubStream } from "../../tests/stub-stream.ts";
import { DomainError } from "../errors.ts";
import { transpose } from "../matrix/arithmetic.ts";
import { identity, toRows } from "../matrix/matrix.ts";
import { multiply } from "../matrix/multiply.ts";
import { randomKey } from "./key.ts";
import { drawOrthogonal, drawSignedPermutation, drawUnitVector } from "./orthogonal.ts";
import { openStream } from "./stream.ts";

test("QᵀQ = I to a few roundings a dimension", () => {
  assert(
    property(nat(), integer({ min: 1, max: 24 }), (seed, d) => {
      const q = drawOrthogonal(openStream(randomKey(seed)), d);
      return distance(multiply(transpose(q), q), identity(d)) <= 8 * d * UNIT_ROUNDOFF;
    }),
  );
});

test("a signed permutation has one ±1 in each row and column", () => {
  assert(
    property(nat(), integer({ min: 1, max: 12 }), (seed, d) => {
      const q = drawSignedPermutation(openStream(randomKey(seed)), d);
      expect(q.values.every((entry) => Math.abs(entry) === 1 || entry === 0)).toBe(true);
      expect(toRows(multiply(transpose(q), q))).toEqual(toRows(identity(d)));
    }),
  );
});

test("a unit vector is a normal vector over its length, written where it is asked for", () => {
  const [stream, other] = [openStream(randomKey(6)), openStream(randomKey(6))];
  const z = [other.normal(), other.normal(), other.normal()];
  const norm = Math.sqrt(z[0] * z[0] + z[1] * z[1] + z[2] * z[2]);
  const into = drawUnitVector(stream, new Float64Array(6), 1, 3);
  expect(Array.from(into)).toEqual([0, z[0] / norm, z[1] / norm, z[2] / norm, 0, 0]);
  expect(drawUnitVector(stream, new Float64Array(1)).every((x) => Math.abs(x) === 1)).toBe(true);
});

test("a normal vector of length 0 is drawn again", () => {
  const lengths = [0, 2];
  const stream = stubStream({
    fillNormals(into, offset = 0, count = into.length) {
      into.fill(0, offset, offset + count);
      into[offset] = lengths.shift() ?? NaN;
    },
  });
  expect(Array.from(drawUnitVector(stream, new Float64Array(3)))).toEqual([1, 0, 0]);
});

test("a point needs room, and a matrix a dimension", () => {
  const stream = openStream(randomKey(0));
  expect(() => drawUnitVector(stream, new Float64Array(0))).toThrow(DomainError);
  expect(() => drawUnitVector(stream, new Float64Array(3), 2, 2)).toThrow("got 2 coordinates at 2 of 3");
  for (const d of [0, 1.5, NaN]) {
    expect(() => drawOrthogonal(stream, d)).toThrow(DomainError);
    expect(() => drawSignedPermutation(stream, d)).toThrow(DomainError);
  }
});

test("first draws of seed 0 (not truth, only change detection: a new value here is a major change)", () => {
  const stream = openStream(randomKey(0));
  expect([toRows(drawOrthogonal(stream, 2)), toRows(drawSignedPermutation(stream, 2))]).toMatchInlineSnapshot(`
    [
      [
        [
          -0.7695347989555582,
          0.63860488034185,
        ],
        [
          0.63860488034185,
          0.7695347989555582,
        ],
      ],
      [
        [
          -1,
          0,
        ],
        [
          0,
          -1,
        ],
      ],
    ]
  `);
});
