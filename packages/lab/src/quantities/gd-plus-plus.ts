import { optimalGdPlusPlus } from "@onestep/theory";
import { layeredSetting, restate } from "../law-settings.ts";
import { numberOption } from "./option.ts";
import { defineQuantity, type Quantity } from "./quantity.ts";

/** The best L layers that also reshape the covariates, as far as a search finds them. */
export const gdPlusPlus: Quantity = defineQuantity({
  name: "gd-plus-plus",
  summary: "the best L layers that also reshape the covariates (GD++)",
  options: { layers: numberOption("L", "how many layers") },
  reads: layeredSetting,
  formula({ setting, ...whitening }, { layers }) {
    const form = optimalGdPlusPlus(setting, layers);
    const remark = `the best of ${form.value.starts} starts of a search: an upper bound`;
    // b has no unit: rows become (I − (a_l b_l/n) S_l) x, and a_l carries that of S_l.
    return restate({ ...form, hypotheses: [...form.hypotheses, remark] }, whitening, ({ a, b, loss }, unit) => ({
      a: a.map((step) => step * unit),
      b,
      loss,
    }));
  },
  otherwise: "depth-floor bounds the loss of any depth on any law; optimum is one layer, exactly",
});
