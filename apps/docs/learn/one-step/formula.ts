import type { Formula } from "../../figures/formula.ts";

/** The prediction of one step of gradient descent. */
export const PREDICTION: Formula = [
  { name: "prediction", text: "ŷ", meaning: "the prediction: the height of the line at the query" },
  " = ",
  { name: "step", text: "η", meaning: "the step size: the slider below; η* is the best one" },
  " ",
  {
    name: "sum",
    text: "Σ",
    sub: "i",
    meaning: "a sum over the six pairs: the bars, each beginning where the last one ends",
  },
  " ",
  { name: "y", text: "y", sub: "i", meaning: "the response of pair i: how high its point lies" },
  " ",
  { name: "x", text: "x", sub: "i", meaning: "the covariate of pair i: how far left or right its point lies" },
  " ",
  { name: "query", text: "x", sub: "q", meaning: "the query: the diamond on the axis, whose response is asked for" },
];
