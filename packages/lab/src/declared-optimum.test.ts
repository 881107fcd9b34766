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
    expect(declaredOptimum(lawOf(parts))).toEqual({
      conclusion: "general",
      because: "the moments of the law give another Γ*",
    });
  });

  it("claims nothing where the even part might help a step of a known form", () => {
    const skewed = { target: linear({ law: "skewed", skewness: 1, variance: 1 }) };
    expect(declaredOptimum(lawOf(skewed))).toBeUndefined();
  });
});
