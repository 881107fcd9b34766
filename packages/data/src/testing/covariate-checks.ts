import { inverseSquareRoot, type Covariance, type RandomStream } from "@onestep/core";
import type { CovariateLaw } from "../define/define-covariates.ts";
import { alikeRowsCheck } from "./alike-rows.ts";
import type { Check } from "./check.ts";
import { contextSampler } from "./context-sampler.ts";
import { covariateDrawsCheck } from "./covariate-draws.ts";
import { centredCheck, fourthMomentCheck, secondMomentCheck } from "./covariate-moments.ts";
import { latentCheck, rowCorrelationCheck, strataCheck } from "./covariate-rows.ts";
import { coordinateCheck, coordinateMomentsCheck, gaussianCheck, scaleMixtureCheck } from "./covariate-shape.ts";
import { drawDirection, project } from "./directions.ts";
import { fourthMomentFormCheck } from "./fourth-moment-form.ts";
import { independentRowsCheck } from "./independent-rows.ts";
import { invarianceCheck, move, type Group } from "./invariance-check.ts";
import { recordedLawCheck, type Observation } from "./recorded-law.ts";

/**
 * Everything that a law of covariates declares, as checks against its own draws. What it does not declare is not
 * checked. A moment is estimated where its square has one; with fewer moments, bounded statistics and quadrature stand
 * in for it where the law's traits say how.
 *
 * @example
 * const checks = covariateChecks(gaussianCovariates({ covariance: [2, 1] }));
 * checks.map(({ name }) => name).slice(0, 3); // => ["draws", "centred", "second moment"]
 * checks.filter((check) => !check.run({ key: randomKey(1) }).passed).length; // => 0
 */
export function covariateChecks(law: CovariateLaw): readonly Check[] {
  const { declares, gaussian, fourthMoment, drawScale, coordinateExpectation, rowCorrelation, perPrompt } = law;
  const { finiteMoments = Infinity } = law;
  return [
    covariateDrawsCheck(law),
    declares.centered && centredCheck(law),
    finiteMoments > 4 && secondMomentCheck(law),
    fourthMoment !== undefined && fourthMomentFormCheck(law, fourthMoment),
    fourthMoment !== undefined && finiteMoments > 8 && fourthMomentCheck(law, fourthMoment),
    alikeRowsCheck(law),
    (gaussian || rowCorrelation !== undefined) && gaussianCheck(law),
    drawScale !== undefined && !gaussian && scaleMixtureCheck(law, drawScale),
    coordinateExpectation !== undefined && coordinateCheck(law, coordinateExpectation),
    coordinateExpectation !== undefined && coordinateMomentsCheck(law, coordinateExpectation),
    declares.invariance !== "none" && whitenedInvarianceCheck(law, declares.invariance),
    rowCorrelation !== undefined && rowCorrelationCheck(law, rowCorrelation),
    rowCorrelation === undefined && independentRowsCheck(law),
    perPrompt !== undefined && latentCheck(law),
    perPrompt?.strata !== undefined && strataCheck(law, perPrompt.strata),
    recordedLawCheck("covariates", law, law.dimension, (one, setting) => observeRows(one, law.covariance, setting)),
  ].filter((check) => check !== false && check !== undefined);
}

/** Two rows of a context, along a direction each, in units of a covariance. */
function observeRows(law: CovariateLaw, covariance: Covariance, setting: RandomStream): Observation {
  const [u, v] = [drawDirection(setting, covariance), drawDirection(setting, covariance)];
  const rows = new Float64Array(2 * law.dimension);
  return (stream) => {
    (law.perPrompt?.draw(stream) ?? law).drawRows(stream, 2, rows, 0);
    return [project(u, rows), project(v, rows, law.dimension)];
  };
}

/** The declared group leaves the law of the whitened rows Σ^{−½}xᵢ as it is, all rows of a prompt turned alike. */
function whitenedInvarianceCheck(law: CovariateLaw, group: Group): Check {
  const root = inverseSquareRoot(law.covariance);
  const count = 3;
  return invarianceCheck({
    group,
    dimension: law.dimension,
    count,
    open(stream) {
      const { context, next } = contextSampler(law, count, stream);
      return (into) => {
        next();
        move(context, root, into);
      };
    },
  });
}
