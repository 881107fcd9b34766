import { childKey, randomKey } from "@onestep/core";
import { expectPasses, expectRefuses, seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import type { NoiseLaw } from "../define/define-noise.ts";
import { gaussianNoise } from "../noise/gaussian.ts";
import { heteroscedasticNoise } from "../noise/heteroscedastic.ts";
import { studentNoise } from "../noise/student.ts";
import type { Check } from "./check.ts";
import { noiseChecks } from "./noise-checks.ts";

const key = childKey(randomKey(seedForTests()), "noise checks");
const gaussian = gaussianNoise({ variance: 0.5 });
const heteroscedastic = heteroscedasticNoise({ variance: 0.5, slope: 0.5 });
const named = (law: NoiseLaw, name: string): Check => noiseChecks(law).find((check) => check.name === name)!;
const drawing = (law: NoiseLaw, drawLevel: NoiseLaw["drawLevel"]): NoiseLaw => ({ ...law, drawLevel });
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
  ["a number that is none", drawing(gaussian, () => (stream) => 1 / Math.max(0, stream.normal())), "draws"],
];

describe("noiseChecks", () => {
  it.each(wrong)("refuse %s", (_, law, name) => {
    expectRefuses(named(law, name), randomKey(0));
  });

  it("estimate no variance whose square has no mean", () => {
    const names = noiseChecks(studentNoise({ degreesOfFreedom: 4, variance: 1 })).map(({ name }) => name);
    expect(names).toEqual(["draws", "centred", "sign symmetry", "homoscedasticity"]);
  });

  it("pass noise in the units it comes in", () => {
    for (const check of noiseChecks(gaussianNoise({ variance: 1e-20 }))) expectPasses(check, key);
  });
});
