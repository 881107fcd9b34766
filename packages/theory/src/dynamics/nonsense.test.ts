import { covariance, diagonal, isotropic, zeros, type Matrix } from "@onestep/core";
import { describe, expect, test } from "vitest";
import { balancedStart } from "./balanced-start.ts";
import { mergedEscapeRate } from "./escape-rate.ts";
import { learnedDirections, plateauLosses } from "./learned-directions.ts";
import { mergedFlow, mergedHalfTime } from "./merged-flow.ts";
import { mergedBalance, mergedLimit } from "./merged-limit.ts";
import { plateauLength, rankOneTime } from "./rank-one-growth.ts";
import { separateBalance } from "./separate-balance.ts";

const sizes = { contextLength: 8, dimension: 3, noiseVariance: 0.1 };
const flow = { setting: sizes, initial: 0.001 };
const setting = { contextLength: 8, covariates: isotropic(2), tasks: isotropic(2), noiseVariance: 0.2 };
const direction = { covariateVariance: 1, taskVariance: 1, gamma: 0.1, lossReduction: 1 };
const growth = { contextLength: 8, direction };
const head = { readout: 1, query: diagonal([1, 2]), key: diagonal([2, 1]) };
const row: Matrix = { rows: 1, columns: 2, values: new Float64Array(2) };

