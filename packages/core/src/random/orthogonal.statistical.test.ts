import { describe, expect, test } from "vitest";
import { transpose } from "../matrix/arithmetic.ts";
import type { Matrix } from "../matrix/matrix.ts";
import { estimateMean, expectRejected, expectWithin, streamOfRun } from "../../tests/statistical.ts";
import { drawOrthogonal, drawSignedPermutation, drawUnitVector } from "./orthogonal.ts";
import type { RandomStream } from "./stream.ts";

const DRAWS = 100_000;
const D = 3;
const at = ({ values }: Matrix, i: number, j: number): number => values[i * D + j];
const trace = (q: Matrix): number => at(q, 0, 0) + at(q, 1, 1) + at(q, 2, 2);
const determinant = (q: Matrix): number =>
  at(q, 0, 0) * (at(q, 1, 1) * at(q, 2, 2) - at(q, 1, 2) * at(q, 2, 1)) -
  at(q, 0, 1) * (at(q, 1, 0) * at(q, 2, 2) - at(q, 1, 2) * at(q, 2, 0)) +
  at(q, 0, 2) * (at(q, 1, 0) * at(q, 2, 1) - at(q, 1, 1) * at(q, 2, 0));

/** Moments of Haar measure on O(3), all with a wrong value that a near miss would have. */
const moments: readonly { name: string; of: (q: Matrix) => number; expected: number; wrong: number }[] = [
  { name: "det is ±1 with equal odds", of: determinant, expected: 0, wrong: 1 },
  { name: "E tr = 0", of: trace, expected: 0, wrong: -1 / 3 },
  { name: "E tr² = 1", of: (q) => trace(q) ** 2, expected: 1, wrong: 1.1 },
  { name: "E tr⁴ = 3", of: (q) => trace(q) ** 4, expected: 3, wrong: 3.3 },
  { name: "E q₁₁⁴ = 3/(d(d+2))", of: (q) => at(q, 0, 0) ** 4, expected: 1 / 5, wrong: 1 / 3 },
  { name: "E q₃₃⁴ = 3/(d(d+2))", of: (q) => at(q, 2, 2) ** 4, expected: 1 / 5, wrong: 1 / 3 },
  {
    name: "E q₁₁²q₃₃² = (d+1)/((d−1)d(d+2))",
    of: (q) => at(q, 0, 0) ** 2 * at(q, 2, 2) ** 2,
    expected: 2 / 15,
    wrong: 1 / 9,
  },
];

describe("orthogonal matrices are Haar", () => {
  test.each(moments)("$name", ({ name, of, expected, wrong }) => {
    const stream = streamOfRun(name);
    const estimate = estimateMean(DRAWS, () => of(drawOrthogonal(stream, D)));
    expectWithin(estimate, expected);
    expectRejected(estimate, wrong);
  });

  test("and a single reflection along a random direction, orthogonal as it is, is told apart", () => {
    const stream = streamOfRun("reflection");
    const reflection = (): Matrix => {
      const v = drawUnitVector(stream, new Float64Array(D));
      const values = Float64Array.from({ length: D * D }, (_, k) => -2 * v[Math.floor(k / D)] * v[k % D]);
      for (let i = 0; i < D; i++) values[i * (D + 1)] += 1;
      return { rows: D, columns: D, values };
    };
    expectRejected(
      estimateMean(DRAWS, () => trace(reflection()) ** 2),
      1.1,
    );
    expect(determinant(transpose(reflection()))).toBeCloseTo(-1, 14);
  });
});

test("the signed permutations of two coordinates are equally likely", () => {
  const draw = (stream: RandomStream): string => drawSignedPermutation(stream, 2).values.join();
  for (const entries of ["1,0,0,-1", "0,-1,1,0"]) {
    const stream = streamOfRun(entries);
    const share = estimateMean(DRAWS, () => (draw(stream) === entries ? 1 : 0));
    expectWithin(share, 1 / 8);
    expectRejected(share, 1 / 7);
  }
});
