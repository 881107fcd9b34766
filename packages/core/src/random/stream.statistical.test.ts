import { expect, test } from "vitest";
import { normalCdf } from "../statistics/normal.ts";
import { childKey, randomKey } from "./key.ts";
import { openStream, type RandomStream } from "./stream.ts";

/** Each assertion below spends α = 1e-9: |z| ≤ 6.11. */
const Z_LIMIT = 6.11;
const DRAWS = 2_000_000;

/** z-score of a mean whose single draws have the given mean and variance. */
const zOfMean = (sum: number, count: number, mean: number, variance: number): number =>
  (sum / count - mean) / Math.sqrt(variance / count);

function momentScores(draw: (stream: RandomStream) => number): number[] {
  const stream = openStream(randomKey(2024));
  const sums = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < DRAWS; i++) {
    const x = draw(stream);
    let power = 1;
    for (let k = 0; k < 6; k++) sums[k] += power *= x;
  }
  // E z^k and Var z^k of N(0,1), k = 1..6
  const means = [0, 1, 0, 3, 0, 15];
  const variances = [1, 2, 15, 96, 945, 10170];
  return sums.map((sum, k) => zOfMean(sum, DRAWS, means[k], variances[k]));
}

test("normals have the first six moments of N(0,1)", () => {
  for (const z of momentScores((stream) => stream.normal())) expect(Math.abs(z)).toBeLessThan(Z_LIMIT);
});

test("the moment test rejects a sum of twelve uniforms, whose kurtosis is 2.9 instead of 3", () => {
  const nearlyNormal = (stream: RandomStream): number => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += stream.uniform();
    return sum;
  };
  const worst = Math.max(...momentScores(nearlyNormal).map(Math.abs));
  expect(worst).toBeGreaterThan(Z_LIMIT);
});

test("normals fill 200 cells of equal probability evenly, tails included", () => {
  const cells = new Float64Array(200);
  const stream = openStream(randomKey(77));
  for (let i = 0; i < DRAWS; i++) cells[Math.min(199, Math.floor(normalCdf(stream.normal()) * 200))]++;
  const expected = DRAWS / 200;
  let chiSquare = 0;
  for (const cell of cells) chiSquare += (cell - expected) ** 2 / expected;
  expect((chiSquare - 199) / Math.sqrt(2 * 199)).toBeLessThan(Z_LIMIT + 1); // chi-square's right tail is a little heavier
});

test("the tail beyond the ziggurat's base has its probability and mean", () => {
  const stream = openStream(randomKey(3));
  let beyond = 0;
  for (let i = 0; i < DRAWS; i++) if (Math.abs(stream.normal()) > 3.6541528853610088) beyond++;
  const probability = 2 * normalCdf(-3.6541528853610088);
  expect(Math.abs(zOfMean(beyond, DRAWS, probability, probability))).toBeLessThan(Z_LIMIT);
});

test("neighbouring keys are uncorrelated, and signs are fair", () => {
  const count = 200_000;
  let lagged = 0;
  let signs = 0;
  let previous = openStream(childKey(randomKey(0), "prompt", 0)).normal();
  for (let i = 1; i <= count; i++) {
    const stream = openStream(childKey(randomKey(0), "prompt", i));
    const value = stream.normal();
    signs += stream.sign();
    lagged += value * previous;
    previous = value;
  }
  expect(Math.abs(zOfMean(lagged, count, 0, 1))).toBeLessThan(Z_LIMIT);
  expect(Math.abs(zOfMean(signs, count, 0, 1))).toBeLessThan(Z_LIMIT);
});
