import { mapClosedForm, wishartTraceMoments } from "@onestep/theory";
import { numberOption } from "./option.ts";
import { defineQuantity, type Quantity } from "./quantity.ts";

/** E tr Sʲ for j = 1, …, k, as decimal strings: they are integers beyond what a JSON number holds. */
export const wishartMoments: Quantity = defineQuantity({
  name: "wishart-moments",
  summary: "E tr Sʲ for j = 1 … k, S = XᵀX of n rows x ~ N(0, I), exact integers",
  options: {
    context: numberOption("n", "how many rows"),
    dimension: numberOption("d", "their dimension"),
    order: numberOption("k", "the largest power"),
  },
  formula: (_, { context, dimension, order }) =>
    mapClosedForm(wishartTraceMoments({ contextLength: context, dimension, order }), (moments) => moments.slice(1)),
});
