import { coalescenceThreshold } from "@onestep/theory";
import { isotropicSetting, restate } from "../law-settings.ts";
import { numberOption } from "./option.ts";
import { defineQuantity, type Quantity } from "./quantity.ts";

/** The noise variance above which two of the best step sizes coalesce; the law's own noise does not enter. */
export const coalescence: Quantity = defineQuantity({
  name: "coalescence",
  summary: "the noise variance above which step sizes of L layers coalesce",
  options: { layers: numberOption("L", "how many layers") },
  reads: isotropicSetting,
  formula: (setting, { layers }) => restate(coalescenceThreshold(setting, layers), setting, (threshold) => threshold),
});
