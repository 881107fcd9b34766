import {
  add,
  covariance,
  diagonal,
  inverseCovariance,
  isotropic,
  matrixFromRows,
  scale,
  type Covariance,
} from "@onestep/core";
import { describe, expect, test } from "vitest";
import { hypotheses } from "../hypotheses.ts";
import { gaussianLinearMoments } from "../moments/gaussian-linear.ts";
import { gaussianPriorMoments } from "./gaussian-prior.ts";
import { minimizers } from "./minimizers.ts";
import { optimalPreconditioner } from "./preconditioner.ts";
import { optimalStepOfRank } from "./rank.ts";
import { optimalStep } from "./step.ts";
import { symmetryReduction } from "./symmetry-reduction.ts";

const tilted = covariance(
  matrixFromRows([
    [2, 0.5, 0.1],
    [0.5, 1, -0.3],
    [0.1, -0.3, 0.7],
  ]),
);
const line = isotropic(3);

describe("optimalPreconditioner names the theorem whose hypotheses hold", () => {
  const sourceOf = (covariates: Covariance, tasks: Covariance, noiseVariance: number): string => {
    const {
      source,
      formula,
      hypotheses: assumed,
    } = optimalPreconditioner({
      contextLength: 6,
      covariates,
      tasks,
      noiseVariance,
    });
    // A passport that says Ω = I, Ω = Σ⁻¹ or σ² = 0 says so in its formula and in its hypotheses alike.
    expect(formula.includes(String.raw`\tau`)).toBe(assumed.includes(hypotheses.gaussianTasks));
    expect(formula.includes(String.raw`\sigma^2`)).toBe(!assumed.includes(hypotheses.noiseFree));
    return `${source.key}, ${source.locator}`;
  };

  test("Theorem 1: Σ = Ω = I, with noise or without", () => {
    expect(sourceOf(line, line, 0.4)).toBe("mahankali-2023, Theorem 1");
    expect(sourceOf(line, line, 0)).toBe("mahankali-2023, Theorem 1");
  });

  test("Theorem 2: Ω = Σ⁻¹, up to the rounding of an inverse and no further", () => {
    expect(sourceOf(tilted, inverseCovariance(tilted), 0.4)).toBe("mahankali-2023, Theorem 2");
    expect(sourceOf(isotropic(3, 3), isotropic(3, 1 / 3), 0)).toBe("mahankali-2023, Theorem 2");
    expect(sourceOf(isotropic(3, 3), isotropic(3, (1 / 3) * (1 + 1e-12)), 0)).toBe("onestep, optimalPreconditioner");
    // An inverse at condition 10⁸ is known to about 10⁻⁸ of itself, whatever the units.
    for (const unit of [1e-3, 1, 1e3]) {
      const stiff = covariance(
        matrixFromRows([
          [unit, unit, 0],
          [unit, unit * (1 + 1e-8), 0],
          [0, 0, unit],
        ]),
      );
      const inverse = inverseCovariance(stiff);
      expect(sourceOf(stiff, inverse, 0.4)).toBe("mahankali-2023, Theorem 2");
      const off = covariance(add(inverse.matrix, scale(diagonal([0, 0, 1e-4]), 1 / unit)));
      expect(sourceOf(stiff, off, 0.4)).toBe("onestep, optimalPreconditioner");
    }
    // Where rounding could make any product look like I, nothing is concluded from it.
    const stiffest = covariance(diagonal([1, 1e-14, 1]));
    expect(sourceOf(stiffest, covariance(diagonal([1, 1e14, 1])), 0.4)).toBe("onestep, optimalPreconditioner");
  });

  test("Theorem 1 of Ahn et al.: Ω = I without noise", () => {
    expect(sourceOf(tilted, line, 0)).toBe("ahn-2023, Theorem 1");
    expect(sourceOf(tilted, line, 0.4)).toBe("onestep, optimalPreconditioner");
    expect(sourceOf(line, tilted, 0)).toBe("onestep, optimalPreconditioner");
  });
});

describe("whether a minimum over steps is one over all of attention", () => {
  const proved = gaussianLinearMoments({ contextLength: 6, covariates: tilted, tasks: line, noiseVariance: 0.4 });
  const unknown = { ...proved, evenPartDecouples: "not known" as const };

  test.each([
    ["optimalStep", optimalStep],
    ["minimizers", minimizers],
    ["optimalStepOfRank", (moments: typeof proved) => optimalStepOfRank(moments, 2)],
  ] as const)("%s says it only where it is proved", (_, minimum) => {
    expect(minimum(proved).hypotheses).toContain(hypotheses.evenPartDecouples);
    expect(minimum(proved).hypotheses).not.toContain(hypotheses.stepsOnly);
    expect(minimum(unknown).hypotheses).toContain(hypotheses.stepsOnly);
    expect(minimum(unknown).hypotheses).not.toContain(hypotheses.evenPartDecouples);
  });

  test("a mean of the tasks leaves it open, a mean of 0 does not", () => {
    const prior = { contextLength: 6, covariates: tilted, tasks: line, noiseVariance: 0.4 };
    expect(gaussianPriorMoments({ ...prior, taskMean: [0, 0, 0] }).evenPartDecouples).toBe("proved");
    expect(gaussianPriorMoments({ ...prior, taskMean: [0, -1, 0] }).evenPartDecouples).toBe("not known");
  });

  test("minimizers are all known from rank 2 on, and rounding adds no rank", () => {
    const at = (tasks: number[]) =>
      minimizers(
        gaussianLinearMoments({
          contextLength: 6,
          covariates: tilted,
          tasks: covariance(diagonal(tasks)),
          noiseVariance: 0.4,
        }),
      ).value;
    expect(at([1, 2, 3])).toMatchObject({ rank: 3, complete: true });
    expect(at([1, 0, 3])).toMatchObject({ rank: 2, complete: true });
    expect(at([0, 2, 0])).toMatchObject({ rank: 1, complete: false });
    expect(at([0, 0, 0])).toMatchObject({ rank: 0, complete: false });
    expect(minimizers(unknown).value).toMatchObject({ rank: 3, complete: false });
  });
});

test("a symmetry is quoted as it was declared", () => {
  const quoted = (change: object): string =>
    symmetryReduction({ group: "central", dimension: 3, ...change }).hypotheses.join("; ");
  expect(quoted({})).toContain('under the group "central"');
  expect(quoted({})).not.toContain("change of sign");
  expect(quoted({ whitened: true })).toContain('under the whitened group "central"');
  expect(quoted({ responseSign: true })).toContain("change of sign of all responses");
});
