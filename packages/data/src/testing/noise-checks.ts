import { cos, dot, multiplyVector, sin, type RandomStream } from "@onestep/core";
import { gaussianCovariates } from "../covariates/gaussian.ts";
import type { CovariateLaw } from "../define/define-covariates.ts";
import type { NoiseLaw } from "../define/define-noise.ts";
import type { Check } from "./check.ts";
import { contextSampler } from "./context-sampler.ts";
import { drawDirection, project } from "./directions.ts";
import { drawElement, move, type Group } from "./invariance-check.ts";
import { meanCheck } from "./mean-check.ts";
import { noiseDrawsCheck } from "./noise-draws.ts";
import type { NoiseExperiment } from "./noise-experiment.ts";
import { recordedLawCheck, type Observation } from "./recorded-law.ts";
import { deviationCheck, independentResponsesCheck } from "./noise-responses.ts";

/** What noise is checked on. */
export interface NoiseCheckOptions {
  /** Left out: Gaussian and anisotropic, in the plane. */
  readonly covariates?: CovariateLaw;
}

/**
 * Everything that a law of noise declares, as checks against its own draws.
 *
 * @example
 * const checks = noiseChecks(gaussianNoise({ variance: 0.25 }));
 * checks.map(({ name }) => name).slice(0, 3); // => ["draws", "centred", "moments"]
 */
export function noiseChecks(law: NoiseLaw, options: NoiseCheckOptions = {}): readonly Check[] {
  const covariates = options.covariates ?? gaussianCovariates({ covariance: [1.5, 0.75] });
  const { signSymmetric, homoscedastic, invariance } = law.declares;
  const experiment = { law, covariates, unit: law.variance > 0 ? Math.sqrt(law.variance) : 1 };
  return [
    noiseDrawsCheck(experiment),
    centredCheck(experiment),
    law.finiteMoments > 4 && momentsCheck(experiment),
    independentResponsesCheck(experiment),
    signSymmetric && signSymmetryCheck(experiment),
    homoscedastic && homoscedasticityCheck(experiment),
    !homoscedastic && invariance !== "none" && noiseInvarianceCheck(experiment, invariance),
    law.drawDeviation !== undefined && deviationCheck(experiment, law.drawDeviation),
    recordedLawCheck("noise", law, 1, (one, setting) => observeResponses({ ...experiment, law: one }, setting)),
  ].filter((check) => check !== false && check !== undefined);
}

/** The noise of two responses. */
function observeResponses({ law, covariates, unit }: NoiseExperiment, setting: RandomStream): Observation {
  const { dimension: d } = covariates;
  const rows = new Float64Array(2 * d);
  covariates.drawRows(setting, 2, rows, 0);
  return (stream) => {
    const noise = law.drawLevel(stream, d);
    return [noise(stream, rows, 0) / unit, noise(stream, rows, d) / unit];
  };
}

/** E[ε | x] = 0 */
function centredCheck({ law, covariates, unit }: NoiseExperiment): Check {
  return meanCheck("centred", (stream) => {
    const [u, v] = [drawDirection(stream, covariates.covariance), drawDirection(stream, covariates.covariance)];
    const { context, next } = contextSampler(covariates, 1, stream);
    return {
      claims: ["ε", "ε cos⟨u, x⟩", "ε sin⟨u, x⟩", "ε sin⟨v, x⟩"].map((what) => ({ what: `E ${what}`, declared: 0 })),
      draw(into) {
        next();
        const noise = law.drawLevel(stream, covariates.dimension)(stream, context, 0) / unit;
        const along = project(u, context);
        into[0] = noise;
        into[1] = noise * cos(along);
        into[2] = noise * sin(along);
        into[3] = noise * sin(project(v, context));
      },
    };
  });
}

