import { randomKey } from "@onestep/core";
import { assert, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { anyDeepCase, deepCaseOf, type DeepCase } from "../../tests/any-deep-case.ts";
import { evaluateInto, roundings, scaleOnDraws, type Evaluated } from "../../tests/deep-scale.ts";
import type { DeepOptions } from "./deep-evaluation.ts";
import type { DeepForm } from "./deep-program.ts";
import { openDeep } from "./open-deep.ts";
import type { DeepWeights } from "./sums.ts";

function evaluate({ law, layers, weights, seed, first, count }: DeepCase, path: DeepOptions): Evaluated {
  const deep = openDeep(law, layers, path);
  const prompts = { key: randomKey(seed), first, count };
  return evaluateInto(weights, (gradient) => deep.lossAndGradient(weights, prompts, gradient));
}

/** Fails unless each number is as near as `many` roundings allow. */
function expectNear(
  actual: Evaluated,
  expected: Evaluated,
  scale: Evaluated,
  many: number,
  unitRoundoff: number,
): void {
  const worst = Math.max(
    ...actual.map((entry, at) => Math.abs(entry - expected[at]) - many * unitRoundoff * scale[at]),
  );
  expect(worst).toBeLessThanOrEqual(0);
}

function everyForm(layers: number): DeepForm[] {
  const most = Math.min(layers, 4);
  return Array.from({ length: most }, (_, at) => ({ gramLayers: layers - 1 - at }));
}

describe("the kernels of deep attention, against their twin", () => {
  it("agree on the same prompts, in float64 and in float32", () => {
    assert(
      property(anyDeepCase, (one) => {
        const expected = evaluate(one, { engine: "twin" });
        const scale = scaleOnDraws(one);
        const many = roundings(one.law.dimension + 1, one.layers, one.count);
        expectNear(evaluate(one, {}), expected, scale, many, 2 ** -53);
        expectNear(evaluate(one, { precision: "float32" }), expected, scale, many, 2 ** -24);
      }),
    );
  });

  it.each([
    { dimension: 130, layers: 2, contextLength: 1 },
    { dimension: 129, layers: 2, contextLength: 1_000_000 },
    { dimension: 64, layers: 3, contextLength: 65 },
    { dimension: 31, layers: 4, contextLength: 20 },
  ])("agree on large prompts: $dimension covariates, $layers layers, $contextLength rows", (sizes) => {
    const one = deepCaseOf({
      ...sizes,
      noiseDeviation: 0.5,
      factor: "matrix",
      hasMean: true,
      seed: 11,
      first: 3,
      count: 5,
    });
    const expected = evaluate(one, { engine: "twin" });
    const scale = scaleOnDraws(one);
    const many = roundings(sizes.dimension + 1, sizes.layers, one.count);
    expectNear(evaluate(one, {}), expected, scale, many, 2 ** -53);
    expectNear(evaluate(one, { precision: "float32" }), expected, scale, many, 2 ** -24);
  });
});

describe("loss and gradient", () => {
  it("are the same by vectors, by Gram matrices, and by some of both", () => {
    assert(
      property(anyDeepCase, (one) => {
        const scale = scaleOnDraws(one);
        const expected = evaluate(one, { form: "matrices" });
        for (const form of everyForm(one.layers)) {
          const many = roundings(one.law.dimension + 1, one.layers, one.count, form);
          expectNear(evaluate(one, { form }), expected, scale, many, 2 ** -53);
          expectNear(evaluate(one, { form, engine: "twin" }), expected, scale, many, 2 ** -53);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("are such that the gradient is the limit of central differences", () => {
    assert(
      property(anyDeepCase, ({ ...one }) => {
        const small = { ...one, count: Math.min(one.count, 7) };
        const gradient = evaluate(small, {});
        const names = ["valueProjections", "keyQueries"] as const;
        const size = (one.law.dimension + 1) ** 2;
        const place = one.seed % (2 * one.layers * size);
        const [name, layer, at] = [names[place % 2], (place >> 1) % one.layers, Math.floor(place / 2 / one.layers)];
        const expected = gradient[1 + ((place % 2) * one.layers + layer) * size + at];

        const lossAt = (step: number): number => {
          const weights = structuredClone(one.weights) as Record<keyof DeepWeights, Float64Array[]>;
          weights[name][layer][at] += step;
          return evaluate({ ...small, weights }, {})[0];
        };
        // Richardson: the error of a central difference is a series in h², and its first terms cancel.
        const differences = [2 ** -9, 2 ** -10, 2 ** -11].map((h) => (lossAt(h) - lossAt(-h)) / (2 * h));
        const [a, b] = [(4 * differences[1] - differences[0]) / 3, (4 * differences[2] - differences[1]) / 3];
        const limit = (16 * b - a) / 15;
        const scale = scaleOnDraws(small);
        const rounding = roundings(one.law.dimension + 1, one.layers, small.count) * 2 ** -53 * scale[0] * 2 ** 12;
        expect(Math.abs(limit - expected)).toBeLessThanOrEqual(Math.abs(b - a) + rounding);
      }),
    );
  });

  it("are the same bytes whoever sums the blocks, and in whatever order", () => {
    assert(
      property(anyDeepCase, ({ law, layers, weights, seed, first, count: some }) => {
        const count = some + 96;
        const prompts = { key: randomKey(seed), first, count };
        const deep = openDeep(law, layers, { precision: "float32" });
        const whole = evaluateInto(weights, (gradient) => deep.lossAndGradient(weights, prompts, gradient));
        const { sumsLength } = deep;
        const sums = new Float64Array(deep.blockCount(count) * sumsLength);
        for (let at = deep.blockCount(count) - 1; at >= 0; at--) {
          const worker = openDeep(law, layers, { precision: "float32" });
          const share = sums.subarray(at * sumsLength, (at + 1) * sumsLength);
          worker.writeBlockSums(weights, prompts, { from: at, to: at + 1 }, share);
        }
        const shared = evaluateInto(weights, (gradient) => deep.reduceBlockSums(weights, sums, count, gradient));
        expect(shared).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });

  it("are those of the prompts at their addresses, wherever a batch is cut", () => {
    assert(
      property(anyDeepCase, (one) => {
        const cut = Math.ceil(one.count / 3);
        if (cut === one.count) return;
        const head = evaluate({ ...one, count: cut }, {});
        const tail = evaluate({ ...one, first: one.first + cut, count: one.count - cut }, {});
        const joined = head.map((entry, at) => (cut * entry + (one.count - cut) * tail[at]) / one.count);
        const many = roundings(one.law.dimension + 1, one.layers, one.count);
        expectNear(joined, evaluate(one, {}), scaleOnDraws(one), many, 2 ** -53);
      }),
      { numRuns: 40 },
    );
  });
});
