import type { Formula } from "../../figures/formula.ts";

/** A response of a target that is a link of one direction. */
export const RESPONSE: Formula = [
  { name: "response", text: "y", meaning: "a response" },
  " = ",
  { name: "link", text: "g", meaning: "the link, the same for all prompts: choose it, or draw it" },
  "(⟨",
  {
    name: "direction",
    text: "u",
    meaning: "a direction that the prompt hides: of length 1, and every one as likely as every other",
  },
  ", ",
  { name: "covariates", text: "x", meaning: "covariates, d standard Gaussian numbers; z = ⟨u, x⟩ is one of them" },
  "⟩) + ",
  { name: "noise", text: "ε", meaning: "noise of variance σ²" },
];
