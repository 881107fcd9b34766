import { AssumptionError, DomainError, matrixFromRows, openStream, randomKey, scale } from "@onestep/core";
import { expectClose, expectMatrixClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { parsePromptLaw } from "../law-file/parse.ts";
import { promptMoments } from "../moments/prompt-moments.ts";
import { gaussianCovariates } from "./gaussian.ts";
import { rademacherCovariates } from "./rademacher.ts";
import { sphereCovariates } from "./sphere.ts";
import { studentCovariates } from "./student.ts";

const covariance = [
  [2, 0.5],
  [0.5, 1],
];
const omega = matrixFromRows([
  [2, 0.5],
  [0.5, 1],
]);

const linear = (covariates: object): object => ({
  contextLength: 5,
  covariates,
  target: { law: "linear", tasks: { law: "gaussian" } },
  noise: { law: "none" },
});

describe("student covariates", () => {
  it("have (ν−2)/(ν−4) times the fourth moment of the Gaussian", () => {
    const [student, gaussian] = [
      studentCovariates({ degreesOfFreedom: 6, covariance }),
      gaussianCovariates({ covariance }),
    ];
    expect(student.fourthMoment!(omega)).toEqual(scale(gaussian.fourthMoment!(omega), 2));
    expect(student.covariance).toEqual(gaussian.covariance);
  });

  it("are Gaussian rows, each times the root of its scale t", () => {
    const [student, gaussian] = [
      studentCovariates({ degreesOfFreedom: 6, covariance }),
      gaussianCovariates({ covariance }),
    ];
    const [rows, expected] = [new Float64Array(4), new Float64Array(4)];
    student.drawRows(openStream(randomKey(2)), 2, rows, 0);
    const stream = openStream(randomKey(2));
    for (const row of [0, 2]) {
      const deviation = Math.sqrt(student.drawScale!(stream));
      gaussian.drawRows(stream, 1, expected, row);
      for (const at of [row, row + 1]) expected[at] *= deviation;
    }
    expect(rows).toEqual(expected);
  });

  it("refuse a step where the fourth moment is infinite, with the reason", () => {
    const law = parsePromptLaw(linear({ law: "student", degreesOfFreedom: 4, covariance }));
    expect(() => promptMoments(law)).toThrow(AssumptionError);
    expect(() => promptMoments(law)).toThrow(
      "got student covariates: E‖x‖⁴ is infinite for ν = 4 degrees of freedom; it takes ν > 4. Try: choose covariates with lighter tails",
    );
  });

  it("refuse ν ≤ 2, where no covariance exists, at the path in the law file", () => {
    const file = linear({ law: "student", degreesOfFreedom: 2, covariance });
    expect(() => parsePromptLaw(file)).toThrow(DomainError);
    expect(() => parsePromptLaw(file)).toThrow("law.covariates.degreesOfFreedom: expected more than 2 degrees");
  });
});

describe("sphere covariates", () => {
  it("lie on the sphere of radius √d unless told otherwise, and record the number", () => {
    expect(sphereCovariates({ dimension: 3 }).parameters).toEqual({ radius: Math.sqrt(3) });
    expect(sphereCovariates({ dimension: 3, radius: "√d" }).parameters).toEqual({ radius: Math.sqrt(3) });
    for (const radius of [0.25, 7]) {
      const rows = new Float64Array(9);
      sphereCovariates({ dimension: 3, radius }).drawRows(openStream(randomKey(0)), 3, rows, 0);
      for (const row of [0, 3, 6]) expectClose(Math.hypot(...rows.subarray(row, row + 3)), radius, 4e-16 * radius);
    }
  });

  it("have a constant ‖x‖²: E[x xᵀ I x xᵀ] = r²Σ", () => {
    const law = sphereCovariates({ dimension: 2, radius: 3 });
    expectMatrixClose(
      law.fourthMoment!(
        matrixFromRows([
          [1, 0],
          [0, 1],
        ]),
      ),
      scale(law.covariance.matrix, 9),
      1e-14,
    );
  });

  it("are fair signs in dimension 1", () => {
    const [sphere, signs] = [sphereCovariates({ dimension: 1 }), rademacherCovariates({ dimension: 1 })];
    expect(sphere.covariance).toEqual(signs.covariance);
    expectMatrixClose(sphere.fourthMoment!(matrixFromRows([[5]])), signs.fourthMoment!(matrixFromRows([[5]])), 1e-15);
  });

  it.each([0, -1, "√n"])("refuse the radius %s", (radius) => {
    expect(() => sphereCovariates({ dimension: 2, radius: radius as number })).toThrow(DomainError);
  });
});
