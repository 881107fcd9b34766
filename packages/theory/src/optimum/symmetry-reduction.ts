import { DomainError } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireDimension, requireFields } from "../require.ts";
import { cite } from "../sources.ts";

const groups = [
  "orthogonal",
  "special-orthogonal",
  "signed-permutations",
  "permutations",
  "sign-flips",
  "central",
  "trivial",
] as const;

/** A group 𝒢 of orthogonal matrices under which the law of prompts (XU, y, Uᵀx_q, y_q) is unchanged. */
export type SymmetryGroup = (typeof groups)[number];

/** What is known of a law's symmetry. */
export interface DeclaredSymmetry {
  readonly group: SymmetryGroup;
  /** d */
  readonly dimension: number;
  /** The group acts on whitened covariates: U = Σ^{−1/2} R Σ^{1/2} for R in the group */
  readonly whitened?: boolean;
  /** (y, y_q) → −(y, y_q) leaves the law unchanged, and ℓ(−y, −ŷ) = ℓ(y, ŷ) */
  readonly responseSign?: boolean;
}

/** The form that an optimum can be given without loss. */
export interface SymmetryReduction {
  /** Γ = ηI · ηΣ⁻¹ · αI + βJ with J the quarter turn · αI + β11ᵀ · diagonal · any */
  readonly form: "scalar" | "whitened-scalar" | "rotation-scaling" | "exchangeable" | "diagonal" | "matrix";
  /** How many numbers the step is made of. */
  readonly parameters: number;
  readonly evenPart: "vanishes" | "may help";
  /** The number of heads beyond which more heads gain nothing. */
  readonly heads: number;
}

/**
 * The symmetrisation theorem: which form the optimum of one layer of linear attention takes, for any convex loss and any
 * number of heads, from the symmetry of the law alone.
 *
 * $$ \mathcal{L}(U^\top G\,U) = U^\top\mathcal{L}(G)\ \ \forall\,U\in\mathcal{G}, \qquad \mathcal{G} = O(d)\ \Rightarrow\ \hat y = \eta\, x_q^\top X^\top y $$
 *
 * With d + 1 heads or more the model is the linear space of all linear maps 𝓛 from the Gram matrix G = (S, b, c) to R^d,
 * ŷ = x_q·𝓛(G), on which a convex loss is convex. Acting with U ∈ 𝒢 leaves the objective unchanged, so by Jensen's
 * inequality the average of 𝓛 over 𝒢 is at least as good: the optimum may be taken 𝒢-equivariant. Then
 * c, an invariant, maps to a fixed vector of 𝒢; S maps by an intertwiner Sym²R^d → R^d; b by the commutant of 𝒢. Under
 * signed permutations, as under all rotations, the first two are zero and the commutant is ηI, by Schur's lemma. A sign
 * symmetry of the responses removes c and S, which are even in y. Steps need as many heads as the rank-one terms of
 * their even part: one if there is none.
 *
 * Theorems 1 and 3 are `"orthogonal"`, Theorem 2 is `"orthogonal"` whitened. Rows may be dependent, noise heavy-tailed.
 *
 * @throws DomainError for d < 1 or a group that is none of `SymmetryGroup`
 *
 * Source: own derivation, Jensen's inequality for the average over 𝒢.
 *
 * @example
 * symmetryReduction({ group: "signed-permutations", dimension: 5 }).value.form; // => "scalar"
 */
export function symmetryReduction(symmetry: DeclaredSymmetry): ClosedForm<SymmetryReduction> {
  requireFields("symmetryReduction", "a declared symmetry", symmetry, ["group", "dimension"]);
  const { group, dimension: d, whitened = false, responseSign = false } = symmetry;
  requireDimension("symmetryReduction", d);
  if (!groups.includes(group)) {
    throw new DomainError({
      where: "symmetryReduction",
      expected: `a group among ${groups.join(", ")}`,
      arrived: group,
      hint: 'name the largest group that is known to leave the law of prompts unchanged, or "trivial"',
    });
  }
  const reduction = inWhitenedCoordinates(linearMapsOf(group, d), whitened);
  const evenVanishes = reduction.evenPart === "vanishes" || responseSign;
  return {
    value: { ...reduction, evenPart: evenVanishes ? "vanishes" : "may help", heads: evenVanishes ? 1 : d + 1 },
    formula: String.raw`\mathcal{L}(U^\top G\,U) = U^\top\mathcal{L}(G)\ \text{for all}\ U\in\mathcal{G}`,
    hypotheses: [
      `the law of prompts is invariant under ${whitened ? "the whitened group" : "the group"} "${group}" acting on covariates`,
      ...(responseSign
        ? ["the law of prompts is invariant under a change of sign of all responses, and so is the loss"]
        : []),
      "the loss is convex in the prediction, and its minimum is attained",
      hypotheses.linearAttention,
    ],
    source: cite("onestep", "symmetryReduction"),
  };
}

type Equivariant = Omit<SymmetryReduction, "heads">;

/** The 𝒢-equivariant linear maps (S, b, c) → R^d. */
function linearMapsOf(group: SymmetryGroup, d: number): Equivariant {
  // In one dimension the only groups are {1} and {±1}.
  const signless = group === "special-orthogonal" || group === "permutations" || group === "trivial";
  if (d === 1) return { form: "scalar", parameters: 1, evenPart: signless ? "may help" : "vanishes" };
  switch (group) {
    case "orthogonal":
    case "signed-permutations":
      return { form: "scalar", parameters: 1, evenPart: "vanishes" };
    case "special-orthogonal":
      // SO(2) commutes with the quarter turn; S has weights 0 and ±2 under it, b has ±1.
      return d === 2
        ? { form: "rotation-scaling", parameters: 2, evenPart: "vanishes" }
        : { form: "scalar", parameters: 1, evenPart: "vanishes" };
    case "permutations":
      return { form: "exchangeable", parameters: 2, evenPart: "may help" };
    case "sign-flips":
      return { form: "diagonal", parameters: d, evenPart: "vanishes" };
    case "central":
      return { form: "matrix", parameters: d * d, evenPart: "vanishes" };
    case "trivial":
      return { form: "matrix", parameters: d * d, evenPart: "may help" };
  }
}

/** Γ = Σ^{−1/2} Γ̃ Σ^{−1/2}: a multiple of the identity becomes one of Σ⁻¹, any other form a matrix of the same freedom. */
function inWhitenedCoordinates(reduction: Equivariant, whitened: boolean): Equivariant {
  if (!whitened) return reduction;
  return { ...reduction, form: reduction.form === "scalar" ? "whitened-scalar" : "matrix" };
}
