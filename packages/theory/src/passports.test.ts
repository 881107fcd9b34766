import { readdirSync, readFileSync } from "node:fs";
import { isotropic, OnestepError, zeros } from "@onestep/core";
import { describe, expect, test } from "vitest";
import * as theory from "./index.ts";
import type { ClosedForm } from "./index.ts";

const here = new URL(".", import.meta.url);
const files = readdirSync(here, { recursive: true, encoding: "utf8" }).filter(
  (name) => name.endsWith(".ts") && !name.endsWith(".test.ts"),
);
const code = files.map((name) => readFileSync(new URL(name, here), "utf8")).join("\n");

describe("the bibliography", () => {
  test("names every paper once and cites all of them", () => {
    const keys = theory.sources.map((source) => source.key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.filter((key) => !code.includes(`cite("${key}"`))).toEqual([]);
    for (const { arXiv } of theory.sources)
      if (arXiv !== undefined) expect(arXiv).toMatch(/^(\d{4}\.\d{5}|solv-int\/\d{7})$/);
  });

  test("every theorem names an exported function", () => {
    for (const { computedBy } of theory.theorems) expect(theory).toHaveProperty(computedBy);
  });
});

/** Every function that returns a closed form, called on a law it applies to; `break` replaces its numbers. */
const calls = ((): Record<string, (number: (value: number) => number) => ClosedForm<unknown>> => {
  type Numbers = (value: number) => number;
  const sizes = (x: Numbers) => ({ contextLength: 9, dimension: 3, noiseVariance: x(0.3) });
  const setting = (x: Numbers) => ({
    contextLength: 9,
    covariates: isotropic(3),
    tasks: isotropic(3),
    noiseVariance: x(0.3),
  });
  const moments = (x: Numbers) => ({
    ...theory.gaussianLinearMoments(setting((value) => value)),
    responseSecondMoment: x(3.3),
  });
  const energies = (x: Numbers) => ({ signalEnergy: x(0.25), targetEnergy: 3, targetSecondMoment: 0.5 });
  const prior = (x: Numbers) => ({ ...setting(x), taskMean: [x(1), 0, 0] });
  return {
    autoregressiveSteps: (x) => theory.autoregressiveSteps(4, sizes(x)),
    bayesRisk: (x) => theory.bayesRisk(sizes(x)),
    bayesRiskEquivalent: (x) => theory.bayesRiskEquivalent(setting(x)),
    bayesRiskGivenContext: (x) => theory.bayesRiskGivenContext(setting(x), isotropic(3).matrix),
    bestStepSize: (x) => theory.bestStepSize(moments(x)),
    coalescenceThreshold: (x) => theory.coalescenceThreshold({ ...sizes((value) => value), taskVariance: x(1) }, 2),
    crossEntropyStep: (x) => theory.crossEntropyStep({ contextLength: 3, dimension: 2, flipProbability: x(0.1) }),
    depthFloor: (x) => theory.depthFloor(moments(x)),
    excessLoss: (x) =>
      theory.excessLoss(
        moments((value) => value),
        { ...zeros(3, 3), values: zeros(3, 3).values.map(() => x(0)) },
      ),
    gdPlusPlusRisk: (x) =>
      theory.gdPlusPlusRisk(
        sizes((value) => value),
        { a: [x(0.5), 1], b: [0.5] },
      ),
    gradientDescentRisk: (x) =>
      theory.gradientDescentRisk(
        sizes((value) => value),
        { steps: 3, rate: x(0.5) },
      ),
    learnedDirections: (x) => theory.learnedDirections(setting(x)),
    leastSquaresRisk: (x) => theory.leastSquaresRisk(sizes(x)),
    lossCurvature: (x) => theory.lossCurvature(moments(x)),
    lossGradient: (x) => theory.lossGradient(moments(x), zeros(3, 3)),
    marchenkoPasturRisk: (x) => theory.marchenkoPasturRisk(sizes(x)),
    mergedFlow: (x) => theory.mergedFlow({ setting: sizes(x), initial: 0.001 }, [1]),
    mergedHalfTime: (x) => theory.mergedHalfTime({ setting: sizes((value) => value), initial: x(0.001) }),
    mergedLimit: (x) => theory.mergedLimit(isotropic(2).matrix, x(0.5), 1),
    minimizers: (x) => theory.minimizers(moments(x)),
    multiHeadOptimum: (x) => theory.multiHeadOptimum(prior(x)),
    oneStepRisk: (x) =>
      theory.oneStepRisk(
        moments((value) => value),
        x(0.05),
      ),
    optimalDepth: (x) => theory.optimalDepth(sizes(x), 2),
    optimalGdPlusPlus: (x) => theory.optimalGdPlusPlus(sizes(x), 2),
    optimalPreconditioner: (x) => theory.optimalPreconditioner(setting(x)),
    optimalStep: (x) => theory.optimalStep(moments(x)),
    optimalStepLoss: (x) => theory.optimalStepLoss(sizes(x)),
    optimalStepOfRank: (x) => theory.optimalStepOfRank(moments(x), 1),
    optimalStepSize: (x) => theory.optimalStepSize(sizes(x)),
    plateauLength: (x) =>
      theory.plateauLength(
        { contextLength: 9, direction: { covariateVariance: 1, taskVariance: 1, gamma: 0.1, lossReduction: 1 } },
        x(0.1),
      ),
    plateauLosses: (x) => theory.plateauLosses(setting(x)),
    pointwiseAttention: (x) =>
      theory.pointwiseAttention(9, { alignment: x(3), ownEnergy: 15, crossEnergy: 3, responseSecondMoment: 3 }),
    pretrainingLoss: (x) => theory.pretrainingLoss(moments(x), zeros(3, 3)),
    randomLengthStep: (x) => theory.randomLengthStep([{ contextLength: 9, probability: 1 }], sizes(x)),
    randomSpectrumLoss: (x) =>
      theory.randomSpectrumLoss(
        { contextLength: 9, spectrumMoments: [x(1), 2, 6], tasks: isotropic(2), noiseVariance: 0 },
        zeros(2, 2),
      ),
    randomSpectrumStep: (x) =>
      theory.randomSpectrumStep({
        contextLength: 9,
        spectrumMoments: [x(1), 2, 6],
        tasks: isotropic(2),
        noiseVariance: 0,
      }),
    rankOneTime: (x) =>
      theory.rankOneTime(
        { contextLength: 9, direction: { covariateVariance: 1, taskVariance: 1, gamma: 0.1, lossReduction: 1 } },
        x(0.1),
        0.5,
      ),
    reluAttention: (x) => theory.reluAttention(sizes(x)),
    ridgeRisk: (x) =>
      theory.ridgeRisk(
        sizes((value) => value),
        x(0.5),
      ),
    rotationInvariantStep: (x) =>
      theory.rotationInvariantStep(
        energies(x),
        sizes((value) => value),
      ),
    shiftedLoss: (x) => theory.shiftedLoss(zeros(3, 3), moments(x)),
    singleHeadOptimum: (x) => theory.singleHeadOptimum(prior(x)),
    softmaxHeads: (x) => theory.softmaxHeads(setting(x)),
    symmetryReduction: (x) => theory.symmetryReduction({ group: "orthogonal", dimension: x(3) }),
    tiedDepth: (x) => theory.tiedDepth(sizes(x), 2),
    wishartDensity: (x) => theory.wishartDensity({ contextLength: 4, dimension: 2 }, [x(1)]),
    wishartTraceMoments: (x) => theory.wishartTraceMoments({ contextLength: x(4), dimension: 2, order: 3 }),
    zeroRisk: (x) => theory.zeroRisk(moments(x)),
  };
})();

