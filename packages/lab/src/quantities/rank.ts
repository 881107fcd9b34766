import { promptMoments } from "@onestep/data";
import { mapClosedForm, optimalStepOfRank } from "@onestep/theory";
import { numberOption } from "./option.ts";
import { defineQuantity, type Quantity } from "./quantity.ts";

/** The best step of rank r: what heads of key dimension r can reach. */
export const rank: Quantity = defineQuantity({
  name: "rank",
  summary: "the best step of rank r, and its loss",
  options: { rank: numberOption("r", "the rank, at most d") },
  reads: promptMoments,
  formula: (moments, options) =>
    mapClosedForm(optimalStepOfRank(moments, options.rank), ({ preconditioner, loss }) => ({ preconditioner, loss })),
  otherwise: "optimum is the best step of full rank on any law",
});
