import { exp, log1p } from "@onestep/core";
import { defineLink, type Link } from "../define/define-link.ts";
import type { Factory } from "../define/definition.ts";
import { integratedMoments } from "./integrated-moments.ts";

/** g(x) = log(1 + eˣ) */
export const softplusLink: Factory<object, Link> = defineLink({
  name: "softplus",
  summary: "g(x) = log(1 + e^x).",
  parameters: {},
  parity: () => "neither",
  growth: 1,
  value: () => (x) => (x > 0 ? x : 0) + evenRest(x),
  moments: () => softplusMoments,
});

/** log(1 + e^{−|x|}), what softplus has beyond relu */
function evenRest(x: number): number {
  return log1p(exp(-Math.abs(x)));
}

/** log(2 cosh(x/2)), what softplus has beyond x/2 */
const evenPartMoments = integratedMoments((x) => Math.abs(x) / 2 + evenRest(x));

/** By g(x) = x/2 + log(2 cosh(x/2)), an odd and an even part. */
function softplusMoments(t: number): ReturnType<Link["moments"]> {
  const even = evenPartMoments(t);
  return {
    slope: t / 2,
    energy: (t * t) / 4 + even.energy,
    tiltedEnergy: (3 * t * t) / 4 + even.tiltedEnergy,
  };
}
