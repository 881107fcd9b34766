import { erf } from "@onestep/core";
import { defineLink, type Link, type LinkMoments } from "../define/define-link.ts";
import type { Factory } from "../define/definition.ts";
import { positive } from "../define/parameter.ts";

/** g(x) = erf(κx) */
export const erfLink: Factory<{ readonly scale?: number | undefined }, Link> = defineLink({
  name: "erf",
  summary: "g(x) = erf(scale · x): a smooth step.",
  parameters: { scale: positive({ description: "factor κ of the argument", fallback: 1 }) },
  examples: [{ scale: 3 }],
  parity: () => "odd",
  growth: 0,
  value:
    ({ scale }) =>
    (x) =>
      erf(scale * x),
  moments:
    ({ scale }) =>
    (t) =>
      erfMoments(scale * t),
});

/**
 * The moments of erf(κz).
 *
 * $$ c_1 = \frac{2\kappa}{\sqrt{\pi(1+2\kappa^2)}}, \quad a = \frac2\pi \arcsin\frac{2\kappa^2}{1+2\kappa^2}, \quad
 *    b_2 = a + \frac{8\kappa^2}{\pi(1+2\kappa^2)\sqrt{1+4\kappa^2}} $$
 *
 * The energy is the arcsine law, written with the arctangent because the arcsine loses half the digits near 1.
 */
function erfMoments(kappa: number): LinkMoments {
  const square = kappa * kappa;
  const root = Math.sqrt(1 + 4 * square);
  const energy = (2 / Math.PI) * Math.atan2(2 * square, root);
  return {
    slope: (2 * kappa) / Math.sqrt(Math.PI * (1 + 2 * square)),
    energy,
    tiltedEnergy: energy + (8 * square) / (Math.PI * (1 + 2 * square) * root),
  };
}
