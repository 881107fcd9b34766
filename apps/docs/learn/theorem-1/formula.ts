import type { Formula } from "../../figures/formula.ts";

/** The layer's prediction, through the matrix Γ that training shapes. */
export const PREDICTION: Formula = [
  { name: "prediction", text: "ŷ", meaning: "what the layer predicts for the query" },
  " = ",
  { name: "query", text: "x", sub: "q", sup: "⊤", meaning: "the query, a row of d numbers" },
  " ",
  {
    name: "gamma",
    text: "Γ",
    meaning: "what training shapes: a d × d matrix, read off the layer's weights; the heat map",
  },
  " ",
  { name: "sum", text: "Σ", sub: "i", meaning: "a sum over the n pairs of the context" },
  " ",
  { name: "y", text: "y", sub: "i", meaning: "the response of pair i" },
  " ",
  { name: "x", text: "x", sub: "i", meaning: "the covariates of pair i, d numbers" },
];
