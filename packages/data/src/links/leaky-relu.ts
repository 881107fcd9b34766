import { defineLink, type Link } from "../define/define-link.ts";
import type { Factory } from "../define/definition.ts";
import { real } from "../define/parameter.ts";
import { piecewiseLinearMoments } from "./piecewise-linear.ts";

/** g(x) = x for x > 0 and αx for x < 0 */
export const leakyReluLink: Factory<{ readonly slope?: number | undefined }, Link> = defineLink({
  name: "leaky-relu",
  summary: "g(x) = x for x > 0, slope · x for x < 0.",
  parameters: { slope: real({ description: "slope on the negative half-line", fallback: 0.01 }) },
  examples: [{ slope: -0.3 }],
  parity: ({ slope }) => (slope === 1 ? "odd" : slope === -1 ? "even" : "neither"),
  growth: 1,
  value:
    ({ slope }) =>
    (x) =>
      x > 0 ? x : slope * x,
  moments: ({ slope }) => piecewiseLinearMoments(slope),
});
