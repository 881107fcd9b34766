import { linkShelf } from "@onestep/data";
import { hermiteLinkMoments } from "@onestep/theory";
import { describe, expect, it } from "vitest";

import {
  heightsOf,
  hermite,
  hermiteCoefficients,
  integratedMoments,
  isDrawn,
  KNOTS,
  LINK_NAMES,
  linkInLawFile,
  momentsOf,
  TALLEST,
  valueOf,
  withinHeights,
} from "./link-choice.ts";

/** Relative to the number itself, or to 1 where it is small. */
function expectNear(observed: number, expected: number, tolerance = 1e-12): void {
  expect(Math.abs(observed - expected)).toBeLessThan(tolerance * Math.max(1, Math.abs(expected)));
}

describe("the links of the page", () => {
  it.each(LINK_NAMES)("%s has the moments by quadrature that the catalogue declares", (name) => {
    const [declared, integrated] = [momentsOf(name), integratedMoments(name)];
    expectNear(integrated.c1, declared.c1);
    expectNear(integrated.a, declared.a);
    expectNear(integrated.b2, declared.b2);
  });

  it.each(LINK_NAMES)("%s is in the law file by a name of the catalogue", (name) => {
    const written = linkInLawFile(name);
    const link = typeof written === "string" ? written : written["name"];
    expect(linkShelf.map(({ definition }) => definition.name)).toContain(link);
  });

  it("are sums of Hermite polynomials", () => {
    expectNear(hermite(3, 0.7), (0.7 ** 3 - 3 * 0.7) / Math.sqrt(6));
    const cube = hermiteCoefficients("cube");
    // z³ = He₃ + 3 He₁
    [0, 3, 0, Math.sqrt(6), 0, 0, 0, 0].forEach((h, k) => expectNear(cube[k], h));
    const quadratic = hermiteCoefficients("quadratic");
    [0, 0, Math.SQRT2, 0, 0, 0, 0, 0].forEach((h, k) => expectNear(quadratic[k], h));
    for (const name of ["identity", "cube", "quadratic"] as const) {
      const { c1, a, b2 } = hermiteLinkMoments(hermiteCoefficients(name));
      const declared = momentsOf(name);
      expectNear(c1, declared.c1);
      expectNear(a, declared.a);
      expectNear(b2, declared.b2);
    }
    // The energy of the bars is at most that of the link.
    for (const name of LINK_NAMES) {
      const energy = hermiteCoefficients(name).reduce((sum, h) => sum + h * h, 0);
      expect(energy).toBeLessThanOrEqual(momentsOf(name).a * (1 + 1e-12));
    }
    expectNear(hermiteCoefficients("relu")[1], 0.5);
    expectNear(hermiteCoefficients("sign")[1], Math.sqrt(2 / Math.PI));
  });
});

describe("a drawn link", () => {
  it("is straight from knot to knot, and goes on so", () => {
    const value = valueOf([0, 0, 0, 0, 0, 1, 0, 0, 2]);
    expect([-9, 0, 0.25, 0.5, 0.75, 1.75, 2, 3].map(value)).toEqual([0, 0, 0.5, 1, 0.5, 1, 2, 6]);
  });

  it("of nine points of a line is the line, and of ReLU and |z| is the link", () => {
    for (const name of ["identity", "relu", "abs"] as const) {
      const drawn = heightsOf(name);
      expect(isDrawn(drawn)).toBe(true);
      const [named, traced] = [momentsOf(name), momentsOf(drawn)];
      expectNear(traced.c1, named.c1);
      expectNear(traced.a, named.a);
      expectNear(traced.b2, named.b2);
      [-3, -0.3, 0.1, 2.7].forEach((z) => expectNear(valueOf(drawn)(z), valueOf(name)(z)));
    }
  });

  it("keeps to what can be set", () => {
    expect([-9, 0.52, -0.01, 9].map(withinHeights)).toEqual([-TALLEST, 0.5, 0, TALLEST]);
    expect(heightsOf("cube")).toHaveLength(KNOTS.length);
    expect(heightsOf("cube")[0]).toBe(-TALLEST);
  });
});
