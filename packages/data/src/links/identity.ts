import { defineLink, type Link } from "../define/define-link.ts";
import type { Factory } from "../define/definition.ts";
import { piecewiseLinearMoments } from "./piecewise-linear.ts";

/** g(x) = x */
export const identityLink: Factory<object, Link> = defineLink({
  name: "identity",
  summary: "g(x) = x: a linear target whose task vector lies on a sphere.",
  parameters: {},
  parity: () => "odd",
  growth: 1,
  value: () => (x) => x,
  moments: () => piecewiseLinearMoments(1),
});
