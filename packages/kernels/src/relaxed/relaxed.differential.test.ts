import { setFlagsFromString } from "node:v8";
import { randomKey } from "@onestep/core";
import { assert, integer, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { anyDeepCase } from "../../tests/any-deep-case.ts";
import { evaluateInto, roundings, scaleOnDraws, type Evaluated } from "../../tests/deep-scale.ts";
import type { DeepOptions } from "../deep/deep-evaluation.ts";
import { openDeep } from "../deep/open-deep.ts";
import { openLsaGradient } from "../lsa-gradient/open-lsa-gradient.ts";
import { relaxedModules } from "./index.ts";

const isValid = (base64: string): boolean => WebAssembly.validate(Buffer.from(base64, "base64"));

// Node 20 has relaxed SIMD behind a flag, later ones have it anyhow.
if (!isValid(relaxedModules.deep)) setFlagsFromString("--experimental-wasm-relaxed-simd");

const law = { dimension: 2, contextLength: 3, noiseDeviation: 0.5 };
const none = { deep: "", lsaGradient: "" };

describe("kernels with relaxed SIMD", () => {
  it("are valid here, and say that they run", () => {
    expect(Object.values(relaxedModules).map(isValid)).toEqual([true, true]);
    expect(openDeep(law, 2, { relaxed: relaxedModules, form: "vectors" }).name).toBe("wasm-f64-relaxed vectors");
    expect(openLsaGradient("float32", relaxedModules).name).toBe("wasm-f32-relaxed given rows");
  });

  it("leave the work to the exact ones where an engine refuses them", () => {
    expect(openDeep(law, 2, { relaxed: none, form: "vectors" }).name).toBe("wasm-f64 vectors");
    expect(openLsaGradient("float32", none).name).toBe("wasm-f32 given rows");
  });

  it("agree with the exact ones on deep attention", () => {
    assert(
      property(anyDeepCase, (one) => {
        const evaluate = (options: DeepOptions): Evaluated => {
          const deep = openDeep(one.law, one.layers, options);
          const prompts = { key: randomKey(one.seed), first: one.first, count: one.count };
          return evaluateInto(one.weights, (gradient) => deep.lossAndGradient(one.weights, prompts, gradient));
        };
        const scale = scaleOnDraws(one);
        const many = roundings(one.law.dimension + 1, one.layers, one.count);
        for (const [precision, unitRoundoff] of [
          ["float64", 2 ** -53],
          ["float32", 2 ** -24],
        ] as const) {
          const exact = evaluate({ precision });
          const fused = evaluate({ precision, relaxed: relaxedModules });
          for (const [at, entry] of fused.entries()) {
            expect(Math.abs(entry - exact[at])).toBeLessThanOrEqual(many * unitRoundoff * scale[at]);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it("agree with the exact ones on given rows, which are exact themselves for whole numbers", () => {
    assert(
      property(integer({ min: 1, max: 30 }), integer({ min: 1, max: 12 }), (count, dimension) => {
        const contextLength = 5;
        const whole = (length: number): Float64Array => Float64Array.from({ length }, (_, at) => (at % 3) - 1);
        const prompts = {
          count,
          contextLength,
          dimension,
          covariates: whole(count * contextLength * dimension),
          responses: whole(count * contextLength),
          queryCovariates: whole(count * dimension),
          queryResponses: whole(count),
        };
        const width = dimension + 1;
        const layer = [whole(width * width), whole(width)] as const;
        const [exact, fused] = [undefined, relaxedModules].map((relaxed) => {
          const gradient = { keyQuery: new Float64Array(width * width), valueProjection: new Float64Array(width) };
          return [openLsaGradient("float64", relaxed).lossAndGradient(...layer, prompts, gradient), gradient];
        });
        expect(fused).toEqual(exact);
      }),
    );
  });
});
