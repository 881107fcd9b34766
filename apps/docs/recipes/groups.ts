/** A shelf of the gallery: recipes that ask about the same thing. */
export interface RecipeGroup {
  readonly title: string;
  readonly recipes: readonly string[];
}

/** Every recipe has its place here, in the order in which a reader may want them. */
export const groups: readonly RecipeGroup[] = [
  {
    title: "One layer, one step",
    recipes: [
      "thm1-isotropic",
      "thm2-anisotropic",
      "thm3-nonlinear",
      "ahn-thm1-identity-prior",
      "oswald-one-layer",
      "finite-sample",
      "several-queries",
      "cross-entropy",
      "low-rank-and-alignment",
    ],
  },
  {
    title: "Depth",
    recipes: [
      "ahn-depth",
      "ahn-context",
      "ahn-matrices",
      "oswald-gdpp",
      "looped",
      "newton-rate",
      "akyurek-agreement",
      "depth-nonlinear",
      "versatile-mixed-noise",
      "elsa-construct",
    ],
  },
  { title: "Heads, kernels and a mean", recipes: ["multi-head-no-gain", "kernels", "ltb-gd-beta", "yq-lsa"] },
  { title: "How training goes", recipes: ["zfb-flow", "dynamics-merged", "dynamics-separate"] },
  { title: "Another law at the test", recipes: ["zfb-shifts", "zfb-random-covariance", "oswald-ood"] },
  { title: "Finitely many tasks", recipes: ["wu-task-count", "lu-double-descent"] },
];
