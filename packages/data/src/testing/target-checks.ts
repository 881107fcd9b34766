import { AssumptionError, childKey, cos, openStream, sin, type RandomStream } from "@onestep/core";
import { gaussianCovariates } from "../covariates/gaussian.ts";
import type { CovariateLaw } from "../define/define-covariates.ts";
import type { DrawTarget, TargetLaw, TargetMoments } from "../define/define-target.ts";
import type { TaskLaw } from "../define/define-task.ts";
import type { Check } from "./check.ts";
import { project } from "./directions.ts";
import { growthCheck } from "./growth-check.ts";
import { drawElement, move, type Group } from "./invariance-check.ts";
import { meanCheck } from "./mean-check.ts";
import { drawKey } from "./prompt-statistics.ts";
import { recordedLawCheck, type Observation } from "./recorded-law.ts";
import { targetDrawsCheck } from "./target-draws.ts";
import { correlatedPairsCheck, queryMomentsCheck, statesQueryMoments, targetMomentsCheck } from "./target-moments.ts";

/** What a target is checked on. */
export interface TargetCheckOptions {
  /** The covariates of the context, over which moments are declared; left out, Gaussian and anisotropic. */
  readonly covariates?: CovariateLaw;
  /** The covariates of the query; left out, Gaussian with a covariance between the context's and the identity. */
  readonly queryCovariates?: CovariateLaw;
}

/**
 * Everything that a law of targets declares, as checks against its own draws: that they depend on the stream alone, by
 * every route; how they grow; their moments, over prompts and over the queries of one; the law of the task vector;
 * symmetries. Moments are checked where the law states them for the given covariates, symmetries over isotropic ones.
 *
 * @example
 * const checks = targetChecks(singleIndexTarget({ dimension: 2, link: "tanh" }));
 * checks.map(({ name }) => name).slice(0, 4); // => ["draws", "growth", "moments", "moments over queries"]
 */
export function targetChecks(law: TargetLaw, options: TargetCheckOptions = {}): readonly Check[] {
  const variances = Array.from({ length: law.dimension }, (_, i) => 1.5 / (i + 1));
  const context = options.covariates ?? gaussianCovariates({ covariance: variances });
  const query =
    options.queryCovariates ?? gaussianCovariates({ covariance: variances.map((variance) => (1 + variance) / 2) });
  const moments = declaredMoments(law, context, query);
  const { signSymmetric, invariance } = law.declares;
  return [
    targetDrawsCheck(law, context),
    Number.isFinite(law.growth) && targetGrowthCheck(law, context),
    moments !== undefined && targetMomentsCheck(law, context, query, moments),
    context.gaussian && moments?.correlatedPairs !== undefined && correlatedPairsCheck(law, context, moments),
    statesQueryMoments(law, context, query) && queryMomentsCheck(law, context, query),
    law.tasks !== undefined && taskLawCheck(law, law.tasks),
    signSymmetric && signSymmetryCheck(law),
    invariance !== "none" && targetInvarianceCheck(law, invariance),
    recordedLawCheck("target", law, law.dimension, (one, setting) => observeValues(one, law, setting)),
  ].filter((check) => check !== false && check !== undefined);
}

/** |f(x)| far from the origin, the largest of a few. */
function targetGrowthCheck(law: TargetLaw, covariates: CovariateLaw): Check {
  const { draw } = law.over(covariates);
  return growthCheck(law.growth, (key, factor) => {
    const sizes = Array.from({ length: DRAWS_FAR_OUT }, (_, i) => {
      const stream = openStream(childKey(key, "growth", i));
      const x = new Float64Array(law.dimension);
      covariates.drawRows(stream, 1, x, 0);
      return Math.abs(
        draw(stream).at(
          x.map((entry) => factor * entry),
          0,
        ),
      );
    });
    return Math.max(...sizes);
  });
}

