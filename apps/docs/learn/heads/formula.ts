import type { Formula } from "../../figures/formula.ts";

/** The prediction of several heads. */
export const PREDICTION: Formula = [
  { name: "prediction", text: "ŷ", meaning: "what the layer predicts for the query" },
  " = ",
  { name: "sum", text: "Σ", sub: "h", meaning: "a sum over the heads: each looks at the same prompt" },
  " ",
  { name: "value", text: "u", sub: "h", sup: "⊤", meaning: "the value projection of head h: what it reads out" },
  " ",
  { name: "gram", text: "G", meaning: "the context Gram matrix: all that linear attention sees of a context" },
  " ",
  { name: "keyQuery", text: "M", sub: "h", meaning: "the key-query matrix of head h: what it looks for" },
  " ",
  { name: "query", text: "v", sub: "q", meaning: "the query's token, with 0 where its response will be" },
];
