import type { PromptLaw } from "@onestep/data";
import { bayesRisk, bayesRiskEquivalent, mapClosedForm, marchenkoPasturRisk } from "@onestep/theory";
import { gaussianPosterior, gaussianPrior } from "../law-settings.ts";
import { firstThatApplies } from "./first-that-applies.ts";
import { flagOption } from "./option.ts";
import { defineQuantity, type Quantity } from "./quantity.ts";
import { sampledBayesRisk } from "./sampled-bayes-risk.ts";

/**
 * What no learner can beat: exact where ΣΩ is a multiple of a projection, otherwise the average over sampled contexts of
 * the exact risk given the context. A known mean μ of the tasks costs nothing: it is subtracted.
 */
export const bayes: Quantity = defineQuantity({
  name: "bayes-risk",
  summary: "the least risk of any learner",
  options: { asymptotic: flagOption("the limit of large n and d instead (Marchenko–Pastur)") },
  reads: (law: PromptLaw) => ({ law, posterior: gaussianPosterior(law) }),
  formula({ law, posterior }, { asymptotic }, seed) {
    if (asymptotic) {
      const setting = gaussianPrior(law);
      return firstThatApplies(
        () => marchenkoPasturRisk(setting),
        () => mapClosedForm(bayesRiskEquivalent(setting), ({ risk }) => risk),
      );
    }
    return firstThatApplies<ReturnType<typeof bayesRisk> | ReturnType<typeof sampledBayesRisk>>(
      () => bayesRisk(gaussianPrior(law)),
      () => sampledBayesRisk(law, posterior.tasks, seed),
    );
  },
  otherwise: "without --asymptotic, bayes-risk is estimated for any covariates and any query",
});
