import { expectClose, goldenCases } from "@onestep/testkit";
import { describe, test } from "vitest";
import { settingOfGolden } from "../../tests/golden-law.ts";
import { reluAttention } from "../attention/pointwise.ts";
import { mergedFlow } from "./merged-flow.ts";
import { plateauLosses } from "./learned-directions.ts";

describe("training dynamics and other attention", () => {
  test.each(goldenCases("plateau_losses"))("$id", ({ law, value, abs_tol }) => {
    expectClose(plateauLosses(settingOfGolden(law)).value, value, abs_tol);
  });
  test.each(goldenCases("flow_gamma_hat"))("$id", ({ law, times, gamma_hat0, value, abs_tol }) => {
    const points = mergedFlow({ setting: settingOfGolden(law), initial: gamma_hat0 }, times).value;
    expectClose(
      points.map((point) => point.gamma),
      value,
      abs_tol,
    );
  });
  test.each(goldenCases("relu_attention_optimum"))("$id", ({ law, value, abs_tol }) => {
    const { stepSize, loss } = reluAttention({
      contextLength: law.n,
      dimension: law.d,
      noiseVariance: law.noise_var,
    }).value;
    expectClose(stepSize, value.eta, abs_tol);
    expectClose(loss, value.loss, abs_tol);
  });
});