/** E ε² and E ε²⟨u, x⟩², and the variance at x = 0 */
function momentsCheck({ law, covariates, unit }: NoiseExperiment): Check {
  const { variance, energy } = law.moments(covariates);
  return meanCheck(
    "moments",
    (stream) => {
      const u = drawDirection(stream, covariates.covariance);
      const { context, next } = contextSampler(covariates, 1, stream);
      const origin = new Float64Array(covariates.dimension);
      return {
        claims: [
          { what: "E ε² at x = 0", declared: law.variance / unit ** 2 },
          { what: "E ε²", declared: variance / unit ** 2 },
          { what: "E ε²⟨u, x⟩²", declared: dot(u, multiplyVector(energy, u)) / unit ** 2 },
        ],
        draw(into) {
          next();
          const noise = law.drawLevel(stream, covariates.dimension);
          const square = (noise(stream, context, 0) / unit) ** 2;
          into[0] = (noise(stream, origin, 0) / unit) ** 2;
          into[1] = square;
          into[2] = square * project(u, context) ** 2;
        },
      };
    },
    4096,
  );
}

/** −ε has the law of ε, for all the noise of a prompt at once. */
function signSymmetryCheck({ law, covariates, unit }: NoiseExperiment): Check {
  return meanCheck("sign symmetry", (stream) => {
    const { context, next } = contextSampler(covariates, 2, stream);
    return {
      claims: ["ε₁", "ε₁ + ε₂", "ε₁ + 2ε₂"].map((what) => ({ what: `E sin(${what})`, declared: 0 })),
      draw(into) {
        next();
        const noise = law.drawLevel(stream, covariates.dimension);
        const [first, second] = [0, covariates.dimension].map((offset) => noise(stream, context, offset) / unit);
        for (let k = 0; k < 3; k++) into[k] = sin(first + k * second);
      },
    };
  });
}

/** The law of ε does not change with x: bounded functions of the two are uncorrelated. */
function homoscedasticityCheck({ law, covariates, unit }: NoiseExperiment): Check {
  return meanCheck("homoscedasticity", (stream) => {
    const u = drawDirection(stream, covariates.covariance);
    const [one, other] = [contextSampler(covariates, 1, stream), contextSampler(covariates, 1, stream)];
    const drawNoise = (context: Float64Array): number =>
      law.drawLevel(stream, covariates.dimension)(stream, context, 0) / unit;
    return {
      claims: [
        { what: "Cov(cos ε, cos⟨u, x⟩)", declared: 0 },
        { what: "Cov(cos ε, sin⟨u, x⟩)", declared: 0 },
      ],
      draw(into) {
        one.next();
        other.next();
        const difference = (cos(drawNoise(one.context)) - cos(drawNoise(other.context))) / 2;
        const [here, there] = [project(u, one.context), project(u, other.context)];
        into[0] = difference * (cos(here) - cos(there));
        into[1] = difference * (sin(here) - sin(there));
      },
    };
  });
}

/** The noise at Ux has the law of the noise at x, at two points at once. */
function noiseInvarianceCheck({ law, covariates, unit }: NoiseExperiment, group: Group): Check {
  const { dimension: d } = covariates;
  return meanCheck(`invariance under ${group}`, (stream) => {
    const points = new Float64Array(2 * d);
    covariates.drawRows(stream, 2, points, 0);
    const moved = new Float64Array(2 * d);
    const drawNoise = (at: Float64Array): readonly [number, number] => {
      const noise = law.drawLevel(stream, d);
      return [noise(stream, at, 0) / unit, noise(stream, at, d) / unit];
    };
    return {
      claims: ["ε(p₁)", "ε(p₂)", "ε(p₁) + ε(p₂)"].flatMap((what) => [
        { what: `change of E cos(${what})`, declared: 0 },
        { what: `change of E sin(${what})`, declared: 0 },
      ]),
      draw(into) {
        move(points, drawElement(group, d, stream), moved);
        const [here, there] = [drawNoise(points), drawNoise(moved)];
        [here[0], here[1], here[0] + here[1]].forEach((before, k) => {
          const after = [there[0], there[1], there[0] + there[1]][k];
          into[2 * k] = cos(after) - cos(before);
          into[2 * k + 1] = sin(after) - sin(before);
        });
      },
    };
  });
}
