import { describe, test } from "vitest";
import { gammaRatio } from "../statistics/gamma.ts";
import { studentCdf } from "../statistics/student.ts";
import { estimateMean, expectRejected, expectWithin, streamOfRun } from "../../tests/statistical.ts";
import { chiSampler, studentSampler } from "./chi.ts";

const DRAWS = 200_000;

/** E χ_ν = √2 Γ((ν+1)/2)/Γ(ν/2) */
const meanOfChi = (dof: number): number => Math.SQRT2 * gammaRatio(dof / 2, 0.5);

describe("χ draws have the mean length of a normal vector", () => {
  test.each([1, 5.5])("with %s degrees of freedom", (dof) => {
    const stream = streamOfRun(`chi ${dof}`);
    const draw = chiSampler(dof);
    const estimate = estimateMean(DRAWS, () => draw(stream));
    expectWithin(estimate, meanOfChi(dof));
    expectRejected(estimate, meanOfChi(dof + 0.1));
  });
});

describe("Student draws have Student's tails", () => {
  test.each([0.5, 5])("with %s degrees of freedom", (dof) => {
    const stream = streamOfRun(`student ${dof}`);
    const draw = studentSampler(dof);
    const beyond = estimateMean(DRAWS, () => (draw(stream) < -1 ? 1 : 0));
    expectWithin(beyond, studentCdf(-1, dof));
    expectRejected(beyond, studentCdf(-1, dof * 0.7));
  });
});
