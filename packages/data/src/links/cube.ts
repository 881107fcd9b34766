import { integerPower } from "@onestep/core";
import { defineLink, type Link } from "../define/define-link.ts";
import type { Factory } from "../define/definition.ts";

/** g(x) = x³, with E z⁴ = 3, E z⁶ = 15, E z⁸ = 105 */
export const cubeLink: Factory<object, Link> = defineLink({
  name: "cube",
  summary: "g(x) = x³.",
  parameters: {},
  parity: () => "odd",
  growth: 3,
  value: () => (x) => x * x * x,
  moments: () => (t) => ({
    slope: 3 * integerPower(t, 3),
    energy: 15 * integerPower(t, 6),
    tiltedEnergy: 105 * integerPower(t, 6),
  }),
});
