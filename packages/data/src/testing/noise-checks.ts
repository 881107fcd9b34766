import { childKey, cos, dot, exp, multiplyVector, openStream, randomKey, sin } from "@onestep/core";
import { gaussianCovariates } from "../covariates/gaussian.ts";
import type { CovariateLaw } from "../define/define-covariates.ts";
import type { NoiseLaw } from "../define/define-noise.ts";
import { exactCheck, type Check } from "./check.ts";
import { firstDifference, firstNotFinite } from "./compare-arrays.ts";
import { contextSampler } from "./context-sampler.ts";
import { drawDirection, project } from "./directions.ts";
import { meanCheck } from "./mean-check.ts";

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
  const { signSymmetric, homoscedastic } = law.declares;
  const experiment = { law, covariates, unit: law.variance > 0 ? Math.sqrt(law.variance) : 1 };
  return [
    noiseDrawsCheck(experiment),
    centredCheck(experiment),
    law.finiteMoments > 4 && momentsCheck(experiment),
    signSymmetric && signSymmetryCheck(experiment),
    homoscedastic && homoscedasticityCheck(experiment),
    law.drawDeviation !== undefined && deviationCheck(experiment, law.drawDeviation),
  ].filter((check) => check !== false);
}

/** A law of noise on covariates; noise is measured in units of its standard deviation. */
interface NoiseExperiment {
  readonly law: NoiseLaw;
  readonly covariates: CovariateLaw;
  readonly unit: number;
}

/** The noise of a prompt depends on the stream and on the covariates alone; all of it is finite. */
function noiseDrawsCheck({ law, covariates }: NoiseExperiment): Check {
  return exactCheck("draws", (key) => {
    const rows = new Float64Array(4 * covariates.dimension);
    covariates.drawRows(openStream(childKey(key, "rows")), 4, rows, 0);
    const drawAll = (): Float64Array => {
      const drawn = new Float64Array(64 * 4);
      for (let i = 0; i < 64; i++) {
        const stream = openStream(childKey(key, "draws", i));
        const noise = law.drawLevel(stream, covariates.dimension);
        for (let row = 0; row < 4; row++) drawn[4 * i + row] = noise(stream, rows, row * covariates.dimension);
      }
      return drawn;
    };
    const [before, again] = [drawAll(), drawAll()];
    if (firstDifference(before, again) !== undefined) return "one key drew two different noises";
    const strange = firstNotFinite(before);
    return strange === undefined ? undefined : `the noise of a response is ${strange}`;
  });
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

/** E ε² and E ε²⟨u, x⟩² */
function momentsCheck({ law, covariates, unit }: NoiseExperiment): Check {
  const { variance, energy } = law.moments(covariates);
  return meanCheck(
    "moments",
    (stream) => {
      const u = drawDirection(stream, covariates.covariance);
      const { context, next } = contextSampler(covariates, 1, stream);
      return {
        claims: [
          { what: "E ε²", declared: variance / unit ** 2 },
          { what: "E ε²⟨u, x⟩²", declared: dot(u, multiplyVector(energy, u)) / unit ** 2 },
        ],
        draw(into) {
          next();
          const square = (law.drawLevel(stream, covariates.dimension)(stream, context, 0) / unit) ** 2;
          into[0] = square;
          into[1] = square * project(u, context) ** 2;
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

/** Given its deviation s, the noise of a prompt is N(0, s²): E cos(aε) = E exp(−a²s²/2), s drawn from the same stream. */
function deviationCheck(
  { law, covariates, unit }: NoiseExperiment,
  drawDeviation: NonNullable<NoiseLaw["drawDeviation"]>,
): Check {
  return meanCheck("Gaussian noise of a prompt", (stream) => {
    const { context, next } = contextSampler(covariates, 1, stream);
    return {
      claims: [1, 2].map((a) => ({ what: `E cos ${a}ε − E exp(−${a}²s²/2)`, declared: 0 })),
      draw(into) {
        next();
        const key = randomKey(stream.bits());
        const [ofNoise, deviation] = [openStream(key), drawDeviation(openStream(key)) / unit];
        const noise = law.drawLevel(ofNoise, covariates.dimension)(ofNoise, context, 0) / unit;
        for (const a of [1, 2]) into[a - 1] = cos(a * noise) - exp((-a * a * deviation * deviation) / 2);
      },
    };
  });
}
