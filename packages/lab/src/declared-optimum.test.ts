import { parsePromptLaw, type PromptLaw } from "@onestep/data";
import { describe, expect, it } from "vitest";
import { declaredOptimum } from "./declared-optimum.ts";

const linear = (tasks: object): object => ({ law: "linear", tasks });
const gaussian = (covariance: unknown = 1): object => ({ law: "gaussian", covariance });
const lawOf = (parts: object): PromptLaw =>
  parsePromptLaw({
    contextLength: 8,
    dimension: 2,
    covariates: gaussian(),
    target: linear(gaussian()),
    noise: { law: "gaussian", variance: 0.25 },
    ...parts,
  });

describe("declaredOptimum", () => {
  it.each([
    ["Theorem 1", {}, "rotations of the covariates (Theorem 1 of arXiv 2307.03576)"],
    [
      "Theorem 3 without sign symmetry",
      { target: { law: "single-index", link: "relu" } },
      "rotations of the covariates (Theorem 3 of arXiv 2307.03576)",
    ],
    [
      "fair signs",
      { covariates: { law: "rademacher" } },
      "signed permutations of the covariates (the symmetrisation theorem",
    ],
    ["sparse tasks", { target: linear({ law: "sparse", sparsity: 1 }) }, "signed permutations of the covariates"],
    ["noise that grows with ‖x‖", { noise: { law: "heteroscedastic", variance: 1, slope: 2 } }, "rotations"],
    ["a query of another scale", { query: { covariates: gaussian(3) } }, "rotations of the covariates"],
  ])("proves one step by symmetry: %s", (_, parts, symmetry) => {
    const declared = declaredOptimum(lawOf(parts));
    expect(declared?.conclusion).toBe("one-step");
    expect(declared?.because).toContain(symmetry);
  });

  it.each([
    ["Theorem 2", { covariates: gaussian([1, 4]), target: linear(gaussian([1, 0.25])) }],
    ["whitened targets", { covariates: gaussian([1, 4]), target: { law: "single-index", link: "tanh", whiten: true } }],
  ])("proves a preconditioned step by symmetry: %s", (_, parts) => {
    const declared = declaredOptimum(lawOf(parts));
    expect(declared?.conclusion).toBe("preconditioned-step");
    expect(declared?.because).toContain("rotations of the whitened covariates");
  });

  it.each([
    ["Σ and Ω⁻¹ that do not match", { covariates: gaussian([1, 4]) }],
    ["anisotropic tasks", { target: linear(gaussian([1, 2])) }],
    ["tasks with a mean", { target: linear({ law: "gaussian", mean: [1, 0] }) }],
  ])("finds a general optimum by exact moments: %s", (_, parts) => {
    expect(declaredOptimum(lawOf(parts))).toMatchObject({
      conclusion: "general",
      because: "the moments of the law give another Γ*",
    });
  });

  it("knows what each form costs where the moments say all", () => {
    // Coordinate i of a diagonal step costs nλᵢ²((n+1)λᵢ + τ)(γᵢ − γᵢ*)², with γᵢ* = 1/((n+1)λᵢ + τ).
    const [n, variances, tau] = [8, [1, 4], 5.25];
    const weights = variances.map((variance) => n * variance * variance * ((n + 1) * variance + tau));
    const best = variances.map((variance) => 1 / ((n + 1) * variance + tau));
    const cost = (shape: readonly number[]): number => {
      const along = shape.reduce((sum, s, i) => sum + weights[i] * s * best[i], 0);
      const square = shape.reduce((sum, s, i) => sum + weights[i] * s * s, 0);
      const excess = shape.reduce((sum, s, i) => sum + weights[i] * ((along / square) * s - best[i]) ** 2, 0);
      return excess / best.reduce((loss, gamma, i) => loss - n * variances[i] ** 2 * gamma, tau);
    };
    const declared = declaredOptimum(lawOf({ covariates: gaussian(variances) }));
    expect(declared?.evenPartDecouples).toBe(true);
    expect(declared?.costs?.["one-step"]).toBeCloseTo(cost([1, 1]), 12);
    expect(declared?.costs?.["preconditioned-step"]).toBeCloseTo(cost([1, 1 / 4]), 12);
    expect(declaredOptimum(lawOf({ target: linear({ law: "gaussian", mean: [1, 0] }) }))).not.toHaveProperty("costs");
  });

  it("claims nothing where the even part might help a step of a known form", () => {
    const skewed = { target: linear({ law: "skewed", skewness: 1, variance: 1 }) };
    expect(declaredOptimum(lawOf(skewed))).toBeUndefined();
  });
});
