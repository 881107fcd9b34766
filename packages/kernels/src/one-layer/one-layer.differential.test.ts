import { randomKey } from "@onestep/core";
import { assert, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { anyOneLayerCase, type OneLayerCase } from "../../tests/any-one-layer-case.ts";
import { scaleOf } from "../../tests/one-layer-scale.ts";
import { openOneLayer, type OneLayerOptions } from "./one-layer.ts";

interface Evaluation {
  readonly loss: number;
  readonly keyQuery: Float64Array;
  readonly valueProjection: Float64Array;
}

function evaluate({ law, method, antithetic, parameters, seed, ...prompts }: OneLayerCase, path: OneLayerOptions) {
  const layer = openOneLayer(law, { method, antithetic, ...path });
  const gradient = {
    keyQuery: new Float64Array(parameters.keyQuery.length).fill(NaN),
    valueProjection: new Float64Array(parameters.valueProjection.length).fill(NaN),
  };
  const loss = layer.lossAndGradient(parameters, { key: randomKey(seed), ...prompts }, gradient);
  return { loss, ...gradient };
}

/**
 * Roundings on the longest path from a draw to a gradient, each relative to `scaleOf`: at most eight sums over tokens for
 * the residual and as many for the vector that it multiplies, with a handful of products after each; squares and norms
 * pass an error on twice. Sums over the prompts add one for each.
 */
function roundings({ law, count }: OneLayerCase): number {
  return 2 * 16 * (law.dimension + 1 + 8) + (law.contextLength <= 9 ? law.contextLength : 0) + count;
}

function expectAgreement(one: OneLayerCase, actual: Evaluation, expected: Evaluation, unitRoundoff: number): void {
  const scale = scaleOf(one);
  const bound = roundings(one) * unitRoundoff;
  expect(Math.abs(actual.loss - expected.loss)).toBeLessThanOrEqual(bound * scale.loss);
  for (const name of ["keyQuery", "valueProjection"] as const) {
    const distance = Math.max(...actual[name].map((entry, at) => Math.abs(entry - expected[name][at])));
    expect(distance).toBeLessThanOrEqual(bound * scale[name]);
  }
}

describe("the kernels of one layer, against their twin", () => {
  it("agree in float64", () => {
    assert(
      property(anyOneLayerCase, (one) => {
        expectAgreement(one, evaluate(one, {}), evaluate(one, { engine: "twin" }), 2 ** -53);
      }),
    );
  });

  it("agree in float32 on the same prompts", () => {
    assert(
      property(anyOneLayerCase, (one) => {
        const actual = evaluate(one, { precision: "float32" });
        expectAgreement(one, actual, evaluate(one, { engine: "twin" }), 2 ** -24);
      }),
    );
  });
});

it("sums a million rows in float32 as well as a few", () => {
  const one: OneLayerCase = {
    law: { dimension: 1, contextLength: 1_000_000, noiseDeviation: 0.5 },
    method: "rows",
    antithetic: false,
    parameters: { keyQuery: Float64Array.of(0.7, 0, 0.3, 0), valueProjection: Float64Array.of(2e-7, 8e-7) },
    seed: 3,
    first: 0,
    count: 4,
  };
  const [actual, expected] = [evaluate(one, { precision: "float32" }), evaluate(one, {})];
  // Independent roundings of a block of 256 rows, of which a thousandth of prompts have more than four deviations.
  const bound = 4 * Math.sqrt(256) * 2 ** -24;
  expect(Math.abs(actual.loss / expected.loss - 1)).toBeLessThanOrEqual(bound);
  expect(Math.abs(actual.valueProjection[1] / expected.valueProjection[1] - 1)).toBeLessThanOrEqual(bound);
});

describe("a batch of prompts", () => {
  it("has the same bytes whoever sums its blocks, and in whatever order", () => {
    assert(
      property(anyOneLayerCase, ({ law, method, antithetic, parameters, seed, first, count }) => {
        const layer = openOneLayer(law, { method, antithetic, precision: "float32" });
        const prompts = { key: randomKey(seed), first, count };
        const [whole, shared] = [0, 1].map(() => structuredClone(parameters));
        const loss = layer.lossAndGradient(parameters, prompts, whole);
        const blocks = layer.blockCount(count);
        const sums = new Float64Array(blocks * layer.sumsLength);
        for (let at = blocks - 1; at >= 0; at--) {
          const worker = openOneLayer(law, { method, antithetic, precision: "float32" });
          const share = sums.subarray(at * layer.sumsLength, (at + 1) * layer.sumsLength);
          worker.writeBlockSums(parameters, prompts, { from: at, to: at + 1 }, share);
        }
        expect(layer.reduceBlockSums(sums, count, shared)).toBe(loss);
        expect(shared).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });

  it("is made of the prompts at its addresses, wherever it is cut", () => {
    assert(
      property(anyOneLayerCase, (one) => {
        const group = one.antithetic ? 4 : 1;
        const cut = group * Math.ceil(one.count / group / 3);
        if (cut === one.count) return;
        const parts = [
          { ...one, count: cut },
          { ...one, first: one.first + cut, count: one.count - cut },
        ];
        const [head, tail] = parts.map((part) => evaluate(part, {}));
        const mean = (x: number, y: number): number => (cut * x + (one.count - cut) * y) / one.count;
        const joined = {
          loss: mean(head.loss, tail.loss),
          keyQuery: head.keyQuery.map((entry, at) => mean(entry, tail.keyQuery[at])),
          valueProjection: head.valueProjection.map((entry, at) => mean(entry, tail.valueProjection[at])),
        };
        expectAgreement(one, joined, evaluate(one, {}), 2 ** -53);
      }),
      { numRuns: 30 },
    );
  });
});

describe("the gradient, for fixed draws", () => {
  it("is the central difference of the loss, which is quadratic in M and in u", () => {
    assert(
      property(anyOneLayerCase, (drawn) => {
        const one: OneLayerCase = {
          ...drawn,
          method: "rows",
          antithetic: false,
          law: { ...drawn.law, contextLength: Math.min(drawn.law.contextLength, 9) },
        };
        const { keyQuery, valueProjection } = evaluate(one, {});
        for (const [name, gradient] of Object.entries({ keyQuery, valueProjection })) {
          const position = one.parameters[name as "keyQuery"];
          const at = one.seed % position.length;
          const moved = (step: number): OneLayerCase => {
            const to = position.map((entry, i) => (i === at ? entry + step : entry));
            return { ...one, parameters: { ...one.parameters, [name]: to } };
          };
          const [ahead, behind] = [moved(1), moved(-1)];
          const difference = (evaluate(ahead, {}).loss - evaluate(behind, {}).loss) / 2;
          const scale = scaleOf(ahead).loss + scaleOf(behind).loss + scaleOf(one)[name as "keyQuery"];
          expect(Math.abs(difference - gradient[at])).toBeLessThanOrEqual(roundings(one) * 2 ** -53 * scale);
        }
      }),
    );
  });
});
