import { defineTarget, type Target, type TargetIndices, type TargetLaw } from "../define/define-target.ts";
import type { Factory } from "../define/definition.ts";
import { lawParameter } from "../define/law-parameter.ts";

/**
 * f = s·h with s = ±1 fair, drawn once a prompt, and h from another law. Every moment is a product of two values of f,
 * in which the sign cancels; what it buys is that −f has the law of f.
 *
 * @example
 * randomSignTarget({ of: singleIndexTarget({ dimension: 2, link: "relu" }) }).declares.signSymmetric; // => true
 */
export const randomSignTarget: Factory<{ readonly of: TargetLaw; readonly dimension?: number }, TargetLaw> =
  defineTarget({
    name: "random-sign",
    summary: "Another target times a fair ±1, drawn once a prompt.",
    parameters: { of: lawParameter<TargetLaw>("target", { description: "law of the target whose sign is drawn" }) },
    examples: [{ of: { law: "single-index", link: "relu" } }],
    declares: ({ of }) => ({ signSymmetric: true, invariance: of.declares.invariance }),
    growth: ({ of }) => of.growth,
    over({ of }, covariates) {
      const unsigned = of.over(covariates);
      return {
        draw(stream) {
          const sign = stream.sign();
          return signed(sign, unsigned.draw(stream));
        },
        moments: (context, query) => unsigned.moments(context, query),
      };
    },
  });

function signed(sign: number, unsigned: Target): Target {
  const { indices } = unsigned;
  return {
    at: (covariates, offset) => sign * unsigned.at(covariates, offset),
    sequential: unsigned.sequential,
    indices: indices && signedIndices(sign, indices),
    queryMoments(covariates) {
      const moments = unsigned.queryMoments?.(covariates);
      return moments && { cross: moments.cross.map((entry) => sign * entry), energy: moments.energy };
    },
  };
}

/** The sign of a linear target moves into its direction, so that it stays linear. */
function signedIndices(sign: number, { count, directions, linear, readout }: TargetIndices): TargetIndices {
  if (linear) return { count, directions: directions.map((entry) => sign * entry), linear, readout };
  return {
    count,
    directions,
    linear,
    readout: (projections, offset) => sign * readout(projections, offset),
  };
}
