import { childKey, openStream, randomKey, type ContextStatistics } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { parsePromptLaw } from "../law-file/parse.ts";
import { samplePrompts } from "../prompt/sample-prompts.ts";
import { bartlettSampler } from "./bartlett.ts";
import { sampleContextStatistics, statisticsRoute } from "./sample-context-statistics.ts";

const key = randomKey(5);
const lawOf = (parts: object): ReturnType<typeof parsePromptLaw> =>
  parsePromptLaw({
    contextLength: 4,
    covariates: { law: "gaussian", covariance: [2, 1, 0.5] },
    target: { law: "linear", tasks: { law: "gaussian" } },
    noise: { law: "gaussian", variance: 0.25 },
    ...parts,
  });
const tanh = { target: { law: "single-index", link: "tanh" } };
const diagonal = (dimension: number): number[] => Array.from({ length: dimension }, (_, i) => 1 + i);
const laws = [
  ["linear", lawOf({})],
  ["single index", lawOf({ target: { law: "single-index", link: "relu" } })],
  ["random length, two queries", lawOf({ contextLength: { law: "uniform", from: 1, to: 6 }, queries: 2 })],
] as const;

/** Prompts `first` to `last` − 1, array by array. */
const slice = ({ count, ...arrays }: ContextStatistics, first: number, last: number): Record<string, number[]> =>
  Object.fromEntries(
    Object.entries(arrays).flatMap(([name, values]) => {
      if (typeof values === "number") return [];
      const size = values.length / count;
      return [[name, [...values.subarray(first * size, last * size)]]];
    }),
  );

describe("sampleContextStatistics", () => {
  it.each(laws)("draws a prompt the same in every batch: %s", (_, law) => {
    const whole = sampleContextStatistics(law, { key, count: 7 });
    for (const [from, count] of [
      [0, 3],
      [3, 4],
    ] as const) {
      const part = sampleContextStatistics(law, { key, count, from });
      expect(slice(part, 0, count)).toEqual(slice(whole, from, from + count));
    }
  });

  it.each(laws)("draws the queries and lengths of samplePrompts: %s", (_, law) => {
    const [statistics, prompts] = [
      sampleContextStatistics(law, { key, count: 5 }),
      samplePrompts(law, { key, count: 5 }),
    ];
    expect(statistics.queryCovariates).toEqual(prompts.queryCovariates);
    expect(statistics.queryResponses).toEqual(prompts.queryResponses);
    expect(statistics.lengths).toEqual(prompts.lengths);
    expect(statistics.queries).toEqual(prompts.queries);
  });

  it("sums the very rows of samplePrompts where it draws rows", () => {
    const law = lawOf({
      covariates: { law: "gaussian", covariance: [2] },
      target: { law: "single-index", link: "relu" },
    });
    expect(statisticsRoute(law)).toBe("rows");
    const { covariateGram, crossProduct, responseEnergy } = sampleContextStatistics(law, { key, count: 3 });
    const { covariates, responses } = samplePrompts(law, { key, count: 3 });
    for (let i = 0; i < 3; i++) {
      const sum = (value: (row: number) => number): number => {
        let total = 0;
        for (let row = 4 * i; row < 4 * i + 4; row++) total += value(row);
        return total;
      };
      expect(covariateGram[i]).toBe(sum((row) => covariates[row] * covariates[row]));
      expect(crossProduct[i]).toBe(sum((row) => responses[row] * covariates[row]));
      expect(responseEnergy[i]).toBe(sum((row) => responses[row] * responses[row]));
    }
  });

  it("leaves S empty where it is not asked for, and b and c of linear laws as they were", () => {
    const [law] = laws[0].slice(1) as [ReturnType<typeof lawOf>];
    const [full, bare] = [true, false].map((gram) => sampleContextStatistics(law, { key, count: 3, gram }));
    expect(bare.covariateGram).toHaveLength(0);
    expect(bare.crossProduct).toEqual(full.crossProduct);
    expect(bare.responseEnergy).toEqual(full.responseEnergy);
  });

  it.each([
    [
      "few rows",
      lawOf({ contextLength: 20, covariates: { law: "gaussian", covariance: diagonal(20) }, ...tanh }),
      "rows",
    ],
    [
      "many rows",
      lawOf({ contextLength: 80, covariates: { law: "gaussian", covariance: diagonal(20) }, ...tanh }),
      "projections",
    ],
    ["few dimensions", lawOf({ contextLength: 20, ...tanh }), "rows"],
    ["few dimensions, and a thousand rows", lawOf({ contextLength: 1000, ...tanh }), "projections"],
    ["a linear target, always", lawOf({ contextLength: 1 }), "bartlett"],
  ])("takes the cheaper route: %s", (_, law, route) => {
    expect(statisticsRoute(law)).toBe(route);
  });

  it("avoids rows that are cheaper where it is asked to", () => {
    const law = lawOf(tanh);
    const sum = (withoutRows: boolean): Float64Array =>
      sampleContextStatistics(law, { key, count: 1, withoutRows }).crossProduct;
    expect(statisticsRoute(law, { withoutRows: true })).toBe("projections");
    expect(sum(true)).not.toEqual(sum(false));
  });

  it("refuses counts that are none", () => {
    expect(() => sampleContextStatistics(lawOf({}), { key, count: 0 })).toThrow("sampleContextStatistics.count");
  });
});

it("keeps the identities of a noiseless linear law: b = Sw and c = wᵀSw", () => {
  const law = lawOf({ noise: { law: "none" }, contextLength: 2 });
  const { covariateGram, crossProduct, responseEnergy } = sampleContextStatistics(law, { key, count: 4 });
  for (let i = 0; i < 4; i++) {
    const w = new Float64Array(3);
    openStream(childKey(childKey(key, "prompt", i), "task")).fillNormals(w, 0, 3);
    const S = (j: number, k: number): number => {
      const [high, low] = j >= k ? [j, k] : [k, j];
      return covariateGram[6 * i + (high * (high + 1)) / 2 + low];
    };
    const Sw = [0, 1, 2].map((j) => w[0] * S(j, 0) + w[1] * S(j, 1) + w[2] * S(j, 2));
    const size = Math.abs(responseEnergy[i]) + 1;
    Sw.forEach((value, j) => expect(Math.abs(crossProduct[3 * i + j] - value)).toBeLessThan(1e-14 * size * 10));
    const energy = w[0] * Sw[0] + w[1] * Sw[1] + w[2] * Sw[2];
    expect(Math.abs(responseEnergy[i] - energy)).toBeLessThan(1e-14 * size * 10);
  }
});

it("gives Bartlett's factor as many columns as there are rows, and zeros above the diagonal", () => {
  const into = new Float64Array(12);
  const sampler = bartlettSampler(2, 4);
  sampler.draw(openStream(key), into, 0, 3);
  expect(sampler.columns).toBe(2);
  expect(sampler.drawOutside(openStream(key))).toBe(0);
  expect([into[1], into[2], into[5], into[8], into[11]]).toEqual([0, 0, 0, 0, 0]);
  expect(into[0]).toBeGreaterThan(0);
  expect(into[4]).toBeGreaterThan(0);
});
