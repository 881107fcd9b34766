import { noNoise, promptLaw, promptMoments, gaussianCovariates } from "@onestep/data";
import { expectClose } from "@onestep/testkit";
import { optimalStep, rotationInvariantStep } from "@onestep/theory";
import { expect, it } from "vitest";
import { linkMoments, linkTarget } from "./single-index-links.ts";
import { networkEnergies, networkTarget } from "./two-layer-network.ts";

const [contextLength, dimension, width] = [7, 3, 5];
const lawOf = (target: ReturnType<typeof networkTarget>) =>
  promptLaw({ contextLength, covariates: gaussianCovariates({ dimension }), target, noise: noNoise() });

it("random networks have the energies d/4, d(d + 2)/2 and d/2, whatever their width", () => {
  // w_j = r u: E r² = d, E r⁴ = d(d + 2); relu halves each moment of ⟨u, x⟩.
  for (const m of [1, width]) {
    const { signalEnergy, targetEnergy, targetSecondMoment } = networkEnergies({ dimension, width: m });
    expectClose([signalEnergy, targetSecondMoment], [dimension / 4, dimension / 2], 1e-13);
    expectClose(targetEnergy, (dimension * (dimension + 2)) / 2, 1e-13);
  }
});

it("the recipe's energies of networks make the step of the moments that their law declares", () => {
  const { value } = rotationInvariantStep(networkEnergies({ dimension, width }), {
    contextLength,
    dimension,
    noiseVariance: 0,
  });
  const declared = optimalStep(promptMoments(lawOf(networkTarget({ dimension, width })))).value;
  expectClose(declared.preconditioner.values[0], value.stepSize, 1e-12);
  expectClose(declared.loss, value.loss, 1e-12);
});

it.each([
  ["sign", Math.sqrt(2 / Math.PI), 1, 1],
  ["relu", 1 / 2, 1 / 2, 3 / 2],
  ["±relu", 1 / 2, 1 / 2, 3 / 2],
  ["cube", 3, 15, 105],
  ["z² − 1", 0, 2, 10],
])("the link %s has E z g = %d, E g² = %d and E z²g² = %d, and a law", (name, c1, a, b2) => {
  const moments = linkMoments(name);
  expectClose([moments.c1, moments.a, moments.b2], [c1, a, b2], 1e-12 * (1 + b2));
  const { responseSecondMoment } = promptMoments(lawOf(linkTarget(name, dimension)));
  expectClose(responseSecondMoment, a, 1e-12 * (1 + a));
  expect(linkTarget(name, dimension).declares.signSymmetric).toBe(
    name === "sign" || name === "±relu" || name === "cube",
  );
});
