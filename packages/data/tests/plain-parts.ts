import { gaussianCovariates } from "../src/covariates/gaussian.ts";
import type { CovariateLaw } from "../src/define/define-covariates.ts";
import type { NoiseLaw } from "../src/define/define-noise.ts";
import type { TargetLaw } from "../src/define/define-target.ts";
import { gaussianNoise } from "../src/noise/gaussian.ts";
import { linearTarget } from "../src/targets/linear.ts";
import { gaussianTasks } from "../src/tasks/gaussian.ts";

// The parts of a prompt that is there for one other part: none of them is isotropic where that would hide a mistake.

const VARIANCES = [1.5, 1, 0.5, 0.8];

/** Gaussian rows, their coordinates of unlike variances; up to R⁴. */
export function plainCovariates(dimension: number): CovariateLaw {
  return gaussianCovariates({ covariance: VARIANCES.slice(0, dimension) });
}

/** ⟨w, x⟩ with w ~ N(0, I) */
export function plainTarget(dimension: number): TargetLaw {
  return linearTarget({ tasks: gaussianTasks({ dimension }) });
}

/** N(0, ¼) on every response */
export const plainNoise: NoiseLaw = gaussianNoise({ variance: 0.25 });
