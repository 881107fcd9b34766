import { normalExpectation } from "@onestep/core";
import { defineLink, parsePromptLaw, promptLaw, singleIndexTarget, type Link, type PromptLaw } from "@onestep/data";

import { KNOTS, valueOf } from "./link-choice.ts";
import type { LawToCheck } from "./symmetry.ts";

/** The prompts of a law to be checked: as its file says, with the link that was drawn in the place of the file's. */
export function promptsOf({ file, drawn }: LawToCheck): PromptLaw {
  const law = parsePromptLaw(file);
  if (drawn === undefined) return law;
  const { covariates, noise, contextLength, dimension } = law;
  return promptLaw({
    contextLength,
    covariates,
    target: singleIndexTarget({ dimension, link: drawnLink(drawn) }),
    noise,
  });
}

/** A link that is straight between its knots. */
function drawnLink(heights: readonly number[]): Link {
  const value = valueOf(heights);
  return defineLink({
    name: "drawn",
    summary: "A link drawn by hand, straight between its knots.",
    parameters: {},
    parity: () => parityOf(heights),
    growth: 1,
    value: () => value,
    moments: () => (t) => {
      // As a function of z, z ↦ g(tz) bends at the knots over t.
      const breakpoints = KNOTS.map((knot) => knot / t);
      return {
        slope: normalExpectation((z) => z * value(t * z), { breakpoints }),
        energy: normalExpectation((z) => value(t * z) ** 2, { breakpoints }),
        tiltedEnergy: normalExpectation((z) => (z * value(t * z)) ** 2, { breakpoints }),
      };
    },
  })({});
}

function parityOf(heights: readonly number[]): Link["parity"] {
  const mirrored = heights.toReversed();
  if (heights.every((height, i) => height === -mirrored[i])) return "odd";
  return heights.every((height, i) => height === mirrored[i]) ? "even" : "neither";
}