/** f is ⟨w, ·⟩ with w of the law of tasks: bounded functions of the values at two points have the same means. */
function taskLawCheck(law: TargetLaw, tasks: TaskLaw): Check {
  return meanCheck(
    "law of the task vector",
    (stream) => {
      const { points, draw, unit } = fixedPoints(law, stream);
      const taskVector = new Float64Array(law.dimension);
      return {
        claims: ["f(p₁)", "f(p₁) + f(p₂)", "f(p₁) + 2f(p₂)"].flatMap((what) => [
          { what: `difference of E sin(${what})`, declared: 0 },
          { what: `difference of E cos(${what})`, declared: 0 },
        ]),
        draw(into) {
          // From one key: then most laws draw one vector by both routes, and nothing is left to chance.
          const key = drawKey(stream);
          const target = draw(openStream(key));
          tasks.draw(openStream(key), taskVector);
          for (let k = 0; k < 3; k++) {
            const value = (target.at(points, 0) + k * target.at(points, law.dimension)) / unit;
            const linear = (project(taskVector, points) + k * project(taskVector, points, law.dimension)) / unit;
            into[2 * k] = sin(value) - sin(linear);
            into[2 * k + 1] = cos(value) - cos(linear);
          }
        },
      };
    },
    512,
  );
}

function declaredMoments(law: TargetLaw, context: CovariateLaw, query: CovariateLaw): TargetMoments | undefined {
  try {
    return law.over(context).moments(context, query);
  } catch (error) {
    if (error instanceof AssumptionError) return undefined;
    throw error;
  }
}

/** −f has the law of f: odd functions of its values at two points have mean 0. */
function signSymmetryCheck(law: TargetLaw): Check {
  return meanCheck("sign symmetry", (stream) => {
    const { points, draw, unit } = fixedPoints(law, stream);
    return {
      claims: ["f(p₁)", "f(p₁) + f(p₂)", "f(p₁) + 2f(p₂)"].map((what) => ({ what: `E sin(${what})`, declared: 0 })),
      draw(into) {
        const target = draw(stream);
        const [first, second] = [target.at(points, 0) / unit, target.at(points, law.dimension) / unit];
        for (let k = 0; k < 3; k++) into[k] = sin(first + k * second);
      },
    };
  });
}

/** x ↦ f(Ux) has the law of f: bounded functions of the values at two points keep their means when the points move. */
function targetInvarianceCheck(law: TargetLaw, group: Group): Check {
  const { dimension: d } = law;
  return meanCheck(`invariance under ${group}`, (stream) => {
    const { points, draw, unit } = fixedPoints(law, stream);
    const moved = new Float64Array(points.length);
    return {
      claims: ["f(p₁)", "f(p₁) + f(p₂)", "f(p₁) − f(p₂)"].flatMap((what) => [
        { what: `change of E cos(${what})`, declared: 0 },
        { what: `change of E sin(${what})`, declared: 0 },
      ]),
      draw(into) {
        move(points, drawElement(group, d, stream), moved);
        const target = draw(stream);
        const [here, there] = [points, moved].map((at) => [target.at(at, 0) / unit, target.at(at, d) / unit]);
        [0, 1, -1].forEach((factor, k) => {
          const [before, after] = [here[0] + factor * here[1], there[0] + factor * there[1]];
          into[2 * k] = cos(after) - cos(before);
          into[2 * k + 1] = sin(after) - sin(before);
        });
      },
    };
  });
}

/** The values of one law at two points, in units of another. */
function observeValues(one: TargetLaw, law: TargetLaw, setting: RandomStream): Observation {
  const { points, covariates, unit } = fixedPoints(law, setting);
  const { draw } = one.over(covariates);
  return (stream) => {
    const target = draw(stream);
    return [target.at(points, 0) / unit, target.at(points, law.dimension) / unit];
  };
}

/** Two points of isotropic covariates, the law of the target over these, and the typical size of its values there. */
function fixedPoints(
  law: TargetLaw,
  stream: RandomStream,
): {
  readonly points: Float64Array;
  readonly covariates: CovariateLaw;
  readonly draw: DrawTarget;
  readonly unit: number;
} {
  const covariates = gaussianCovariates({ dimension: law.dimension });
  const { draw } = law.over(covariates);
  const points = new Float64Array(2 * law.dimension);
  covariates.drawRows(stream, 2, points, 0);
  let square = 0;
  for (let i = 0; i < PILOT; i++) square += draw(stream).at(points, 0) ** 2 / PILOT;
  return { points, covariates, draw, unit: square > 0 ? Math.sqrt(square) : 1 };
}

const PILOT = 256;
const DRAWS_FAR_OUT = 64;
