import { childKey, randomKey, type RandomStream } from "@onestep/core";
import { expectPasses, expectRefuses, seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import type { NoiseLaw } from "../define/define-noise.ts";
import { gaussianNoise } from "../noise/gaussian.ts";
import { heteroscedasticNoise } from "../noise/heteroscedastic.ts";
import { mixtureNoise } from "../noise/mixture.ts";
import { studentNoise } from "../noise/student.ts";
import type { Check } from "./check.ts";
import { noiseChecks } from "./noise-checks.ts";

const key = childKey(randomKey(seedForTests()), "noise checks");
const gaussian = gaussianNoise({ variance: 0.5 });
const heteroscedastic = heteroscedasticNoise({ variance: 0.5, slope: 0.5 });
const mixture = mixtureNoise({ weights: [0.3, 0.7], variances: [1.5, 0.1] });
const named = (law: NoiseLaw, name: string): Check => noiseChecks(law).find((check) => check.name === name)!;
const drawing = (law: NoiseLaw, drawLevel: NoiseLaw["drawLevel"]): NoiseLaw => ({ ...law, drawLevel });
/** Noise that depends on the side of the origin on which x lies. */
const lopsided: NoiseLaw = {
  ...heteroscedastic,
  drawLevel: () => (stream, covariates, offset) => (covariates[offset] > 0 ? 1 : 0.25) * stream.normal(),
};
/** A law of one noise a prompt: what it draws first is what every response gets. */
const common = drawing(gaussian, (level) => {
  const shared = level.normal();
  return (stream) => Math.SQRT1_2 * (0.6 * shared + 0.8 * stream.normal());
});
let drawn = 0;

/** What is wrong · the law that says so · the check that must notice. */
const wrong: readonly (readonly [string, NoiseLaw, string])[] = [
  [
    "a variance a tenth too large",
    { ...gaussian, moments: (over) => gaussianNoise({ variance: 0.55 }).moments(over) },
    "moments",
  ],
  [
    "a variance that forgets the covariates",
    { ...heteroscedastic, moments: (over) => gaussian.moments(over) },
    "moments",
  ],
  [
    "a mean",
    drawing(gaussian, (stream, dimension) => {
      const noise = gaussian.drawLevel(stream, dimension);
      return (...at) => noise(...at) + 0.1;
    }),
    "centred",
  ],
  [
    "a mean that depends on the covariates",
    drawing(gaussian, (stream, dimension) => {
      const noise = gaussian.drawLevel(stream, dimension);
      return (rows, covariates, offset) => noise(rows, covariates, offset) + 0.2 * covariates[offset];
    }),
    "centred",
  ],
  [
    "skewed noise mirrored",
    drawing(gaussian, () => (stream) => (stream.uniform() < 0.2 ? 4 : -1) / 4),
    "sign symmetry",
  ],
  [
    "noise of covariates that are said not to matter",
    { ...heteroscedastic, declares: { ...heteroscedastic.declares, homoscedastic: true } },
    "homoscedasticity",
  ],
  ["another deviation than the noise has", { ...gaussian, drawDeviation: () => 0.8 }, "Gaussian noise of a prompt"],
  [
    "heavy tails declared Gaussian",
    { ...studentNoise({ degreesOfFreedom: 4, variance: 0.5 }), drawDeviation: () => Math.sqrt(0.5) },
    "Gaussian noise of a prompt",
  ],
  [
    "draws that depend on earlier draws",
    drawing(gaussian, () => (stream) => {
      drawn += 1;
      return drawn % 10 === 0 ? 0 : stream.normal();
    }),
    "draws",
  ],
  [
    "one ε for all responses of a prompt, drawn with its level",
    drawing(gaussian, (level) => {
      const shared = Math.SQRT1_2 * level.normal();
      return () => shared;
    }),
    "independent responses",
  ],
  [
    "one ε for all responses of a prompt, drawn with the first",
    drawing(gaussian, () => {
      let shared: number | undefined;
      return (stream) => (shared ??= Math.SQRT1_2 * stream.normal());
    }),
    "draws",
  ],
  ["a part of the noise that all responses of a prompt share", common, "independent responses"],
  [
    "a part of the noise that the covariates alone sign",
    drawing(heteroscedastic, (level) => {
      const shared = level.normal();
      return (stream, covariates, offset) => 0.6 * Math.sign(covariates[offset]) * shared + 0.8 * stream.normal();
    }),
    "independent responses",
  ],
  [
    "noise that remembers the response before",
    drawing(gaussian, () => {
      let before = 0;
      return (stream) => (before = 0.5 * before + Math.sqrt(0.375) * stream.normal());
    }),
    "draws",
  ],
  [
    "a scale that is drawn with the level and hidden",
    drawing({ ...gaussian, drawDeviation: undefined }, (level) => {
      const signs = [1, 1, 1, 1].map(() => level.sign());
      let at = 0;
      return (stream) => (1 + 0.5 * signs[at++ % 4] * signs[0]) * stream.normal();
    }),
    "draws",
  ],
  [
    "another deviation than that of the fast path",
    { ...gaussian, drawLevel: Object.assign(gaussianNoise({ variance: 0.6 }).drawLevel, { deviation: Math.SQRT1_2 }) },
    "draws",
  ],
  ["another deviation than that of the statistics", { ...gaussian, drawDeviation: () => 0.7 }, "draws"],
  [
    "a level that takes a number before the fast path's",
    drawing(
      gaussian,
      Object.assign((level: RandomStream) => (level.bits(), (stream: RandomStream) => Math.SQRT1_2 * stream.normal()), {
        deviation: Math.SQRT1_2,
      }),
    ),
    "draws",
  ],
  [
    "a deviation of the right law that is not the prompt's",
    {
      ...mixture,
      drawDeviation(stream) {
        stream.bits();
        return mixture.drawDeviation!(stream);
      },
    },
    "Gaussian noise of a prompt",
  ],
  [
    "a deviation of a prompt whose noise is not Gaussian",
    drawing(gaussian, () => (stream) => Math.SQRT1_2 * stream.sign()),
    "Gaussian noise of a prompt",
  ],
  ["another variance on record", { ...gaussian, parameters: { variance: 0.7 } }, "recorded parameters"],
  ["another variance than the one drawn with", { ...gaussian, variance: 0.55 }, "moments"],
  ["another variance at the origin", { ...heteroscedastic, variance: 0.6 }, "moments"],
  ["noise that is not the same on both sides", lopsided, "invariance under rotations"],
  [
    "noise that is not the same on both sides, mirrored",
    { ...lopsided, declares: { ...lopsided.declares, invariance: "signs" } },
    "invariance under signs",
  ],
  [
    "noise that looks at x, declared not to",
    { ...heteroscedastic, declares: { ...heteroscedastic.declares, homoscedastic: true } },
    "draws",
  ],
  [
    "noise that writes into the covariates",
    drawing(gaussian, () => (stream, covariates) => (covariates.length > 0 && (covariates[0] = 1), stream.normal())),
    "draws",
  ],
  ["a number that is none", drawing(gaussian, () => (stream) => 1 / Math.max(0, stream.normal())), "draws"],
];

describe("noiseChecks", () => {
  it.each(wrong)("refuse %s", (_, law, name) => {
    expectRefuses(named(law, name), randomKey(0));
  });

  it("estimate no variance whose square has no mean", () => {
    const names = noiseChecks(studentNoise({ degreesOfFreedom: 4, variance: 1 })).map(({ name }) => name);
    expect(names).toEqual([
      "draws",
      "centred",
      "independent responses",
      "sign symmetry",
      "homoscedasticity",
      "recorded parameters",
    ]);
  });

  it("pass noise in the units it comes in", () => {
    for (const check of noiseChecks(gaussianNoise({ variance: 1e-20 }))) expectPasses(check, key);
  });
});
