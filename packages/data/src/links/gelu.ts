import { erfc } from "@onestep/core";
import { defineLink, type Link, type LinkMoments } from "../define/define-link.ts";
import type { Factory } from "../define/definition.ts";

/** g(x) = x Φ(x), Φ the normal distribution function */
export const geluLink: Factory<object, Link> = defineLink({
  name: "gelu",
  summary: "g(x) = x Φ(x), Φ the normal distribution function.",
  parameters: {},
  parity: () => "neither",
  growth: 1,
  value: () => (x) => 0.5 * x * erfc(-x * Math.SQRT1_2),
  moments: () => geluMoments,
});

/**
 * The moments of tz Φ(tz), from a = t² E[z²Φ²] and b₂ = t² E[z⁴Φ²] with Φ, φ at tz. Stein's identity lowers the powers:
 *
 * - E[zᵐΦ²] = (m−1) E[z^{m−2}Φ²] + 2t E[z^{m−1}φΦ]
 * - E[zᵐφΦ] = ((m−1) E[z^{m−2}φΦ] + t E[z^{m−1}φ²]) / (1+t²), since φ(tz) tilts N(0, 1) to variance 1/(1+t²)
 * - E[z²φ²] = E[φ²]/(1+2t²) and E[φ²] = 1/(2π√(1+2t²)), by the same tilt twice
 */
function geluMoments(t: number): LinkMoments {
  const square = t * t;
  const root = Math.sqrt(1 + 2 * square);
  const densities = 1 / (2 * Math.PI * root); // E φ²
  const densities2 = densities / (1 + 2 * square); // E z²φ²
  const mixed1 = (t * densities) / (1 + square); // E zφΦ
  const mixed3 = (2 * mixed1 + t * densities2) / (1 + square); // E z³φΦ
  const normals0 = 0.25 + Math.atan2(square, root) / (2 * Math.PI); // E Φ²: two normals of correlation t²/(1+t²)
  const normals2 = normals0 + 2 * t * mixed1; // E z²Φ²
  const normals4 = 3 * normals2 + 2 * t * mixed3; // E z⁴Φ²
  return { slope: t / 2, energy: square * normals2, tiltedEnergy: square * normals4 };
}
