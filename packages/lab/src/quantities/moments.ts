import { trace } from "@onestep/core";
import { promptMoments, targetMoments, type PromptLaw } from "@onestep/data";
import { hypotheses } from "@onestep/theory";
import { defineQuantity, type Quantity } from "./quantity.ts";

/** What the best step depends on: the energies of the target without noise, and the matrices of `PromptMoments`. */
export const moments: Quantity = defineQuantity({
  name: "moments",
  summary: "all that the best step depends on",
  reads: (law: PromptLaw) => ({ target: targetMoments(law), prompt: promptMoments(law) }),
  formula: ({ target, prompt }) => ({
    value: {
      signalEnergy: trace(target.contextMoment),
      targetEnergy: trace(target.energy),
      targetSecondMoment: target.secondMoment,
      responseSecondMoment: prompt.responseSecondMoment,
      crossMoment: prompt.crossMoment,
      strata: prompt.strata.map(({ probability, querySecondMoment, stepMoment }) => ({
        probability,
        querySecondMoment,
        stepMoment,
      })),
      evenPartDecouples: prompt.evenPartDecouples,
    },
    formula: String.raw`\mathbb{E}\lVert\beta\rVert^2,\ \mathbb{E}[f^2\lVert x\rVert^2],\ \mathbb{E}f^2,\ \mathbb{E}\,y_q^2,\ A = \mathbb{E}[b\,(y_q x_q)^\top],\ S_k = \mathbb{E}_k[x_q x_q^\top],\ B_k = \mathbb{E}_k[b b^\top],\quad b = X^\top y`,
    hypotheses: [hypotheses.independentQuery, hypotheses.finiteMoments],
    source: { key: "onestep", locator: "promptMoments" },
  }),
});
