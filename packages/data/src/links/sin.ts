import { expm1, exp, sin } from "@onestep/core";
import { defineLink, type Link, type LinkMoments } from "../define/define-link.ts";
import type { Factory } from "../define/definition.ts";
import { positive } from "../define/parameter.ts";

/** g(x) = sin(κx) */
export const sinLink: Factory<{ readonly scale?: number | undefined }, Link> = defineLink({
  name: "sin",
  summary: "g(x) = sin(scale · x).",
  parameters: { scale: positive({ description: "frequency κ", fallback: 1 }) },
  examples: [{ scale: 2.5 }],
  parity: () => "odd",
  growth: 0,
  value:
    ({ scale }) =>
    (x) =>
      sin(Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, scale * x))),
  moments:
    ({ scale }) =>
    (t) =>
      sinMoments(scale * t),
});

/** From the characteristic function of N(0, 1): c₁ = κe^{−κ²/2}, a = (1 − e^{−2κ²})/2, b₂ = a + 2κ²e^{−2κ²}. */
function sinMoments(kappa: number): LinkMoments {
  const square = kappa * kappa;
  const energy = -expm1(-2 * square) / 2;
  return {
    slope: kappa * exp(-square / 2),
    energy,
    tiltedEnergy: energy + 2 * square * exp(-2 * square),
  };
}
