import { tanh } from "@onestep/core";
import { defineLink, type Link } from "../define/define-link.ts";
import type { Factory } from "../define/definition.ts";
import { integratedMoments } from "./integrated-moments.ts";

/** g(x) = tanh x */
export const tanhLink: Factory<object, Link> = defineLink({
  name: "tanh",
  summary: "g(x) = tanh x.",
  parameters: {},
  parity: () => "odd",
  growth: 0,
  value: () => tanh,
  moments: () => integratedMoments(tanh),
});
