import { promptMoments, type PromptLaw } from "@onestep/data";
import { depthFloor } from "@onestep/theory";
import { outside, queryFollowsRows } from "../law-settings.ts";
import { defineQuantity, type Quantity } from "./quantity.ts";

/** What linear attention of any depth and any number of heads cannot get below. */
export const floor: Quantity = defineQuantity({
  name: "depth-floor",
  summary: "the loss that no depth and no number of heads gets below",
  reads(law: PromptLaw) {
    if (queryFollowsRows(law)) return promptMoments(law);
    throw outside("law.query", "a query drawn like the rows", "a query with a law of its own");
  },
  formula: (moments) => {
    const form = depthFloor(moments);
    return { ...form, value: { floor: form.value.floor, explained: form.value.explained } };
  },
  otherwise: "optimum is the least loss of one layer on any law",
});
