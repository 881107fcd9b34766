import {
  childKey,
  meanAccumulator,
  randomKey,
  type ContextStatistics,
  type Estimate,
  type PromptBatch,
} from "@onestep/core";
import { expectRejected, expectWithin, seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import type { CovariateLaw } from "../define/define-covariates.ts";
import { defineTarget, type TargetLaw } from "../define/define-target.ts";
import { targetOfIndices } from "../define/target-indices.ts";
import { parsePromptLaw } from "../law-file/parse.ts";
import { promptLaw, type PromptLaw } from "../prompt/prompt-law.ts";
import { samplePrompts } from "../prompt/sample-prompts.ts";
import { sumRows } from "./row-sums.ts";
import { sampleContextStatistics, statisticsRoute } from "./sample-context-statistics.ts";
import type { StatisticsRoute } from "./route.ts";

const PROMPTS = 20_000;
const key = childKey(randomKey(seedForTests()), "context statistics");
const skewed = [
  [2, 0.5, -0.3],
  [0.5, 1, 0.2],
  [-0.3, 0.2, 0.6],
];
const linear = { law: "linear", tasks: { law: "gaussian", mean: 0.3 } };
const noise = { law: "gaussian", variance: 0.5 };
const silent = { law: "none" };

const lawOf = (contextLength: unknown, covariance: unknown, target: object, noiseFile: object): PromptLaw =>
  parsePromptLaw({ contextLength, covariates: { law: "gaussian", covariance }, target, noise: noiseFile });
const oneDimension = (contextLength: number, noiseFile: object): PromptLaw =>
  lawOf(contextLength, [1.5], linear, noiseFile);

/** f(x) = ⟨w₁, x⟩² + |⟨w₂, x⟩|, with directions of unequal length that are not orthogonal. */
const twoIndexTarget = defineTarget({
  name: "two-index",
  summary: "Two directions, one of them drawn.",
  parameters: {},
  declares: () => ({ signSymmetric: false, invariance: "none" }),
  over: ({ dimension }) => ({
    draw(stream) {
      const directions = new Float64Array(2 * dimension);
      stream.fillNormals(directions, 0, dimension);
      directions[dimension] = 1;
      return targetOfIndices({
        count: 2,
        directions,
        linear: false,
        readout: (projections, at) => projections[at] ** 2 + Math.abs(projections[at + 1]),
      });
    },
    moments: () => {
      throw new Error("not asked for");
    },
  }),
});

/** Rows x = √t·z, t = ½ or 3/2 with equal chances. */
const twoScales = (law: PromptLaw): PromptLaw => {
  const scaleOf = (uniform: number): number => (uniform < 0.5 ? 0.5 : 1.5);
  const { covariates } = law;
  const rows: CovariateLaw = {
    ...covariates,
    gaussian: false,
    drawScale: (stream) => scaleOf(stream.uniform()),
    drawRows(stream, count, into, offset) {
      covariates.drawRows(stream, count, into, offset);
      for (let row = 0; row < count; row++) {
        const scale = Math.sqrt(scaleOf(stream.uniform()));
        for (let i = 0; i < 3; i++) into[offset + 3 * row + i] = scale * into[offset + 3 * row + i];
      }
    },
  };
  return { ...law, covariates: rows, queryCovariates: rows };
};

const twoIndices = (n: number): PromptLaw => {
  const target: TargetLaw = twoIndexTarget({ dimension: 3 });
  return promptLaw({ ...lawOf(n, skewed, linear, noise), contextLength: n, target });
};
const tanh = { law: "single-index", link: "tanh", scale: 1.5 };

const cases: readonly (readonly [string, StatisticsRoute, PromptLaw, { readonly gram: boolean }])[] = [
  ["linear, n < d", "bartlett", lawOf(2, skewed, linear, noise), { gram: true }],
  ["linear, n = d, no noise", "bartlett", lawOf(3, skewed, linear, silent), { gram: true }],
  [
    "linear, n > d, random length",
    "bartlett",
    lawOf({ law: "uniform", from: 1, to: 9 }, skewed, linear, noise),
    { gram: true },
  ],
  ["linear, n = d = 1", "bartlett", oneDimension(1, silent), { gram: true }],
  ["linear, d = 1", "bartlett", oneDimension(4, noise), { gram: true }],
  ["tanh, n = 1", "projections", lawOf(1, skewed, tanh, noise), { gram: true }],
  ["tanh, n = 2 < d", "projections", lawOf(2, skewed, tanh, silent), { gram: true }],
  ["tanh, n > d", "projections", lawOf(7, skewed, tanh, noise), { gram: true }],
  ["two directions, n = 2", "projections", twoIndices(2), { gram: true }],
  ["two directions, n > d", "projections", twoIndices(6), { gram: true }],
  ["tanh, without S", "projected-step", lawOf(4, skewed, tanh, noise), { gram: false }],
  [
    "linear over a mixture of scales, without S",
    "projected-step",
    twoScales(lawOf(4, skewed, linear, noise)),
    { gram: false },
  ],
];

/** Bounded functions of one prompt's sums and query, whose means are compared: bounded, so that means are normal. */
function features(sums: ContextStatistics, i: number, n: number): number[] {
  const { dimension: d, covariateGram, crossProduct, responseEnergy, queryCovariates, queryResponses } = sums;
  const bounded = (value: number, scale: number): number => value / (scale + Math.abs(value));
  const b = crossProduct.subarray(i * d, (i + 1) * d);
  const c = responseEnergy[i];
  const size = (d * (d + 1)) / 2;
  const S = (row: number, column: number): number => {
    const [high, low] = row >= column ? [row, column] : [column, row];
    return covariateGram[i * size + (high * (high + 1)) / 2 + low];
  };
  const along = b.reduce((sum, entry, j) => sum + entry * (1 - 0.4 * j), 0);
  const square = b.reduce((sum, entry) => sum + entry * entry, 0);
  const query = b.reduce((sum, entry, j) => sum + entry * queryCovariates[i * d + j], 0);
  const withoutGram = [
    bounded(c, n),
    bounded(c, 0.2 * n),
    bounded(along, n),
    bounded(along ** 2, n * n),
    bounded(square, n),
    bounded(square, c + 1e-3),
    bounded(query * queryResponses[i], n),
    bounded(b[0] * b[d - 1], n),
    bounded(along * c, n * n),
  ];
  if (covariateGram.length === 0) return withoutGram;
  let [traceOfS, squareOfS, quadratic] = [0, 0, 0];
  for (let j = 0; j < d; j++) {
    traceOfS += S(j, j);
    for (let k = 0; k < d; k++) {
      squareOfS += S(j, k) ** 2;
      quadratic += b[j] * S(j, k) * b[k];
    }
  }
  return [
    ...withoutGram,
    bounded(traceOfS, n),
    bounded(S(d - 1, 0), n),
    bounded(squareOfS, n * n),
    bounded(quadratic, n ** 3),
    bounded(quadratic, square * traceOfS + 1e-3),
    bounded(traceOfS * traceOfS, squareOfS + 1e-3),
    bounded(traceOfS - c, n),
  ];
}

/** The sums of drawn rows. */
function sumsOf(prompts: PromptBatch, gram: boolean): ContextStatistics {
  const { count, contextLength: n, dimension: d, covariates, responses } = prompts;
  const sums = {
    ...prompts,
    covariateGram: new Float64Array(gram ? (count * d * (d + 1)) / 2 : 0),
    crossProduct: new Float64Array(count * d),
    responseEnergy: new Float64Array(count),
  };
  for (let i = 0; i < count; i++) {
    const rows = { covariates: covariates.subarray(i * n * d), responses: responses.subarray(i * n) };
    sumRows(rows, n, d, sums, i);
  }
  return sums;
}

function estimates(sums: ContextStatistics, n: number): Estimate[] {
  const accumulators = features(sums, 0, n).map(() => meanAccumulator());
  for (let i = 0; i < sums.count; i++) {
    features(sums, i, n).forEach((value, k) => accumulators[k].push(value));
  }
  return accumulators.map((accumulator) => accumulator.estimate());
}

const difference = (one: Estimate, other: Estimate): Estimate => ({
  value: one.value - other.value,
  standardError: Math.sqrt(one.standardError ** 2 + other.standardError ** 2),
  count: Math.min(one.count, other.count),
});

describe("statistics have the law of sums over drawn rows", () => {
  it.each(cases)("%s", (name, route, law, { gram }) => {
    expect(statisticsRoute(law, { gram, withoutRows: true })).toBe(route);
    const [own, n] = [childKey(key, name), law.contextLength];
    const drawn = estimates(
      sampleContextStatistics(law, { key: childKey(own, "statistics"), count: PROMPTS, gram, withoutRows: true }),
      n,
    );
    const summed = estimates(sumsOf(samplePrompts(law, { key: childKey(own, "rows"), count: PROMPTS }), gram), n);
    expect(drawn.length).toBeGreaterThanOrEqual(9);
    drawn.forEach((estimate, k) => expectWithin(difference(estimate, summed[k]), 0));

    // Power: the same law with one row more, and with covariates a little wider, differs beyond doubt.
    const longer = promptLaw({ ...law, contextLength: { from: (law.leastContextLength ?? n) + 1, to: n + 1 } });
    const wrong = estimates(
      sampleContextStatistics(longer, { key: childKey(own, "wrong"), count: PROMPTS, gram, withoutRows: true }),
      n,
    );
    expectRejected(difference(wrong[0], summed[0]), 0);
    expectRejected(difference(wrong[4], summed[4]), 0);
  });
});

it("has the textbook moments: E G = nΨ for rows and responses of covariance Ψ", () => {
  const law = lawOf(
    5,
    [2, 1, 0.5],
    { law: "linear", tasks: { law: "gaussian", covariance: 0, mean: [1, -1, 2] } },
    noise,
  );
  const { covariateGram, crossProduct, responseEnergy } = sampleContextStatistics(law, { key, count: PROMPTS });
  const mean = (values: Float64Array, size: number, at: number): Estimate => {
    const accumulator = meanAccumulator();
    for (let i = 0; i < PROMPTS; i++) accumulator.push(values[i * size + at]);
    return accumulator.estimate();
  };
  // Σ = diag(2, 1, ½), Σw = (2, −1, 1), wᵀΣw + σ² = 2 + 1 + 2 + ½
  expectWithin(mean(covariateGram, 6, 0), 10);
  expectWithin(mean(covariateGram, 6, 1), 0);
  expectWithin(mean(covariateGram, 6, 5), 2.5);
  expectWithin(mean(crossProduct, 3, 0), 10);
  expectWithin(mean(crossProduct, 3, 1), -5);
  expectWithin(mean(responseEnergy, 1, 0), 27.5);
  expectRejected(mean(responseEnergy, 1, 0), 28.5);
});
