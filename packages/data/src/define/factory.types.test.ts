import type { Covariance, Matrix } from "@onestep/core";
import { describe, expectTypeOf, it } from "vitest";
import { gaussianCovariates } from "../covariates/gaussian.ts";
import { type gaussianNoise } from "../noise/gaussian.ts";
import { noNoise } from "../noise/none.ts";
import { linearTarget } from "../targets/linear.ts";
import { defineCovariates, type CovariateLaw } from "./define-covariates.ts";
import type { TargetLaw } from "./define-target.ts";
import { covarianceParameter, matrixParameter } from "./matrix-parameters.ts";
import { positive } from "./parameter.ts";

describe("the types of a definition", () => {
  it("hand checked values to its functions", () => {
    defineCovariates({
      name: "typed",
      summary: "",
      parameters: {
        covariance: covarianceParameter({ description: "" }),
        mixing: matrixParameter({ description: "", fallback: "identity" }),
        rate: positive({ description: "" }),
      },
      covariance(values) {
        expectTypeOf(values.covariance).toEqualTypeOf<Covariance>();
        expectTypeOf(values.mixing).toEqualTypeOf<Matrix>();
        expectTypeOf(values.rate).toEqualTypeOf<number>();
        expectTypeOf(values.dimension).toEqualTypeOf<number>();
        return values.covariance;
      },
      declares: { centered: true, invariance: "none" },
      draw: () => () => {},
    });
  });

  it("make a parameter optional exactly when it has a fallback", () => {
    const law = defineCovariates({
      name: "typed",
      summary: "",
      parameters: {
        covariance: covarianceParameter({ description: "", fallback: 1 }),
        rate: positive({ description: "" }),
      },
      covariance: ({ covariance }) => covariance,
      declares: { centered: true, invariance: "none" },
      draw: () => () => {},
    });
    type Inputs = Parameters<typeof law>[0];
    expectTypeOf<{ rate: number }>().toExtend<Inputs>();
    expectTypeOf<{ rate: number; covariance: number[]; dimension: number }>().toExtend<Inputs>();
    expectTypeOf<{ covariance: number }>().not.toExtend<Inputs>();
    expectTypeOf<{ rate: string }>().not.toExtend<Inputs>();
  });

  it("let a factory be called with nothing only where nothing is required", () => {
    expectTypeOf(noNoise).toBeCallableWith();
    expectTypeOf(gaussianCovariates).toBeCallableWith({ dimension: 2 });
    expectTypeOf<Parameters<typeof gaussianNoise>>().toEqualTypeOf<[inputs: { readonly variance: number }]>();
    expectTypeOf(gaussianCovariates).returns.toEqualTypeOf<CovariateLaw>();
    expectTypeOf(linearTarget).returns.toEqualTypeOf<TargetLaw>();
  });
});
