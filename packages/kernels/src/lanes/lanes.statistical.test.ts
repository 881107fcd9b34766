import { childKey, gammaRatio, meanAccumulator, normalCdf, philoxKeyOf, randomKey, type Estimate } from "@onestep/core";
import { expectRejected, expectWithin, seedForTests } from "@onestep/testkit";
import { describe, it } from "vitest";
import { layOut } from "../wasm/lay-out.ts";
import { PROMPT } from "./twin.ts";
import { lanesKernel } from "../../tests/lanes-kernel.ts";

const FOURS = 60;
const WIDTH = 4 * FOURS;

/** The mean of a statistic over f32 draws of a column of lanes: normals in pairs of rows, or lengths. */
function meanOf(
  label: string,
  rows: number,
  degrees: number | undefined,
  of: (pair: Float32Array) => number,
): Estimate {
  const kernel = lanesKernel();
  const { key, states, into, pair } = layOut(kernel, {
    key: [Uint32Array, 4],
    states: [Uint32Array, 4 * WIDTH],
    into: [Float32Array, rows * WIDTH],
    pair: [Float32Array, 2],
  });
  key.set(childKey(randomKey(seedForTests()), label).words);
  const [label0, label1] = philoxKeyOf(PROMPT);
  const mean = meanAccumulator();
  for (let round = 0; round < 1000; round++) {
    kernel.openLanes(states.byteOffset, FOURS, key.byteOffset, label0, label1, round * WIDTH, 0);
    if (degrees !== undefined) kernel.chiF32(states.byteOffset, FOURS, into.byteOffset, degrees);
    else kernel.normalsF32(states.byteOffset, FOURS, into.byteOffset, rows, 4 * WIDTH);
    for (let lane = 0; lane < WIDTH; lane++) {
      pair[0] = into[lane];
      pair[1] = rows > 1 ? into[(rows - 1) * WIDTH + lane] : 0;
      mean.push(of(pair));
    }
  }
  return mean.estimate();
}

const moments: readonly { name: string; of: (x: number, y: number) => number; expected: number; wrong: number }[] = [
  { name: "x", of: (x) => x, expected: 0, wrong: 0.02 },
  { name: "x²", of: (x) => x * x, expected: 1, wrong: 1.03 },
  { name: "x⁴", of: (x) => x ** 4, expected: 3, wrong: 3.2 },
  { name: "|x| > 3", of: (x) => (Math.abs(x) > 3 ? 1 : 0), expected: 2 * normalCdf(-3), wrong: 2 * normalCdf(-2.9) },
  { name: "xy, of the two of a pair", of: (x, y) => x * y, expected: 0, wrong: 0.02 },
  { name: "x²y²", of: (x, y) => x * x * y * y, expected: 1, wrong: 1.1 },
];

describe("normals on lanes, in float32", () => {
  it.each(moments)("have the moment of $name", ({ name, of, expected, wrong }) => {
    const estimate = meanOf(name, 2, undefined, ([x, y]) => of(x, y));
    expectWithin(estimate, expected);
    expectRejected(estimate, wrong);
  });
});

describe("lengths on lanes, in float32", () => {
  it.each([2, 3, 20])("of %i normals are as long as they should be", (degrees) => {
    const mean = (k: number): number => Math.SQRT2 * gammaRatio(k / 2, 0.5);
    const estimate = meanOf(`chi ${degrees}`, 1, degrees, ([x]) => x);
    expectWithin(estimate, mean(degrees));
    expectRejected(estimate, mean(degrees + 0.1));
  });
});
