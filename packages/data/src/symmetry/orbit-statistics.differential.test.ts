import {
  childKey,
  drawOrthogonal,
  drawSignedPermutation,
  multiplyVector,
  openStream,
  randomKey,
  type PromptBatch,
  type RandomStream,
} from "@onestep/core";
import { describe, expect, it } from "vitest";
import { parsePromptLaw } from "../law-file/parse.ts";
import { samplePrompts } from "../prompt/sample-prompts.ts";
import { covariateSigns } from "./covariate-signs.ts";
import { labelSigns } from "./label-signs.ts";
import { promptRows } from "./prompt-rows.ts";
import { promptsToMove } from "./prompts-to-move.ts";
import { rotations } from "./rotations.ts";
import { signedPermutations } from "./signed-permutations.ts";

const law = parsePromptLaw({
  contextLength: { law: "uniform", from: 1, to: 4 },
  covariates: { law: "gaussian", covariance: [1, 2, 0.5] },
  target: { law: "single-index", link: "relu" },
  noise: { law: "gaussian", variance: 0.1 },
  queries: 2,
});
const prompts = samplePrompts(law, { key: randomKey(4), count: 12 });
const orbit = childKey(randomKey(5), "orbit", 3);

/** The same prompts, moved one by one: the covariates by a map, the responses by a sign. */
const moved = (
  move: (stream: RandomStream) => { map?: (x: Float64Array) => Float64Array; sign?: number },
): PromptBatch => {
  const { count, dimension: d } = prompts;
  const copy = {
    ...prompts,
    covariates: prompts.covariates.slice(),
    responses: prompts.responses.slice(),
    queryCovariates: prompts.queryCovariates.slice(),
    queryResponses: prompts.queryResponses.slice(),
  };
  for (let i = 0; i < count; i++) {
    const { map = (x) => x, sign = 1 } = move(openStream(childKey(orbit, "prompt", i)));
    for (const values of [copy.covariates, copy.queryCovariates]) {
      const size = values.length / count;
      for (let at = i * size; at < (i + 1) * size; at += d) values.set(map(values.slice(at, at + d)), at);
    }
    for (const values of [copy.responses, copy.queryResponses]) {
      const size = values.length / count;
      for (let at = i * size; at < (i + 1) * size; at++) values[at] *= sign;
    }
  }
  return copy;
};

describe("statistics of moved prompts are the statistics of prompts that were moved", () => {
  it.each([
    ["label signs", labelSigns, moved((stream) => ({ sign: stream.sign() }))],
    [
      "covariate signs",
      covariateSigns,
      moved((stream) => {
        const sign = stream.sign();
        return { map: (x) => x.map((entry) => sign * entry) };
      }),
    ],
    [
      "signed permutations",
      signedPermutations,
      moved((stream) => {
        const map = drawSignedPermutation(stream, 3);
        return { map: (x) => multiplyVector(map, x) };
      }),
    ],
    [
      "rotations",
      rotations,
      moved((stream) => {
        const map = drawOrthogonal(stream, 3);
        return { map: (x) => multiplyVector(map, x) };
      }),
    ],
  ] as const)("%s", (_, statisticsOf, prompt) => {
    const inPlace = statisticsOf(promptRows(prompts)).evaluate(orbit);
    const onCopy = statisticsOf(promptRows(prompt)).evaluate();
    const unmoved = statisticsOf(promptRows(prompts)).evaluate();
    // Sums of some hundred terms of order one, in another order.
    inPlace.forEach((value, k) => expect(Math.abs(value - onCopy[k])).toBeLessThan(1e3 * 2 ** -53));
    expect(inPlace).not.toEqual(unmoved);
  });
});

it("moves as many prompts as the work allows, but not so few that prompts cannot be compared", () => {
  expect(promptsToMove(2000, 10, 1e6)).toBe(2000);
  expect(promptsToMove(2000, 1000, 1e6)).toBe(1000);
  expect(promptsToMove(2000, 1e9, 1e6)).toBe(50);
  expect(promptsToMove(12, 1e9, 1e6)).toBe(12);
});
