import type { Formula } from "../../figures/formula.ts";

/** What several steps of gradient descent leave of the error, as a polynomial. */
export const FILTER: Formula = [
  {
    name: "filter",
    text: "q",
    meaning: "the filter: what L layers leave of the error along an eigenvector. 0 is perfect, 1 is untouched",
  },
  "(",
  { name: "eigenvalue", text: "u", meaning: "an eigenvalue of XᵀX/n: how much the context shows of that direction" },
  ") = ",
  { name: "product", text: "Π", sub: "l", meaning: "a product over the layers, whose order is free" },
  " (1 − ",
  { name: "steps", text: "a", sub: "l", meaning: "the step size of layer l: the filter is zero where u is 1/aₗ" },
  " ",
  { name: "eigenvalue-again", text: "u", meaning: "the same eigenvalue" },
  ")",
];
