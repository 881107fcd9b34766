import type { PromptLaw } from "@onestep/data";
import type { Trial } from "../experiment.ts";

/** The trial of a law that the user brings: the prediction is the optimum from the law's own moments. */
export function trialOfLaw(law: PromptLaw): Trial {
  return { id: "law", title: `the given law, d = ${law.dimension}, n = ${law.contextLength}`, law, stepUnit: "none" };
}
