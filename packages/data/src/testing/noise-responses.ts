import { cos, exp, openStream, randomKey, sin } from "@onestep/core";
import type { NoiseLaw } from "../define/define-noise.ts";
import type { Check } from "./check.ts";
import { contextSampler } from "./context-sampler.ts";
import { drawDirection, project } from "./directions.ts";
import { meanCheck } from "./mean-check.ts";
import type { NoiseExperiment } from "./noise-experiment.ts";

const ROWS = 4;

/**
 * What two responses have in common is the level of their prompt, and no more. Their noise is uncorrelated, also beside
 * functions of the covariates; and for two prompts ε and ε′ of one level at the same covariates, δᵢ = h(εᵢ) − h(ε′ᵢ),
 *
 * $$ \mathbb{E}\,\delta_i \delta_j = 2\,\mathbb{E}\,\mathrm{Cov}(h(\varepsilon_i), h(\varepsilon_j) \mid \text{level}) = 0 . $$
 */
export function independentResponsesCheck({ law, covariates, unit }: NoiseExperiment): Check {
  const { dimension: d } = covariates;
  return meanCheck("independent responses", (stream) => {
    const u = drawDirection(stream, covariates.covariance);
    const { context, next } = contextSampler(covariates, ROWS, stream);
    const [own, twin, beside] = [new Float64Array(ROWS), new Float64Array(ROWS), new Float64Array(ROWS)];
    return {
      claims: [
        "E ε₁ε₂",
        "Σ E εᵢεⱼ",
        "Σ E εᵢεⱼ sin⟨u, xᵢ⟩ sin⟨u, xⱼ⟩",
        "Σ Cov(cos εᵢ, cos εⱼ) at one level",
        "Σ Cov(sin εᵢ, sin εⱼ) at one level",
      ].map((what) => ({ what, declared: 0 })),
      draw(into) {
        next();
        const level = randomKey(stream.bits());
        for (const noise of [own, twin]) {
          const drawNoise = law.drawLevel(openStream(level), d);
          for (let row = 0; row < ROWS; row++) noise[row] = drawNoise(stream, context, row * d) / unit;
        }
        for (let row = 0; row < ROWS; row++) beside[row] = own[row] * sin(project(u, context, row * d));
        into[0] = own[0] * own[1];
        into[1] = sumOfPairs(own);
        into[2] = sumOfPairs(beside);
        [cos, sin].forEach((h, k) => {
          into[3 + k] = sumOfPairs(own.map((noise, row) => h(noise) - h(twin[row])));
        });
      },
    };
  });
}

/** Σ_{i<j} aᵢaⱼ */
function sumOfPairs(a: Float64Array): number {
  let [pairs, before] = [0, 0];
  for (const one of a) {
    pairs += before * one;
    before += one;
  }
  return pairs;
}

/**
 * Given its deviation s, the noise of a prompt is N(0, s²), independent on every response: E[cos(aε) | s] = exp(−a²s²/2)
 * and E[cos ε₁ cos ε₂ | s] = exp(−s²), s drawn from the level's stream.
 */
export function deviationCheck(
  { law, covariates, unit }: NoiseExperiment,
  drawDeviation: NonNullable<NoiseLaw["drawDeviation"]>,
): Check {
  const { dimension: d } = covariates;
  return meanCheck("Gaussian noise of a prompt", (stream) => {
    const { context, next } = contextSampler(covariates, 2, stream);
    return {
      claims: [
        ...[1, 2].flatMap((a) => [
          { what: `E cos ${a}ε − E exp(−${a}²s²/2)`, declared: 0 },
          { what: `E(cos ${a}ε − exp(−${a}²s²/2)) exp(−s²)`, declared: 0 },
        ]),
        { what: "E(cos ε₁ cos ε₂ − exp(−s²))", declared: 0 },
      ],
      draw(into) {
        next();
        const level = randomKey(stream.bits());
        const square = (drawDeviation(openStream(level)) / unit) ** 2;
        const noise = law.drawLevel(openStream(level), d);
        const [first, second] = [noise(stream, context, 0) / unit, noise(stream, context, d) / unit];
        const small = exp(-square);
        for (const a of [1, 2]) {
          const difference = cos(a * first) - exp((-a * a * square) / 2);
          into[2 * a - 2] = difference;
          into[2 * a - 1] = difference * small;
        }
        into[4] = cos(first) * cos(second) - small;
      },
    };
  });
}
