import { defineLink, type Link } from "../define/define-link.ts";
import type { Factory } from "../define/definition.ts";
import { piecewiseLinearMoments } from "./piecewise-linear.ts";

/** g(x) = |x| */
export const absLink: Factory<object, Link> = defineLink({
  name: "abs",
  summary: "g(x) = |x|: even, so one step of gradient descent learns nothing of it.",
  parameters: {},
  parity: () => "even",
  growth: 1,
  value: () => Math.abs,
  moments: () => piecewiseLinearMoments(-1),
});
