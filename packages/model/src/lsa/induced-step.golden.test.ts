import { matrixFromRows, type PromptBatch } from "@onestep/core";
import { expectClose, expectMatrixClose, goldenCases } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { partsThroughBlocks } from "../../tests/gram-oracle.ts";
import { float64Engine } from "../engine/float64-engine.ts";
import { inducedStep } from "./induced-step.ts";
import { mergeWeights } from "./weights.ts";

describe("extracted_gamma", () => {
  it.each(goldenCases("extracted_gamma"))("$id", async ({ law, value, abs_tol, X, y, xq, WK, WQ, WV, h }) => {
    const parameters = mergeWeights({
      key: matrixFromRows(WK),
      query: matrixFromRows(WQ),
      value: matrixFromRows(WV),
      head: Float64Array.from(h),
    });
    const step = inducedStep(parameters);
    expectMatrixClose(step.preconditioner, value.gamma, abs_tol);
    // Never symmetrised: the golden Γ is far from its transpose.
    expect(Math.abs(value.gamma[0][1] - value.gamma[1][0])).toBeGreaterThan(1000 * abs_tol);

    const prompts = (responses: readonly number[]): PromptBatch => ({
      count: 1,
      contextLength: law.n,
      dimension: law.d,
      covariates: Float64Array.from(X.flat()),
      responses: Float64Array.from(responses),
      queryCovariates: Float64Array.from(xq),
      queryResponses: Float64Array.of(0),
    });
    const predict = async (responses: readonly number[]): Promise<number> =>
      (await float64Engine().predict(parameters, prompts(responses)))[0];
    const [up, down] = [await predict(y), await predict(y.map((response) => -response))];
    expectClose(up, value.prediction, abs_tol);
    expectClose((up - down) / 2, value.odd_part, abs_tol);
    expectClose((up + down) / 2, value.even_part, abs_tol);

    const [{ odd, even }] = partsThroughBlocks({ parameters, prompts: prompts(y) }, step);
    expectClose(odd, value.odd_part, abs_tol);
    expectClose(even, value.even_part, abs_tol);
  });
});
