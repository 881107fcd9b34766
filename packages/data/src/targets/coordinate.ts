import { drawInteger } from "@onestep/core";
import { linkParameter, type Link } from "../define/define-link.ts";
import { defineTarget, type TargetLaw } from "../define/define-target.ts";
import type { Factory } from "../define/definition.ts";
import type { JsonObject } from "../define/json.ts";
import { targetOfIndex } from "../define/target-indices.ts";
import { linkShelf } from "../links/shelf.ts";
import { coordinateMoments } from "../moments/coordinate-moments.ts";
import { coordinateAtQuery } from "../moments/target-at-query.ts";

/**
 * Functions of one coordinate, f(x) = sφ(x_J), with a fair sign s and J uniform. Rotations change their law, and
 * signed permutations do not, for an odd or even φ: which is enough for the best step to be a multiple of Xᵀy.
 *
 * @example
 * coordinateTarget({ dimension: 3, link: "tanh" }).declares.invariance; // => "signed-permutations"
 */
export const coordinateTarget: Factory<CoordinateTargetInputs, TargetLaw> = defineTarget({
  name: "coordinate",
  summary: "A fair sign times a function of one coordinate, which is drawn for each prompt.",
  parameters: {
    link: linkParameter(linkShelf, { description: "the function φ: a name, or an object with its parameters" }),
  },
  examples: [{ link: "tanh" }, { link: "cos" }, { link: "relu" }],
  declares: ({ link }) => ({
    signSymmetric: true,
    invariance: link.parity === "neither" ? "none" : "signed-permutations",
  }),
  growth: ({ link }) => link.growth,
  over: ({ link, dimension }) => ({
    draw(stream) {
      const direction = new Float64Array(dimension);
      const coordinate = drawInteger(stream, dimension);
      direction[coordinate] = 1;
      const sign = stream.sign();
      return {
        ...targetOfIndex(direction, (projection) => sign * link.value(projection)),
        queryMoments: (covariates) => coordinateAtQuery({ link, sign, coordinate }, covariates),
      };
    },
    moments: (context, query) => coordinateMoments(link, context, query),
  }),
});

/** The parameters of coordinate targets. */
export interface CoordinateTargetInputs {
  readonly link: string | JsonObject | Link;
  readonly dimension?: number;
}
