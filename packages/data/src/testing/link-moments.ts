import { normalExpectation } from "@onestep/core";
import type { Link } from "../define/define-link.ts";
import { exactCheck, type Check } from "./check.ts";

/** From nearly linear to nearly a step. */
const SCALES = [1e-3, 0.1, 0.5, 1, 2.5, 10];
/** Of the moment's size: what a quadrature inside a link may leave. */
const ROUNDING = 1e-10;
/** A scale at which quadratures begin to refine their panels; it is halved until two of them agree. */
const WIDEST = 0.5;
const FINEST = 2 ** -8;

/**
 * c₁ = E[z g(tz)], a = E[g(tz)²] and b₂ = E[g(tz)² z²] are those of the values, by quadrature over z ~ N(0, 1): the
 * coefficients through which a link enters the optimum, c₁ the first of its Hermite expansion.
 */
export function linkMomentsCheck(link: Link): Check {
  return exactCheck("moments", () => {
    for (const t of SCALES) {
      const { slope, energy, tiltedEnergy } = link.moments(t);
      const g = (z: number): number => link.value(t * z);
      const moments = [
        { what: "E[z g(tz)]", declared: slope, size: Math.sqrt(energy), of: (z: number) => z * g(z) },
        { what: "E[g(tz)²]", declared: energy, size: energy, of: (z: number) => g(z) ** 2 },
        { what: "E[g(tz)² z²]", declared: tiltedEnergy, size: tiltedEnergy, of: (z: number) => (z * g(z)) ** 2 },
      ];
      for (const { what, declared, size, of } of moments) {
        const integrated = integrate(of, Math.min(WIDEST, 1 / t), ROUNDING * size);
        if (Math.abs(declared - integrated) <= ROUNDING * size) continue;
        return `${what} is declared ${declared} at t = ${t}, and integrated ${integrated}`;
      }
    }
    return undefined;
  });
}

/** E h(z), on panels that are halved until nothing changes; h may bend or jump at 0. */
function integrate(h: (z: number) => number, scale: number, tolerance: number): number {
  let coarse = normalExpectation(h, { breakpoints: [0], scale });
  for (let factor = 1 / 2; factor >= FINEST; factor /= 2) {
    const fine = normalExpectation(h, { breakpoints: [0], scale: factor * scale });
    if (Math.abs(fine - coarse) <= tolerance) return fine;
    coarse = fine;
  }
  return coarse;
}
