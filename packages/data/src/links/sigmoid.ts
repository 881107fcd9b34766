import { exp, tanh } from "@onestep/core";
import { defineLink, type Link } from "../define/define-link.ts";
import type { Factory } from "../define/definition.ts";
import { integratedMoments } from "./integrated-moments.ts";

const tanhMoments = integratedMoments(tanh);

/** g(x) = 1/(1 + e^{−x}) */
export const sigmoidLink: Factory<object, Link> = defineLink({
  name: "sigmoid",
  summary: "g(x) = 1/(1 + e^(−x)).",
  parameters: {},
  parity: () => "neither",
  growth: 0,
  value: () => logistic,
  moments: () => sigmoidMoments,
});

/** Written so that no exponential overflows. */
function logistic(x: number): number {
  if (x >= 0) return 1 / (1 + exp(-x));
  const decay = exp(x);
  return decay / (1 + decay);
}

/** By g(x) = ½ + ½ tanh(x/2), whose two parts are orthogonal under N(0, 1), with or without the tilt z². */
function sigmoidMoments(t: number): ReturnType<Link["moments"]> {
  const half = tanhMoments(t / 2);
  return { slope: half.slope / 2, energy: (1 + half.energy) / 4, tiltedEnergy: (1 + half.tiltedEnergy) / 4 };
}
