import { cos, dot, exp, multiplyVector } from "@onestep/core";
import type { CovariateLaw, CovariateStratum } from "../define/define-covariates.ts";
import { exactCheck, type Check } from "./check.ts";
import { contextSampler } from "./context-sampler.ts";
import { drawDirection, project } from "./directions.ts";
import { meanCheck } from "./mean-check.ts";

/** Σ_{i≠j} Rᵢⱼ² of Gaussian rows: with a_i = ⟨u, xᵢ⟩ of variance 1, E(aᵢ² − 1)(aⱼ² − 1) = 2Rᵢⱼ². */
export function rowCorrelationCheck(law: CovariateLaw, rowCorrelation: (contextLength: number) => number): Check {
  const lengths = [2, 3, 12];
  return meanCheck("correlation of rows", (stream) => {
    const u = drawDirection(stream, law.covariance);
    const samplers = lengths.map((length) => contextSampler(law, length, stream));
    return {
      claims: lengths.map((length) => ({ what: `Σ Rᵢⱼ² over ${length} rows`, declared: rowCorrelation(length) })),
      draw(into) {
        samplers.forEach(({ context, next }, k) => {
          next();
          let [sum, squares] = [0, 0];
          for (let offset = 0; offset < context.length; offset += law.dimension) {
            const excess = project(u, context, offset) ** 2 - 1;
            sum += excess;
            squares += excess * excess;
          }
          into[k] = (sum * sum - squares) / 2;
        });
      },
    };
  });
}

/**
 * The rows of a prompt have the covariance of the law that the prompt drew, and not only on average; where that law says
 * that they are Gaussian, they are.
 */
export function latentCheck(law: CovariateLaw): Check {
  const { dimension: d, covariance } = law;
  const strata = law.perPrompt?.strata;
  return meanCheck("law of a prompt", (stream) => {
    const u = drawDirection(stream, covariance);
    const { context, next } = contextSampler(law, 2, stream);
    const along = (ofPrompt: CovariateLaw): number => dot(u, multiplyVector(ofPrompt.covariance.matrix, u));
    const latents =
      strata === undefined ? [] : [{ what: "E(uᵀΣu)² over prompts", declared: mean(strata, (of) => along(of) ** 2) }];
    return {
      claims: [
        { what: "E⟨u, x₁⟩² − uᵀΣu, Σ the prompt's", declared: 0 },
        { what: "E(⟨u, x₁⟩² − uᵀΣu)(⟨u, x₂⟩² − uᵀΣu)", declared: 0 },
        { what: "E cos 2⟨u, x₁⟩ − E exp(−2uᵀΣu), where rows are Gaussian", declared: 0 },
        ...latents,
      ],
      draw(into) {
        const ofPrompt = next();
        const [variance, projection] = [along(ofPrompt), project(u, context)];
        const [first, second] = [projection ** 2 - variance, project(u, context, d) ** 2 - variance];
        into[0] = first;
        into[1] = first * second;
        into[2] = ofPrompt.gaussian ? cos(2 * projection) - exp(-2 * variance) : 0;
        if (strata !== undefined) into[3] = variance * variance;
      },
    };
  });
}

/** The laws that a prompt may have make up the law of all prompts: Σ_k p_k = 1 and Σ_k p_k Σ_k = Σ. */
export function strataCheck({ covariance }: CovariateLaw, strata: readonly CovariateStratum[]): Check {
  return exactCheck("strata", () => {
    const total = mean(strata, () => 1);
    if (!(Math.abs(total - 1) <= strata.length * 2 ** -52)) return `the probabilities add up to ${total}`;
    const { values } = covariance.matrix;
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const stranger = values.findIndex((value, at) => {
      const mixed = mean(strata, (of) => of.covariance.matrix.values[at]);
      return !(Math.abs(mixed - value) <= (8 + strata.length) * 2 ** -52 * largest);
    });
    return stranger < 0 ? undefined : `entry ${stranger} of Σ is not Σ_k p_k Σ_k`;
  });
}

function mean(strata: readonly CovariateStratum[], valueOf: (covariates: CovariateLaw) => number): number {
  return strata.reduce((sum, { probability, covariates }) => sum + probability * valueOf(covariates), 0);
}
