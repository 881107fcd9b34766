import { DomainError, randomKey, type PromptBatch } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { parsePromptLaw } from "../law-file/parse.ts";
import { promptBatches, type BatchesRequest } from "./prompt-batches.ts";
import type { PromptLaw } from "./prompt-law.ts";
import { samplePrompts } from "./sample-prompts.ts";

const lawOf = (contextLength: number | object, dimension: number): PromptLaw =>
  parsePromptLaw({
    contextLength,
    dimension,
    covariates: { law: "gaussian" },
    target: { law: "linear", tasks: { law: "gaussian" } },
    noise: { law: "gaussian", variance: 0.25 },
  });
const key = randomKey(3);

const copyOf = (batch: PromptBatch): PromptBatch => structuredClone(batch);
const joined = (batches: readonly PromptBatch[], name: "covariates" | "responses" | "queryResponses"): number[] =>
  batches.flatMap((batch) => [...batch[name]]);

describe("promptBatches", () => {
  it.each([
    ["fixed", 4, false],
    ["fixed", 4, true],
    ["random", { law: "uniform", from: 1, to: 4 }, true],
  ])("draws the prompts of one batch in many, of a context length that is %s (%j, reuse %s)", (_, length, reuse) => {
    const law = lawOf(length, 3);
    const batches = Array.from(promptBatches(law, { key, count: 100, from: 7, batchSize: 33, reuse }), copyOf);
    expect(batches.map(({ count }) => count)).toEqual([33, 33, 33, 1]);
    const whole = samplePrompts(law, { key, count: 100, from: 7 });
    for (const name of ["covariates", "responses", "queryResponses"] as const)
      expect(joined(batches, name)).toEqual([...whole[name]]);
  });

  it("leaves a batch alone that was drawn, unless its arrays are to be reused", () => {
    const law = lawOf(4, 3);
    const [first, second] = promptBatches(law, { key, count: 20, batchSize: 10 });
    expect(first).toEqual(samplePrompts(law, { key, count: 10 }));
    expect(second).not.toBe(first);
    const [reused, again] = promptBatches(law, { key, count: 20, batchSize: 10, reuse: true });
    expect(again).toBe(reused);
  });

  it("takes the memory of one batch, however many prompts there are", () => {
    const law = lawOf(40, 20);
    const bytesOfPrompt = 8 * (40 * 21 + 21);
    let [least, most] = [Infinity, 0];
    for (const { count } of promptBatches(law, { key, count: 20_000, reuse: true })) {
      expect(count * bytesOfPrompt).toBeLessThan(10e6);
      const { arrayBuffers } = process.memoryUsage();
      [least, most] = [Math.min(least, arrayBuffers), Math.max(most, arrayBuffers)];
    }
    // The last batch, a shorter one, has arrays of its own.
    expect(most - least).toBeLessThan(10e6);
  });

  it("draws a prompt at a time where one alone is large", () => {
    const [batch] = promptBatches(lawOf(2 ** 20, 1), { key, count: 2 });
    expect(batch.count).toBe(1);
  });

  it.each<[string, Partial<BatchesRequest>]>([
    ["count", { count: 0 }],
    ["from", { from: -1 }],
    ["batchSize", { batchSize: 0 }],
    ["batchSize", { batchSize: 2.5 }],
  ])("refuses a %s that does not count, before anything is drawn: %j", (name, request) => {
    const ask = (): unknown => promptBatches(lawOf(4, 3), { key, count: 1, ...request });
    expect(ask).toThrow(DomainError);
    expect(ask).toThrow(`promptBatches.${name}`);
  });
});