/** Every number inside a value, however deep. */
function numbersIn(value: unknown): number[] {
  if (typeof value === "number") return [value];
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array);
  if (Array.isArray(value)) return value.flatMap(numbersIn);
  return value !== null && typeof value === "object" ? Object.values(value).flatMap(numbersIn) : [];
}

describe("closed forms", () => {
  test.each(Object.entries(calls))("%s carries its passport, and no NaN", (_, call) => {
    const { value, formula, hypotheses, source } = call((number) => number);
    expect(formula.length).toBeGreaterThan(5);
    expect(formula.split("{").length).toBe(formula.split("}").length);
    expect(hypotheses.length).toBeGreaterThan(0);
    expect(theory.sources.some(({ key }) => key === source.key)).toBe(true);
    expect(source.locator).not.toBe("");
    for (const number of numbersIn(value)) expect(number).not.toBeNaN();
  });

  test.each(Object.entries(calls))("%s refuses NaN with a reason and a hint", (_, call) => {
    let caught: unknown;
    try {
      call(() => NaN);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(OnestepError);
    expect((caught as OnestepError).hint).not.toBe("");
  });

  test("every exported function that returns one is in this list", () => {
    const returning = [...code.matchAll(/export function (\w+)\((?:(?!export function)[^])*?\): ClosedForm</g)].map(
      (match) => match[1],
    );
    const exported = returning.filter((name) => name in theory && name !== "mapClosedForm");
    expect(exported.sort()).toEqual(Object.keys(calls).sort());
  });
});
