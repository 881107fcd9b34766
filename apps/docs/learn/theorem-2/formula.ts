import type { Formula } from "../../figures/formula.ts";

/** The layer's prediction, through its preconditioner. */
export const PREDICTION: Formula = [
  { name: "prediction", text: "ŷ", meaning: "what the layer predicts for the query" },
  " = ",
  { name: "query", text: "x", sub: "q", sup: "⊤", meaning: "the query, a row of two numbers" },
  " ",
  {
    name: "gamma",
    text: "Γ",
    meaning: "the preconditioner, 2 × 2: it says how long the step is in every direction",
  },
  " ",
  {
    name: "gradient",
    text: "X",
    sup: "⊤",
    meaning: "the context's covariates, one column a pair; with y, the downhill direction of its least squares",
  },
  " ",
  { name: "responses", text: "y", meaning: "the context's n responses" },
];
