import { expect, test } from "vitest";
import { UNIT_ROUNDOFF } from "../../tests/distance.ts";
import { expm1 } from "../elementary/exponential.ts";
import { NumericalError } from "../errors.ts";
import { betaCdf, betaQuantile } from "./beta.ts";
import { incompleteBeta, incompleteBetaLogit, portionAt } from "./incomplete-beta.ts";
import { normalCdf } from "./normal.ts";

const LEAST = 1e-9;
const LARGEST = 1e9;
const relative = (actual: number, expected: number): number => Math.abs(actual / expected - 1);

test("at the least exponents the law is a coin: Iₓ(ε, ε) = ½ + (ε/2) ln(x/(1 − x)) + O(ε²)", () => {
  for (const x of [1e-300, 0.1, 0.5, 0.75]) {
    const logit = Math.log(x) - Math.log1p(-x);
    const expected = 0.5 + (LEAST / 2) * logit;
    expect(Math.abs(betaCdf(x, LEAST, LEAST) - expected)).toBeLessThan((LEAST * logit) ** 2 + 64 * UNIT_ROUNDOFF);
  }
});

test("at the largest exponents it is normal about ½, of variance 1/(4(2a + 1)), up to a term of order 1/a", () => {
  for (const z of [-5, -1, 0.5, 3]) {
    const x = 0.5 + z / (2 * Math.sqrt(2 * LARGEST + 1));
    expect(relative(betaCdf(x, LARGEST, LARGEST), normalCdf(z))).toBeLessThan(100 / LARGEST);
    expect(relative(betaQuantile(normalCdf(z), LARGEST, LARGEST) - 0.5, x - 0.5)).toBeLessThan(100 / LARGEST);
  }
});

test("beside an exponent of one, the largest makes a power: Iₓ(1, b) = 1 − (1 − x)ᵇ", () => {
  for (const x of [1e-12, 1e-9, 2e-8]) {
    const expected = -expm1(LARGEST * Math.log1p(-x));
    expect(relative(betaCdf(x, 1, LARGEST), expected)).toBeLessThan(64 * UNIT_ROUNDOFF);
    // The rounding of p, in ln x
    const condition = expected / ((1 - expected) * LARGEST * x);
    expect(relative(betaQuantile(expected, 1, LARGEST), x)).toBeLessThan(64 * UNIT_ROUNDOFF * (1 + condition));
  }
});

test("what no portion and no probability can be is refused after a bounded number of steps", () => {
  expect(() => incompleteBeta(portionAt(NaN), 2, 3)).toThrow(NumericalError);
  expect(() => incompleteBetaLogit({ part: 5, rest: 6 }, 2, 3)).toThrow(
    /expected an iteration that settles; got none for the exponents 2 and 3/,
  );
});
