import { normalExpectation } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, it } from "vitest";
import { hermiteLink } from "./hermite.ts";
import { leakyReluLink } from "./leaky-relu.ts";
import { linkShelf } from "./shelf.ts";

const links = [
  ...linkShelf
    .filter(({ definition }) => definition.parameters["coefficients"] === undefined)
    .map(({ definition }) => definition.build({}, { where: definition.name })),
  leakyReluLink({ slope: -0.3 }),
  hermiteLink({ coefficients: [0.3, -1, 0.7, 0.2, -0.4, 0.1] }),
];

/** From nearly constant to nearly a step. */
const scales = [1e-3, 0.1, 0.5, 1, 2.5, 10, 50];

describe("closed moments against quadrature of the value", () => {
  it.each(links)("$name $parameters", (link) => {
    for (const t of scales) {
      // A kink or jump of g sits at 0; its other features are of size 1 or larger, hence 1/t in z.
      const options = { breakpoints: [0], scale: Math.min(1, 1 / t) };
      const expected = [
        normalExpectation((z) => z * link.value(t * z), options),
        normalExpectation((z) => link.value(t * z) ** 2, options),
        normalExpectation((z) => (z * link.value(t * z)) ** 2, options),
      ];
      const { slope, energy, tiltedEnergy } = link.moments(t);
      // The quadrature is good to 1e-13 of the integrand's mean size, √(E g²) or E g² or E g²z².
      const sizes = [Math.sqrt(energy), energy, tiltedEnergy];
      [slope, energy, tiltedEnergy].forEach((value, k) => expectClose(value, expected[k], 2e-13 * sizes[k]));
    }
  });
});
