import { covariance, diagonal, drawExponential, isotropic, type RandomStream } from "@onestep/core";
import { defineCovariates, type CovariateLatent, type CovariateLaw } from "../define/define-covariates.ts";
import type { Factory } from "../define/definition.ts";
import { positive } from "../define/parameter.ts";
import { gaussianOfPrompt, rowsOfLatent } from "./gaussian-of-prompt.ts";
import { mixedFourthMoment } from "./independent-coordinates.ts";

/**
 * Gaussian rows whose variances are drawn once a prompt: x ~ N(0, diag(λ)) with independent λᵢ of mean 1/rate,
 *
 * $$ \lambda_i \sim \mathrm{Exp}(\text{rate}), \qquad \Sigma = \tfrac{1}{\text{rate}}\, I $$
 *
 * Rows of one prompt share λ. A row by itself has independent Laplace coordinates, hence κ = 6.
 *
 * @example
 * gaussianRandomSpectrumCovariates({ dimension: 2, rate: 2 }).perPrompt?.strata; // => undefined
 */
export const gaussianRandomSpectrumCovariates: Factory<GaussianRandomSpectrumCovariatesInputs, CovariateLaw> =
  defineCovariates({
    name: "gaussian-random-spectrum",
    summary: "Gaussian rows whose variances each prompt draws anew, independent exponentials.",
    parameters: {
      rate: positive({ description: "rate of the exponential law of a variance, one over its mean", fallback: 1 }),
    },
    examples: [{ rate: 2 }],
    covariance: ({ rate, dimension }) => isotropic(dimension, 1 / rate),
    fourthMoment: ({ rate, dimension }) => mixedFourthMoment(isotropic(dimension, 1 / rate).factor, 6),
    declares: { centered: true, invariance: "signed-permutations" },
    traits: (values) => ({ perPrompt: latentOf(values) }),
    draw: (values) => rowsOfLatent(latentOf(values)),
  });

/** The parameters of Gaussian covariates with a random spectrum. */
export interface GaussianRandomSpectrumCovariatesInputs {
  readonly rate?: number | undefined;
  readonly dimension?: number;
}

function latentOf({ rate, dimension }: { readonly rate: number; readonly dimension: number }): CovariateLatent {
  return {
    draw(stream: RandomStream) {
      const spectrum = Array.from({ length: dimension }, () => drawExponential(stream) / rate);
      return gaussianOfPrompt(covariance(diagonal(spectrum)), spectrum);
    },
    strata: undefined,
  };
}
