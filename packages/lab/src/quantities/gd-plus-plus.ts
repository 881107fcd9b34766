import { optimalGdPlusPlus } from "@onestep/theory";
import { linearSetting } from "../law-settings.ts";
import { numberOption } from "./option.ts";
import { defineQuantity, type Quantity } from "./quantity.ts";

/** The best L layers that also reshape the covariates, as far as a search finds them. */
export const gdPlusPlus: Quantity = defineQuantity({
  name: "gd-plus-plus",
  summary: "the best L layers that also reshape the covariates (GD++)",
  options: { layers: numberOption("L", "how many layers") },
  reads: linearSetting,
  formula(setting, { layers }) {
    const form = optimalGdPlusPlus(setting, layers);
    const { a, b, loss, starts } = form.value;
    return {
      ...form,
      value: { a, b, loss },
      hypotheses: [...form.hypotheses, `the best of ${starts} starts of a search: an upper bound`],
    };
  },
  otherwise: "depth-floor bounds the loss of any depth on any law; optimum is one layer, exactly",
});
