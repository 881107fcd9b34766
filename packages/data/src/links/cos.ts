import { cos, exp } from "@onestep/core";
import { defineLink, type Link, type LinkMoments } from "../define/define-link.ts";
import type { Factory } from "../define/definition.ts";
import { positive } from "../define/parameter.ts";

/** g(x) = cos(κx) */
export const cosLink: Factory<{ readonly scale?: number | undefined }, Link> = defineLink({
  name: "cos",
  summary: "g(x) = cos(scale · x): even, so one step of gradient descent learns nothing of it.",
  parameters: { scale: positive({ description: "frequency κ", fallback: 1 }) },
  examples: [{ scale: 2.5 }],
  parity: () => "even",
  growth: 0,
  value:
    ({ scale }) =>
    (x) =>
      cos(Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, scale * x))),
  moments:
    ({ scale }) =>
    (t) =>
      cosMoments(scale * t),
});

/** From the characteristic function of N(0, 1): c₁ = 0, a = (1 + e^{−2κ²})/2, b₂ = a − 2κ²e^{−2κ²}. */
function cosMoments(kappa: number): LinkMoments {
  const square = kappa * kappa;
  const decay = exp(-2 * square);
  const energy = (1 + decay) / 2;
  return { slope: 0, energy, tiltedEnergy: energy - 2 * square * decay };
}
