import { promptMoments, type PromptLaw } from "@onestep/data";
import { randomSpectrumLoss, shiftedLoss } from "@onestep/theory";
import { randomSpectrumSetting } from "../random-spectrum-law.ts";
import { matrixOption } from "./option.ts";
import { defineQuantity, type Quantity } from "./quantity.ts";

/** The risk of a fixed step on another law than the one it was trained for: the given law is the test law. */
export const shift: Quantity = defineQuantity({
  name: "shift",
  summary: "the risk of a fixed step Γ on this law, the test law",
  options: { preconditioner: matrixOption("file", "the rows of Γ in JSON, or what theory optimum --json printed") },
  reads: (law: PromptLaw) => law,
  formula(law, { preconditioner }) {
    const spectrum = randomSpectrumSetting(law);
    if (spectrum === undefined) return shiftedLoss(preconditioner, promptMoments(law));
    return randomSpectrumLoss(spectrum, preconditioner);
  },
});
