import { childKey, DomainError, openStream, randomKey, ShapeError, type PromptBatch } from "@onestep/core";
import { describe, expect, it } from "vitest";
import type { DrawTarget } from "../define/define-target.ts";
import { parsePromptLaw } from "../law-file/parse.ts";
import { promptLaw, type PromptLaw } from "./prompt-law.ts";
import { samplePrompts } from "./sample-prompts.ts";
import type { SampleRequest } from "./sample-request.ts";

const lawOf = (parts: object): PromptLaw =>
  parsePromptLaw({
    contextLength: 3,
    dimension: 2,
    covariates: {
      law: "gaussian",
      covariance: [
        [2, 0.5],
        [0.5, 1],
      ],
    },
    target: { law: "linear", tasks: { law: "gaussian" } },
    noise: { law: "gaussian", variance: 0.25 },
    ...parts,
  });
const key = randomKey(7);

/** Prompts `first` to `last` − 1 of a batch, array by array. */
const slice = (batch: PromptBatch, first: number, last: number): Record<string, number[]> => {
  const { count, covariates, responses, queryCovariates, queryResponses } = batch;
  const entries = Object.entries({ covariates, responses, queryCovariates, queryResponses });
  return Object.fromEntries(
    entries.map(([name, values]) => {
      const size = values.length / count;
      return [name, [...values.subarray(first * size, last * size)]];
    }),
  );
};

const laws: readonly (readonly [string, PromptLaw])[] = [
  ["linear", lawOf({})],
  ["whitened single index", lawOf({ target: { law: "single-index", link: "tanh", whiten: true } })],
  ["random sign", lawOf({ target: { law: "random-sign", of: { law: "single-index", link: "relu" } } })],
  ["query of its own", lawOf({ query: { covariates: { law: "gaussian", covariance: 3 } } })],
];

