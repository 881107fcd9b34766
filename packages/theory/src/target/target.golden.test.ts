import { erf, normalExpectation } from "@onestep/core";
import { expectClose, goldenCases, type GoldenPromptLaw } from "@onestep/testkit";
import { describe, test } from "vitest";
import { rotationInvariantStep } from "../optimum/rotation-invariant-step.ts";
import { stepSizeOf } from "../optimum/lift.ts";
import { optimalStep } from "../optimum/step.ts";
import { energyMoments, type TargetEnergies } from "./energies.ts";
import { rbfProcessEnergies } from "./kernel.ts";
import { hermiteLinkMoments, type LinkMoments } from "./link.ts";
import { singleIndexEnergies, twoLayerEnergies } from "./single-index.ts";

/** The moments of z ↦ g(rz) by quadrature: a route of its own, since theory takes numbers and never a link. */
function momentsOfLink(g: (z: number) => number, r: number): LinkMoments {
  const options = { breakpoints: [0], scale: Math.min(1, 0.5 / r) };
  return {
    c1: normalExpectation((z) => z * g(r * z), options),
    a: normalExpectation((z) => g(r * z) ** 2, options),
    b2: normalExpectation((z) => (z * g(r * z)) ** 2, options),
  };
}

function linkOf(name: string, kappa = 1, alpha = 0): (z: number) => number {
  const links: Record<string, (z: number) => number> = {
    identity: (z) => z,
    relu: (z) => Math.max(z, 0),
    leaky_relu: (z) => (z > 0 ? z : alpha * z),
    abs: Math.abs,
    sign: Math.sign,
    tanh: Math.tanh,
    cube: (z) => z ** 3,
    erf: (z) => erf(kappa * z),
    sin: (z) => Math.sin(kappa * z),
    cos: (z) => Math.cos(kappa * z),
  };
  const found = links[name];
  if (found === undefined) throw new Error(`add the link ${name} to this test`);
  return found;
}

function energiesOf({ task, d }: GoldenPromptLaw): TargetEnergies {
  if (task.kind === "gp_rbf") return rbfProcessEnergies({ dimension: d, lengthScale: task.ell });
  if (task.kind === "linear") throw new Error("not a nonlinear target");
  const { kappa, alpha, h } = task.params;
  if (task.kind === "single_index") {
    const link = h === undefined ? momentsOfLink(linkOf(task.link, kappa, alpha), 1) : hermiteLinkMoments(h);
    return singleIndexEnergies(link, { dimension: d, amplitude: task.amp });
  }
  const network = { dimension: d, width: task.width, weightVariance: task.w_var, readoutVariance: task.a_var };
  return twoLayerEnergies((r) => momentsOfLink(linkOf(task.link, kappa, alpha), r), network);
}

describe("nonlinear_summary", () => {
  test.each(goldenCases("nonlinear_summary"))("$id", ({ law, value, abs_tol }) => {
    const energies = energiesOf(law);
    expectClose(energies.signalEnergy, value.beta_norm2, abs_tol);
    expectClose(energies.targetEnergy, value.f2x2, abs_tol);
    expectClose(energies.targetSecondMoment, value.ef2, abs_tol);
    const setting = { contextLength: law.n, dimension: law.d, noiseVariance: law.noise_var };
    const { stepSize, loss } = rotationInvariantStep(energies, setting).value;
    expectClose(stepSize, value.eta, abs_tol);
    expectClose(loss, value.loss, abs_tol);
    // Theorem 3 is the universal engine on these moments.
    const engine = optimalStep(energyMoments(energies, setting)).value;
    expectClose(stepSizeOf(engine.preconditioner)!, value.eta, abs_tol);
    expectClose(engine.loss, value.loss, abs_tol);
  });
});
