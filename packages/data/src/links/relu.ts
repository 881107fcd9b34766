import { defineLink, type Link } from "../define/define-link.ts";
import type { Factory } from "../define/definition.ts";
import { piecewiseLinearMoments } from "./piecewise-linear.ts";

/** g(x) = max(x, 0) */
export const reluLink: Factory<object, Link> = defineLink({
  name: "relu",
  summary: "g(x) = max(x, 0).",
  parameters: {},
  parity: () => "neither",
  growth: 1,
  value: () => (x) => (x > 0 ? x : 0),
  moments: () => piecewiseLinearMoments(0),
});
