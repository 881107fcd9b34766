import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import type { GoldenQuantity } from "./golden-case.ts";
import { goldenCase, goldenCases, goldenQuantities } from "./golden-cases.ts";

/** What a case of each quantity must carry beside its law: the run-time twin of `GoldenQuantities`. */
const SHAPES: Record<GoldenQuantity, { value: string; inputs: readonly string[]; sizesOnly?: true }> = {
  single_layer_optimum: { value: "eta loss", inputs: [] },
  gamma_star: { value: "rows", inputs: [] },
  loss_star: { value: "number", inputs: [] },
  gamma_star_and_loss: { value: "gamma loss", inputs: [] },
  nonlinear_summary: { value: "beta_norm2 ef2 eta f2x2 loss", inputs: [] },
  risk_one_step_gd: { value: "number", inputs: ["eta"] },
  ridge_risk: { value: "number", inputs: ["ridge_lambda"] },
  bayes_risk: { value: "number", inputs: ["ridge_lambda"] },
  bayes_risk_marchenko_pastur: { value: "number", inputs: ["exact_finite"] },
  bayes_risk_deterministic_equivalent: { value: "number", inputs: ["nu"] },
  ols_risk: { value: "number", inputs: [] },
  k_step_gd_risk: { value: "number", inputs: ["k", "a"] },
  shift_risk: { value: "number", inputs: ["gamma"] },
  multilayer_optimum: { value: "a loss", inputs: ["L"] },
  gdpp_loss: { value: "number", inputs: ["a", "ab"] },
  wishart_trace_moments: { value: "numbers", inputs: [], sizesOnly: true },
  multilayer_query_token: { value: "numbers", inputs: ["X", "y", "xq", "layers"], sizesOnly: true },
  extracted_gamma: {
    value: "even_part gamma odd_part prediction",
    inputs: ["X", "y", "xq", "WK", "WQ", "WV", "h"],
    sizesOnly: true,
  },
  population_loss_w_M: { value: "even gamma odd total", inputs: ["w", "M"] },
  multihead_optimum: { value: "gamma_only multihead", inputs: [] },
  rank_constrained_optimum: { value: "gamma loss", inputs: ["rank"] },
  plateau_losses: { value: "numbers", inputs: [] },
  flow_gamma_hat: { value: "numbers", inputs: ["times", "gamma_hat0"] },
  relu_attention_optimum: { value: "eta loss", inputs: [] },
};

const OPTIONAL_VALUES = new Set(["s2n", "best_polynomial_loss"]);

describe("the golden fixture", () => {
  it("holds 54 cases with distinct ids", () => {
    const cases = goldenQuantities().flatMap((quantity) => goldenCases(quantity));
    expect(cases).toHaveLength(54);
    expect(new Set(cases.map((one) => one.id)).size).toBe(54);
  });

  it("is unchanged: a golden number is never edited to please the code", () => {
    const bytes = readFileSync(new URL("../../fixtures/golden.json", import.meta.url));
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(
      "eacbc2b82fe378c6cd258373625565aebede003be3fbdadcdd02bd16f29470fa",
    );
  });

  it("holds the quantities that the types name, no more and no fewer", () => {
    expect([...goldenQuantities()].sort()).toEqual(Object.keys(SHAPES).sort());
  });

  it.each(goldenQuantities())("gives every case of %s the value and inputs that its type promises", (quantity) => {
    const shape = SHAPES[quantity];
    for (const one of goldenCases(quantity)) {
      expect(shapeOf(one.value), one.id).toBe(shape.value);
      expect(Object.keys(one), one.id).toEqual(expect.arrayContaining([...shape.inputs]));
      expect("covariates" in one.law, one.id).toBe(shape.sizesOnly !== true);
      expect(one.abs_tol, one.id).toBeGreaterThan(0);
    }
  });

  it("refuses a misspelt quantity, and names the ones there are", () => {
    expect(() => goldenCases("gama_star")).toThrow(/got "gama_star".*gamma_star_and_loss/);
  });

  it("finds a case by its id, and refuses an id it does not know", () => {
    expect(goldenCase("ols_d4_n12").quantity).toBe("ols_risk");
    expect(() => goldenCase("ols_d4_n13")).toThrow(/got "ols_d4_n13".*ols_d4_n12/);
  });
});

function shapeOf(value: unknown): string {
  if (typeof value === "number") return "number";
  if (Array.isArray(value)) return Array.isArray(value[0]) ? "rows" : "numbers";
  return Object.keys(value as object)
    .filter((key) => !OPTIONAL_VALUES.has(key))
    .sort()
    .join(" ");
}