describe("samplePrompts", () => {
  it.each(laws)("draws a prompt the same in every batch: %s", (_, law) => {
    const whole = samplePrompts(law, { key, count: 7 });
    expect(slice(whole, 0, 7)).toEqual(slice(samplePrompts(law, { key, count: 7 }), 0, 7));
    for (const [from, count] of [
      [0, 3],
      [3, 1],
      [4, 3],
    ] as const) {
      expect(slice(samplePrompts(law, { key, count, from }), 0, count)).toEqual(slice(whole, from, from + count));
    }
  });

  it.each(laws)("extends a prompt by a longer context and redraws nothing: %s", (_, law) => {
    const longer = promptLaw({ ...law, contextLength: 5 });
    const [short, long] = [samplePrompts(law, { key, count: 4 }), samplePrompts(longer, { key, count: 4 })];
    expect(long.queryCovariates).toEqual(short.queryCovariates);
    expect(long.queryResponses).toEqual(short.queryResponses);
    for (let i = 0; i < 4; i++) {
      expect(long.covariates.slice(i * 10, i * 10 + 6)).toEqual(short.covariates.slice(i * 6, i * 6 + 6));
      expect(long.responses.slice(i * 5, i * 5 + 3)).toEqual(short.responses.slice(i * 3, i * 3 + 3));
    }
  });

  it("draws each part at its own address: noise and covariates change without the rest", () => {
    const [noisy] = laws[0].slice(1) as [PromptLaw];
    const silent = lawOf({ noise: { law: "none" } });
    const [a, b] = [samplePrompts(noisy, { key, count: 5 }), samplePrompts(silent, { key, count: 5 })];
    expect(b.covariates).toEqual(a.covariates);
    expect(b.queryCovariates).toEqual(a.queryCovariates);

    const noise = openStream(childKey(childKey(key, "prompt", 4), "noise"));
    for (let row = 12; row < 15; row++) expect(a.responses[row]).toBe(b.responses[row] + 0.5 * noise.normal());
  });

  it("answers with the target: f(x) = ⟨w, x⟩ without noise, w from the task's address", () => {
    const batch = samplePrompts(lawOf({ noise: { law: "none" } }), { key, count: 2 });
    const w = new Float64Array(2);
    openStream(childKey(childKey(key, "prompt", 1), "task")).fillNormals(w, 0, 2);
    const [x0, x1] = batch.queryCovariates.subarray(2, 4) as unknown as [number, number];
    expect(batch.queryResponses[1]).toBe(w[0] * x0 + w[1] * x1);
  });

  it.each([
    { law: "single-index", link: "tanh" },
    { law: "random-sign", of: { law: "linear", tasks: { law: "gaussian" } } },
    { law: "coordinate", link: "relu" },
  ])("asks a target of one index for all rows at once, and is told what it says of each: %j", (target) => {
    const law = lawOf({ target, contextLength: 9, covariates: { law: "rademacher" } });
    const { targetOnCovariates } = law;
    const draw: DrawTarget = (stream) => ({ ...targetOnCovariates.draw(stream), indices: undefined });
    const rowByRow = samplePrompts({ ...law, targetOnCovariates: { ...targetOnCovariates, draw } }, { key, count: 5 });
    expect(samplePrompts(law, { key, count: 5 })).toEqual(rowByRow);
  });

  it("fills contexts of random length with zero rows, and draws the others as in a longest context", () => {
    const random = lawOf({ contextLength: { law: "uniform", from: 1, to: 4 } });
    const [batch, whole] = [random, lawOf({ contextLength: 4 })].map((law) => samplePrompts(law, { key, count: 40 }));
    expect(new Set(batch.lengths)).toEqual(new Set([1, 2, 3, 4]));
    expect(whole.lengths).toBeUndefined();
    batch.lengths!.forEach((length, i) => {
      const [from, middle, to] = [8 * i, 8 * i + 2 * length, 8 * (i + 1)];
      expect(batch.covariates.slice(from, middle)).toEqual(whole.covariates.slice(from, middle));
      expect(batch.covariates.slice(middle, to)).toEqual(new Float64Array(to - middle));
      expect(batch.responses.slice(4 * i, 4 * i + length)).toEqual(whole.responses.slice(4 * i, 4 * i + length));
      expect(batch.responses.slice(4 * i + length, 4 * (i + 1))).toEqual(new Float64Array(4 - length));
    });
    expect(batch.queryResponses).toEqual(whole.queryResponses);
  });

  it("adds queries to a prompt and leaves the first as it was", () => {
    const [one, three] = [lawOf({}), lawOf({ queries: 3 })].map((law) => samplePrompts(law, { key, count: 5 }));
    expect(three).toMatchObject({ queries: 3, covariates: one.covariates, responses: one.responses });
    for (let i = 0; i < 5; i++) {
      expect(three.queryCovariates.slice(6 * i, 6 * i + 2)).toEqual(one.queryCovariates.slice(2 * i, 2 * i + 2));
      expect(three.queryResponses[3 * i]).toBe(one.queryResponses[i]);
    }
    expect(new Set(three.queryResponses).size).toBe(15);
  });

  it("gives different prompts and different keys different numbers", () => {
    const law = lawOf({});
    const [a, b] = [samplePrompts(law, { key, count: 2 }), samplePrompts(law, { key: randomKey(8), count: 2 })];
    const all = [...a.covariates, ...b.covariates];
    expect(new Set(all).size).toBe(all.length);
  });

  it("has not changed since the last release (no truth, only notice)", () => {
    const { covariates, responses, queryCovariates, queryResponses } = samplePrompts(lawOf({}), { key, count: 1 });
    expect({ covariates, responses, queryCovariates, queryResponses }).toMatchInlineSnapshot(`
      {
        "covariates": Float64Array [
          0.09887671471574329,
          -0.262723653510765,
          -2.93139329672464,
          -0.5076917005932606,
          -1.859994640426568,
          0.3115214977197058,
        ],
        "queryCovariates": Float64Array [
          0.07781600496357596,
          -0.28614041056979145,
        ],
        "queryResponses": Float64Array [
          0.680660201996728,
        ],
        "responses": Float64Array [
          1.1455608944681313,
          2.46222112506464,
          -0.0897201696796675,
        ],
      }
    `);
  });

  it.each([...laws, ["random length", lawOf({ contextLength: { law: "uniform", from: 1, to: 4 } })] as const])(
    "writes over a batch of the same law and leaves nothing of what it held: %s",
    (_, law) => {
      const fresh = samplePrompts(law, { key, count: 9 });
      const used = samplePrompts(law, { key: randomKey(8), count: 9 });
      for (const values of [used.covariates, used.responses, used.queryCovariates, used.queryResponses])
        values.fill(NaN);
      expect(samplePrompts(law, { key, count: 9 }, used)).toBe(used);
      expect(used).toEqual(fresh);
    },
  );

  it.each([
    ["covariates", lawOf({}), 4],
    ["responses", lawOf({ contextLength: 1, dimension: 6, covariates: { law: "gaussian" } }), 3],
    ["queryCovariates", lawOf({ queries: 2 }), 3],
    ["lengths", lawOf({ contextLength: { law: "uniform", from: 1, to: 3 } }), 3],
  ])("refuses to write over a batch with other %s", (name, law, count) => {
    const write = (): unknown => samplePrompts(lawOf({}), { key, count: 3 }, samplePrompts(law, { key, count }));
    expect(write).toThrow(ShapeError);
    expect(write).toThrow(`samplePrompts.into.${name}: expected`);
  });

  it.each([
    ["count", { count: 0 }],
    ["count", { count: 1.5 }],
    ["from", { count: 1, from: -1 }],
    ["from", { count: 1, from: 2 ** 53 - 1 }],
    ["from", { count: 3, from: 2 ** 53 - 3 }],
    ["key", { key: undefined, count: 1 }],
  ])("refuses a %s that does not count: %j", (name, request) => {
    const sample = (): unknown => samplePrompts(lawOf({}), { key, ...request } as SampleRequest);
    expect(sample).toThrow(DomainError);
    expect(sample).toThrow(`samplePrompts.${name}`);
  });

  it("numbers prompts up to the last index that there is", () => {
    const last = samplePrompts(lawOf({}), { key, count: 2, from: 2 ** 53 - 3 });
    expect(new Set(last.covariates).size).toBe(last.covariates.length);
  });
});
