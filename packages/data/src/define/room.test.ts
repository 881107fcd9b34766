import { DomainError, randomKey } from "@onestep/core";
import { expect, it } from "vitest";
import { gaussianCovariates } from "../covariates/gaussian.ts";
import { parsePromptLaw } from "../law-file/parse.ts";
import { promptBatches } from "../prompt/prompt-batches.ts";
import { samplePrompts } from "../prompt/sample-prompts.ts";
import type { PromptLaw } from "../prompt/prompt-law.ts";
import { sampleContextStatistics } from "../statistics/sample-context-statistics.ts";

const lawOf = (parts: object): PromptLaw =>
  parsePromptLaw({
    contextLength: 20,
    dimension: 5,
    covariates: { law: "gaussian" },
    target: { law: "linear", tasks: { law: "gaussian" } },
    noise: { law: "none" },
    ...parts,
  });
const one = { key: randomKey(0), count: 1 };
const long = { contextLength: 1e12 };
const rows = { covariates: { law: "laplace" } };

it.each([
  [
    "law.dimension",
    () => lawOf({ dimension: 100_000 }),
    "100000, and with it matrices of 100000×100000 numbers: 447 GiB",
  ],
  ["gaussian covariates.dimension", () => gaussianCovariates({ dimension: 100_000 }), "at most 9459"],
  [
    "law.target.tasks.size",
    () => lawOf({ target: { law: "linear", tasks: { law: "pool", size: 1e9, of: { law: "gaussian" } } } }),
    "1000000000 tasks in 5 dimensions",
  ],
  [
    "law.target.width",
    () => lawOf({ target: { law: "two-layer", width: 1e10, link: "relu" } }),
    "choose a smaller width",
  ],
  ["law.target.count", () => lawOf({ target: { law: "random-features", count: 1e10 } }), "choose fewer waves"],
  ["samplePrompts", () => samplePrompts(lawOf(long), one), "44700 GiB. Try: draw fewer prompts at a time"],
  ["samplePrompts", () => samplePrompts(lawOf({}), { ...one, count: 1e9 }), "1000000000 prompts of 20 rows"],
  ["samplePrompts", () => promptBatches(lawOf({ queries: 1e10 }), one).next(), "1 prompts of 20 rows"],
  ["sampleContextStatistics", () => sampleContextStatistics(lawOf({}), { ...one, count: 1e9 }), "sums of 1000000000"],
  ["sampleContextStatistics", () => sampleContextStatistics(lawOf({ ...long, ...rows }), one), "a shorter context"],
])("%s refuses what would not fit in memory, and says how much it is", (where, ask, words) => {
  expect(ask).toThrow(DomainError);
  expect(ask).toThrow(`${where}: expected what fits in 4 GiB of memory`);
  expect(ask).toThrow(words);
});

it("draws the sums of a context of any length where no rows are needed", () => {
  const { responseEnergy } = sampleContextStatistics(lawOf(long), one);
  expect(responseEnergy[0] / 1e12).toBeGreaterThan(0.1);
});
