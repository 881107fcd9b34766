import { isotropic } from "@onestep/core";
import { parsePromptLaw } from "@onestep/data";
import { quantities } from "@onestep/lab";
import { describe, expect, test } from "vitest";
import { plainFormula } from "./formula.ts";

describe("plainFormula", () => {
  test.each([
    [String.raw`\eta^* = 1/(n + d + 1 + \sigma^2/\omega^2)`, "η* = 1/(n + d + 1 + σ²/ω²)"],
    [String.raw`\Gamma^* = [(n+1)\Sigma + \mathrm{tr}(\Sigma) I]^{-1}`, "Γ* = [(n+1)Σ + tr(Σ) I]⁻¹"],
    [String.raw`q_{l+1} = q_l(1-a_l u r_l^2)`, "qₗ₊₁ = qₗ(1−aₗ u rₗ²)"],
    [
      String.raw`\frac{\mathbb{E}[kh]}{\mathbb{E}[h^2]+(n-1)},\quad L = \mathbb{E}\,y_q^2-n\eta`,
      "(E[kh])/(E[h²]+(n−1)),  L = E y_q²−nη",
    ],
    [String.raw`\tfrac12\sqrt d\,\mathrm{tr}A + \sqrt{c^2+4}`, "1/2√d tr A + √(c²+4)"],
    [String.raw`\sum_{i\le r}s_i(N)^2,\quad N = S^{-1/2}A^\top`, "Σ_(i≤r)sᵢ(N)²,  N = S^(−1/2)Aᵀ"],
    [String.raw`\hat\gamma^*e^{-rt},\ \tilde q(u)`, "γ̂*e⁻ʳᵗ, q̃(u)"],
    [
      String.raw`\inf\{\sigma^2 : q \text{ has a root off the real line}\}`,
      "inf {σ² : q has a root off the real line}",
    ],
    [String.raw`\mathbb{E}\lVert\beta\rVert^2 \ne \nabla R'(\Gamma)`, "E‖β‖² ≠ ∇R′(Γ)"],
  ])("%s", (katex, plain) => expect(plainFormula(katex)).toBe(plain));

  test("leaves no mark-up in the formula of any quantity", () => {
    const tasks = { law: "gaussian" };
    const law = {
      contextLength: 9,
      dimension: 2,
      covariates: tasks,
      target: { law: "linear", tasks },
      noise: { law: "none" },
    };
    const sign = { ...law, target: { law: "single-index", link: "sign" } };
    const step = { preconditioner: isotropic(2).matrix, stepSize: 1, steps: 1, rate: 1, lambda: 1, layers: 2, rank: 1 };
    const options = { ...step, times: [1], initial: 1, from: 1, to: 2, length: 2, context: 2, dimension: 2, order: 2 };
    for (const { name, compute } of quantities) {
      const { formula } = compute({ law: parsePromptLaw(name === "cross-entropy" ? sign : law), options, seed: 0 });
      expect(plainFormula(formula)).not.toMatch(/\\|[\^_]\{/);
    }
  });
});
