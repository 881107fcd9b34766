import { defineLink, type Link } from "../define/define-link.ts";
import type { Factory } from "../define/definition.ts";

/** E|z| for z ~ N(0, 1) */
const MEAN_MAGNITUDE = Math.sqrt(2 / Math.PI);

/** g(x) = ±1 with the sign of x, 0 at 0 */
export const signLink: Factory<object, Link> = defineLink({
  name: "sign",
  summary: "g(x) = ±1 with the sign of x: a random half-space to classify.",
  parameters: {},
  parity: () => "odd",
  growth: 0,
  value: () => (x) => (x > 0 ? 1 : x < 0 ? -1 : 0),
  moments: () => () => ({ slope: MEAN_MAGNITUDE, energy: 1, tiltedEnergy: 1 }),
});
