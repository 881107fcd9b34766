import { randomKey, type RandomStream } from "@onestep/core";
import { expectRefuses } from "@onestep/testkit";
import { describe, it } from "vitest";
import { covariateCheck, drawing } from "../../tests/wrong-covariates.ts";
import { exponentialCovariates } from "../covariates/exponential.ts";
import { gaussianAr1Covariates } from "../covariates/gaussian-ar1.ts";
import { gaussianPromptMixtureCovariates } from "../covariates/gaussian-prompt-mixture.ts";
import { gaussianCovariates } from "../covariates/gaussian.ts";
import { studentCovariates } from "../covariates/student.ts";
import type { CovariateLaw, DrawRows } from "../define/define-covariates.ts";

const gaussian = gaussianCovariates({ dimension: 3 });
const mixture = gaussianPromptMixtureCovariates({ dimension: 3, weights: [0.5, 0.5], covariances: [1, 3] });
/** Changes all rows of a prompt at once, `shared` being what the prompt's stream draws first. */
const sharing = (
  law: CovariateLaw,
  drawShared: (stream: RandomStream) => number,
  change: (row: Float64Array, shared: number) => void,
): CovariateLaw =>
  drawing(law, (stream, count, into, offset) => {
    const shared = drawShared(stream);
    law.drawRows(stream, count, into, offset);
    for (let at = offset; at < offset + count * law.dimension; at += law.dimension) {
      change(into.subarray(at, at + law.dimension), shared);
    }
  });
/** Row i + lag is made out of row i. */
const repeating = (law: CovariateLaw, lag: number, entryOf: (row: Float64Array, i: number) => number): CovariateLaw =>
  drawing(law, (stream, count, into, offset) => {
    const { dimension: d } = law;
    law.drawRows(stream, count, into, offset);
    for (let at = offset + lag * d; at < offset + count * d; at += d) {
      const row = into.slice(at - lag * d, at - lag * d + d);
      row.forEach((_, i) => (into[at + i] = entryOf(row, i)));
    }
  });
/** Rows ±x, skewed, of one sign in each prompt: no two rows are correlated. */
const oneSign = (dimension: number): CovariateLaw => ({
  ...sharing(
    exponentialCovariates({ dimension }),
    (stream) => stream.sign(),
    (row, sign) => row.forEach((entry, i) => (row[i] = sign * entry)),
  ),
  coordinateExpectation: undefined,
  declares: { centered: true, invariance: "signs" },
});
/** Rows out of normals by another recipe than that of the draws. */
const fromOtherNormals = (law: CovariateLaw, fromNormals: DrawRows["fromNormals"]): CovariateLaw =>
  drawing(
    law,
    Object.assign((...of: Parameters<DrawRows>) => law.drawRows(...of), { fromNormals }),
  );
/** A prompt's law, changed. */
const ofPrompt = (law: CovariateLaw, change: (drawn: CovariateLaw) => CovariateLaw): CovariateLaw => ({
  ...law,
  perPrompt: { draw: (stream) => change(law.perPrompt!.draw(stream)), strata: undefined },
});

/** What is wrong with the rows of a prompt together · the law that says so · the check that must notice. */
const wrong: readonly (readonly [string, CovariateLaw, string])[] = [
  [
    "a query twice as large as a row",
    drawing(gaussian, (stream, count, into, offset) => {
      gaussian.drawRows(stream, count, into, offset);
      if (count === 1) for (let i = 0; i < 3; i++) into[offset + i] *= 2;
    }),
    "draws",
  ],
  [
    "rows that depend on what the array held before",
    drawing(gaussian, (stream, count, into, offset) => {
      const before = into.slice(offset, offset + 3 * count);
      gaussian.drawRows(stream, count, into, offset);
      before.forEach((entry, at) => (into[offset + at] += entry < 0 ? 1e-3 : 0));
    }),
    "draws",
  ],
  [
    "rows that depend on their place in the array",
    drawing(gaussian, (stream, count, into, offset) => {
      gaussian.drawRows(stream, count, into, offset);
      into[offset] += offset === 0 ? 1 : 0;
    }),
    "draws",
  ],
  [
    "a fast path with another variance",
    fromOtherNormals(gaussian, (normals, offset, count) => {
      for (let at = offset; at < offset + 3 * count; at++) normals[at] *= 1.1;
    }),
    "draws",
  ],
  [
    "a fast path with another query",
    fromOtherNormals(gaussian, (normals, offset, count) => {
      if (count === 1) normals[offset] *= -1;
    }),
    "draws",
  ],
  ["a latent that the rows of a whole prompt do not have", { ...mixture, drawRows: gaussian.drawRows }, "draws"],
  ["a row that copies the one before the last", repeating(gaussian, 2, (row, i) => row[i]), "independent rows"],
  ["a row that mirrors one seven rows before", repeating(gaussian, 7, (row, i) => -row[i]), "independent rows"],
  [
    "a coordinate of one row in another of the next",
    repeating(gaussian, 1, (row, i) => row[(i + 1) % 3]),
    "independent rows",
  ],
  ["a sign that the rows of a prompt share, in R¹", oneSign(1), "independent rows"],
  ["a sign that the rows of a prompt share, in R²", oneSign(2), "independent rows"],
  ["a sign that the rows of a prompt share, in R³", oneSign(3), "independent rows"],
  [
    "a sign of one coordinate that the rows of a prompt share",
    sharing(
      gaussian,
      (stream) => stream.sign(),
      (row, sign) => (row[1] = sign * Math.abs(row[1])),
    ),
    "independent rows",
  ],
  [
    "a sign of a product that the rows of a prompt share",
    sharing(
      gaussian,
      (stream) => stream.sign(),
      (row, sign) => (row[1] = sign * Math.sign(row[0]) * Math.abs(row[1])),
    ),
    "independent rows",
  ],
  [
    "rows that repeat given the prompt's law",
    ofPrompt(mixture, (drawnLaw) => repeating(drawnLaw, 2, (row, i) => row[i])),
    "independent rows",
  ],
  [
    "a row that is not like the others",
    drawing(gaussian, (stream, count, into, offset) => {
      gaussian.drawRows(stream, count, into, offset);
      const tenth = count > 9 ? into.subarray(offset + 27, offset + 30) : [];
      tenth.forEach((entry, i) => (tenth[i] = 2 * entry));
    }),
    "rows of one law",
  ],
  [
    "a chain whose rows are not Gaussian",
    sharing(
      gaussianAr1Covariates({ dimension: 3, correlation: 0.3 }),
      (stream) => (stream.uniform() < 0.5 ? 1.3 : Math.sqrt(2 - 1.69)),
      (row, deviation) => row.forEach((entry, i) => (row[i] = deviation * entry)),
    ),
    "Gaussian rows",
  ],
  [
    "rows of a prompt that are not Gaussian, declared so",
    ofPrompt(mixture, ({ covariance: ofDrawn }) => ({
      ...studentCovariates({ dimension: 3, degreesOfFreedom: 5, covariance: ofDrawn.matrix.values[0] }),
      gaussian: true,
    })),
    "law of a prompt",
  ],
];

describe("covariateChecks refuse rows of a prompt", () => {
  it.each(wrong)("%s", (_, law, name) => {
    expectRefuses(covariateCheck(law, name), randomKey(0));
  });
});
