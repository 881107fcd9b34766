import { promptMoments, type PromptLaw } from "@onestep/data";
import { mapClosedForm, multiHeadOptimum, optimalStep } from "@onestep/theory";
import { gaussianPrior, outside } from "../law-settings.ts";
import { firstThatApplies } from "./first-that-applies.ts";
import { defineQuantity, type Quantity } from "./quantity.ts";

/**
 * What any number of heads can reach, beside what a step alone can. Where a symmetry of the law makes the even part of
 * attention useless, the two agree, whatever the target.
 */
export const multiHead: Quantity = defineQuantity({
  name: "multi-head",
  summary: "the least loss with any number of heads, and with a step alone",
  reads: (law: PromptLaw) =>
    firstThatApplies(
      () => multiHeadOptimum(gaussianPrior(law)),
      () => symmetricOptimum(law),
    ),
  formula: (optimum) =>
    mapClosedForm(optimum, ({ unconstrained, preconditionerOnly }) => ({ unconstrained, preconditionerOnly })),
});

function symmetricOptimum(law: PromptLaw): ReturnType<typeof multiHeadOptimum> {
  const moments = promptMoments(law);
  if (moments.evenPartDecouples !== "proved") {
    throw outside("law", "task vectors w ~ N(μ, Ω), or a law with a sign symmetry", "neither of the two");
  }
  return mapClosedForm(optimalStep(moments), ({ loss }) => ({ unconstrained: loss, preconditionerOnly: loss }));
}
