import { normalExpectation, radialQuadrature } from "@onestep/core";
import { gaussRule } from "../numerics/gauss-rule.ts";
import { requireIsotropic, type IsotropicSetting } from "../optimum/step-size.ts";
import { requireFiniteNumber, requireFunction, requireList } from "../require.ts";
import type { PointwiseMoments } from "./pointwise.ts";

/** The averages that depend on the activation. */
type ActivationAverages = Omit<PointwiseMoments, "responseSecondMoment">;

/**
 * Averages over t = ‖x_q‖ what a kernel makes of an activation h once t is given: the score is then s = tz, z ~ N(0, 1).
 *
 * @param given the averages at t; `expect` takes E_z[f(z, h(tz))]
 * @throws DomainError for a setting, activation or kinks that are none, or an h that is not finite
 */
export function averageOverQueries(
  where: string,
  activation: (score: number) => number,
  setting: IsotropicSetting,
  kinks: readonly number[],
  given: (t: number, expect: (f: (z: number, h: number) => number) => number) => ActivationAverages,
): ActivationAverages {
  const { dimension } = requireIsotropic(where, setting);
  requireFunction(where, "the activation", activation);
  requireList(where, "kinks", kinks);
  for (const kink of kinks) requireFiniteNumber(where, "kink", kink);
  const full = radialQuadrature(dimension);
  const { nodes, weights } = gaussRule(full.nodes, full.weights, 48);
  let [alignment, ownEnergy, crossEnergy] = [0, 0, 0];
  nodes.forEach((t, at) => {
    const options = { breakpoints: kinks.map((kink) => kink / t), scale: Math.min(1, 1 / t) };
    const here = given(t, (f) => normalExpectation((z) => f(z, activation(t * z)), options));
    alignment += weights[at] * here.alignment;
    ownEnergy += weights[at] * here.ownEnergy;
    crossEnergy += weights[at] * here.crossEnergy;
  });
  for (const average of [alignment, ownEnergy, crossEnergy]) {
    requireFiniteNumber(where, "average of the activation", average);
  }
  return { alignment, ownEnergy, crossEnergy };
}
