import { plateauLosses } from "@onestep/theory";
import { symmetricLinearSetting } from "../law-settings.ts";
import { defineQuantity, type Quantity } from "./quantity.ts";

/** The losses at which training of separate rank-one heads pauses. */
export const plateaus: Quantity = defineQuantity({
  name: "plateaus",
  summary: "the losses at which training with separate rank-one heads pauses",
  reads: symmetricLinearSetting,
  formula: (setting) => plateauLosses(setting),
  otherwise: "rank --rank r is the least loss of rank r for any Σ and Ω",
});
