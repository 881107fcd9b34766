import { describe, test } from "vitest";
import { exp } from "../elementary/exponential.ts";
import { estimateMean, expectRejected, expectWithin, streamOfRun } from "../../tests/statistical.ts";
import { drawExponential, gammaSampler } from "./gamma.ts";
import type { RandomStream } from "./stream.ts";

const DRAWS = 400_000;

/** E x, E (x − a)² and E exp(−(x − a)/√a) of Gamma(a); the last one feels every moment and has a light tail. */
const statistics = (a: number): readonly { of: (x: number) => number; expected: number }[] => [
  { of: (x) => x, expected: a },
  { of: (x) => (x - a) ** 2, expected: a },
  { of: (x) => exp(-(x - a) / Math.sqrt(a)), expected: (exp(1 / Math.sqrt(a)) / (1 + 1 / Math.sqrt(a))) ** a },
];

describe("gamma draws have the mean, variance and Laplace transform of their shape", () => {
  test.each([0.3, 1, 7.5, 200])("%s", (shape) => {
    const draw = gammaSampler(shape);
    statistics(shape).forEach(({ of, expected }, index) => {
      const stream = streamOfRun(`gamma ${shape}, ${index}`);
      const estimate = estimateMean(DRAWS, () => of(draw(stream)));
      expectWithin(estimate, expected);
      // Power: at these sizes 15 % is at least 20 standard errors, 6 for the level and 14 for never missing it.
      expectRejected(estimate, expected * 1.15);
    });
  });
});

test("the cubed normal without its rejection, which has the same mean, is told apart", () => {
  const d = 1 - 1 / 3;
  const cubed = (stream: RandomStream): number => d * (1 + stream.normal() / Math.sqrt(9 * d)) ** 3;
  const stream = streamOfRun("cubed normal");
  const [, , transform] = statistics(1);
  expectRejected(
    estimateMean(DRAWS, () => transform.of(cubed(stream))),
    transform.expected,
  );
});

test("exponential draws have their tail", () => {
  const stream = streamOfRun("exponential");
  const beyond = estimateMean(DRAWS, () => (drawExponential(stream) > 3 ? 1 : 0));
  expectWithin(beyond, exp(-3));
  expectRejected(beyond, exp(-2.9));
});
