import { childKey, jackknifeError, meanAccumulator, openStream, randomKey } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { blockedMeans } from "./blocked-means.ts";

const stream = openStream(childKey(randomKey(0), "blocked means"));
const vectors = Array.from({ length: 23 }, () => [10 + stream.normal(), stream.normal()]);

describe("blockedMeans", () => {
  it("has the mean and standard error of each entry", () => {
    const means = blockedMeans(2, 5);
    const [first, second] = [meanAccumulator(), meanAccumulator()];
    for (const vector of vectors) {
      means.push(vector);
      first.push(vector[0]);
      second.push(vector[1]);
    }
    expect(means.count).toBe(23);
    expectClose(means.mean(), [first.mean, second.mean], 1e-14);
    expectClose(means.standardError(), [first.estimate().standardError, second.estimate().standardError], 1e-14);
  });

  it("has the means with each block left out, where 23 vectors make blocks of 5, 5, 5, 4 and 4", () => {
    const means = blockedMeans(2, 5);
    for (const vector of vectors) means.push(vector);
    const leftOut = means.leftOut();
    expect(leftOut).toHaveLength(5);
    leftOut.forEach((mean, block) => {
      const kept = vectors.filter((_, at) => at % 5 !== block);
      const expected = [0, 1].map((entry) => kept.reduce((sum, vector) => sum + vector[entry], 0) / kept.length);
      expectClose(mean, expected, 1e-13);
    });
  });

  it("has one block for each vector where there are fewer vectors than blocks", () => {
    const means = blockedMeans(1, 20);
    for (const x of [1, 2, 6]) means.push([x]);
    const leftOut = means.leftOut().map((mean) => mean[0]);
    expect(leftOut).toEqual([4, 3.5, 1.5]);
    // The jackknife error of a mean is its standard error.
    expectClose([jackknifeError(leftOut)], means.standardError(), 1e-15);
  });
});