describe("what is no law, no start or no head is refused, by name", () => {
  test.each<[string, () => unknown]>([
    ["balancedStart: expected a finite readout; got NaN", () => balancedStart(NaN, diagonal([1]))],
    ["balancedStart: expected step to be 1×1; got 1×2", () => balancedStart(1, row)],
    ["balancedStart: expected a start with a growing mode", () => balancedStart(0, zeros(2, 2))],
    ["balancedStart: expected a start within the range of floating point", () => balancedStart(1e160, diagonal([1]))],
    [
      "mergedEscapeRate: expected a whole context length, at least 1; got 0",
      () => mergedEscapeRate({ ...setting, contextLength: 0 }),
    ],
    ["mergedEscapeRate: expected a finite prefactor above 0; got 0", () => mergedEscapeRate(setting, 0)],
    [
      "mergedEscapeRate: expected a rate within the range of floating point; got Infinity",
      () => mergedEscapeRate(setting, 1e308),
    ],
    [
      "mergedEscapeRate: expected a finite rate above 0; got 0",
      () => mergedEscapeRate({ ...setting, tasks: isotropic(2, 0) }),
    ],
    [
      "learnedDirections: expected a whole context length, at least 1; got 0",
      () => learnedDirections({ ...setting, contextLength: 0 }),
    ],
    [
      "learnedDirections: expected a direction within the range of floating point",
      () => learnedDirections({ ...setting, tasks: isotropic(2, 1.5e308) }),
    ],
    [
      "learnedDirections: expected a whole context length, at least 1; got 0",
      () => plateauLosses({ ...setting, contextLength: 0 }),
    ],
    ["mergedFlow: expected a flow with setting, initial", () => mergedFlow({} as never, [1])],
    ["mergedFlow: expected a list of times", () => mergedFlow(flow, 7 as never)],
    ["mergedFlow: expected a finite time, at least 0; got -1", () => mergedFlow(flow, [-1])],
    ["mergedFlow: expected a finite time, at least 0; got Infinity", () => mergedFlow(flow, [Infinity])],
    ["mergedFlow: expected a finite initial γ̂ above 0; got 0", () => mergedFlow({ ...flow, initial: 0 }, [1])],
    ["mergedFlow: expected a finite prefactor above 0; got 0", () => mergedFlow({ ...flow, prefactor: 0 }, [1])],
    [
      "mergedFlow: expected a finite task variance above 0; got 0",
      () => mergedFlow({ ...flow, setting: { ...sizes, taskVariance: 0 } }, [1]),
    ],
    [
      "mergedFlow: expected a rate or limit within the range of floating point",
      () => mergedFlow({ ...flow, prefactor: 1e308 }, [1]),
    ],
    [
      "mergedFlow: expected a finite rate above 0; got 0",
      () =>
        mergedFlow({ ...flow, setting: { ...sizes, noiseVariance: 0, taskVariance: 1e-300 }, prefactor: 1e-30 }, [1]),
    ],
    [
      "mergedFlow: expected a finite limit above 0; got 0",
      () =>
        mergedFlow(
          { ...flow, setting: { ...sizes, noiseVariance: 1e200, taskVariance: 1e-100 }, prefactor: 1e50 },
          [1],
        ),
    ],
    [
      "mergedFlow: expected a curve within the range of floating point",
      () => mergedFlow({ setting: { ...sizes, noiseVariance: 0 }, initial: 1e200 }, [0]),
    ],
    [
      "mergedFlow: expected isotropic covariates",
      () => mergedFlow({ ...flow, setting: { ...setting, covariates: covariance(diagonal([1, 2])) } }, [1]),
    ],
    [
      "mergedHalfTime: expected isotropic tasks, Ω = ω²I",
      () => mergedHalfTime({ ...flow, setting: { ...setting, tasks: covariance(diagonal([1, 2])) } }),
    ],
    [
      "mergedHalfTime: expected a time within the range of floating point",
      () =>
        mergedHalfTime({
          setting: { ...sizes, noiseVariance: 0, taskVariance: 1e-300 },
          initial: 1e-300,
          prefactor: 1e-8,
        }),
    ],
    ["mergedBalance: expected a finite readout; got NaN", () => mergedBalance(NaN, diagonal([1]))],
    ["mergedBalance: expected step to be 1×1; got 1×2", () => mergedBalance(1, row)],
    ["mergedBalance: expected a balance within the range of floating point", () => mergedBalance(1e200, diagonal([1]))],
    ["mergedLimit: expected a finite balance; got NaN", () => mergedLimit(diagonal([1]), NaN, 1)],
    ["mergedLimit: expected a finite prefactor above 0; got 0", () => mergedLimit(diagonal([1]), 1, 0)],
    ["mergedLimit: expected Γ* to be 1×1; got 1×2", () => mergedLimit(row, 1, 1)],
    [
      "mergedLimit: expected a step Γ* that is finite and not 0; got one of norm 0",
      () => mergedLimit(diagonal([0]), 1, 1),
    ],
    [
      "mergedLimit: expected a step Γ* that is finite and not 0; got one of norm Infinity",
      () => mergedLimit(diagonal([1e10]), 1, 1e-300),
    ],
    [
      "mergedLimit: expected a limit within the range of floating point; got Infinity",
      () => mergedLimit(diagonal([1e-200]), -1e200, 1),
    ],
    [
      "rankOneTime: expected the growth of a head with contextLength, direction",
      () => rankOneTime({} as never, 0.1, 0.2),
    ],
    [
      "rankOneTime: expected a direction with gamma, covariateVariance, taskVariance",
      () => rankOneTime({ contextLength: 8, direction: {} as never }, 0.1, 0.2),
    ],
    [
      "rankOneTime: expected a whole context length, at least 1; got 0",
      () => rankOneTime({ ...growth, contextLength: 0, prefactor: 1 }, 0.1, 0.2),
    ],
    [
      "rankOneTime: expected a finite prefactor above 0; got -1",
      () => rankOneTime({ ...growth, prefactor: -1 }, 0.1, 0.2),
    ],
    [
      "rankOneTime: expected a finite γ* of the direction above 0; got 0",
      () => rankOneTime({ contextLength: 8, direction: { ...direction, gamma: 0 } }, 0.1, 0.2),
    ],
    [
      "rankOneTime: expected a finite λ of the direction above 0; got 0",
      () => rankOneTime({ contextLength: 8, direction: { ...direction, covariateVariance: 0 } }, 0.1, 0.2),
    ],
    [
      "rankOneTime: expected a finite ω of the direction above 0; got 0",
      () => rankOneTime({ contextLength: 8, direction: { ...direction, taskVariance: 0 } }, 0.1, 0.2),
    ],
    [
      "rankOneTime: expected a finite λ²ω of the direction above 0; got 0",
      () => rankOneTime({ contextLength: 8, direction: { ...direction, covariateVariance: 1e-200 } }, 0.1, 0.2),
    ],
    ["rankOneTime: expected a finite starting size above 0; got 0", () => rankOneTime(growth, 0, 0.2)],
    ["rankOneTime: expected a size from 0.1 up to, but not including, the limit", () => rankOneTime(growth, 0.1, 0.09)],
    ["rankOneTime: expected a time within the range of floating point", () => rankOneTime(growth, 1e-310, 0.1)],
    ["plateauLength: expected a finite starting size above 0; got 0", () => plateauLength(growth, 0)],
    ["plateauLength: expected a time within the range of floating point", () => plateauLength(growth, 1e-310)],
    ["separateBalance: expected a head with readout, query, key", () => separateBalance({} as never)],
    ["separateBalance: expected a finite readout; got NaN", () => separateBalance({ ...head, readout: NaN })],
    [
      "separateBalance: expected a matrix (query) with rows, columns, values",
      () => separateBalance({ ...head, query: undefined as never }),
    ],
    [
      "separateBalance: expected a finite entry of query; got NaN",
      () => separateBalance({ ...head, query: { rows: 1, columns: 1, values: Float64Array.of(NaN) } }),
    ],
    ["separateBalance: expected key to be 2×2; got 1×2", () => separateBalance({ ...head, key: row })],
    [
      "separateBalance: expected a balance within the range of floating point",
      () => separateBalance({ ...head, key: diagonal([1e200, 1]) }),
    ],
  ])("%s", (words, call) => {
    expect(call).toThrowError(words);
  });
});
