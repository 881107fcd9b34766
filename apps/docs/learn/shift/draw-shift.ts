import { childKey, meanAccumulator, multiplyVector, randomKey } from "@onestep/core";
import { expectedSquaredError, integrateQueries, parsePromptLaw, sampleContextStatistics } from "@onestep/data";

import { stepAtTest, testLawOf } from "./shifted-risks.ts";
import { BLOCK, BLOCKS, type ShiftSetting } from "./shift-setting.ts";
import { lawFileOf } from "./test-files.ts";

/** What a check has found after a number of blocks. */
export interface ShiftEstimate {
  /** Blocks drawn so far */
  readonly step: number;
  readonly prompts: number;
  /** E(ŷ − y_q)² */
  readonly loss: number;
  readonly standardError: number;
}

/** Draws prompts of the law at test and lets the trained layer answer them; the mean over queries is taken in closed form. */
export function* drawShift({ trained, shift, seed }: ShiftSetting): Generator<ShiftEstimate> {
  const test = testLawOf(trained, shift);
  const law = parsePromptLaw(lawFileOf(test));
  const step = stepAtTest(trained, test);
  const key = childKey(randomKey(seed), "shift");
  const losses = meanAccumulator();
  const d = test.dimension;
  for (let block = 1; block <= BLOCKS; block++) {
    const request = { key, count: BLOCK, from: (block - 1) * BLOCK };
    const { crossProduct } = sampleContextStatistics(law, { ...request, gram: false });
    const queries = integrateQueries(law, request);
    for (let i = 0; i < BLOCK; i++) {
      const answer = multiplyVector(step, crossProduct.subarray(i * d, (i + 1) * d));
      losses.push(expectedSquaredError(queries, i, answer));
    }
    const { value, standardError } = losses.estimate();
    yield { step: block, prompts: block * BLOCK, loss: value, standardError };
  }
}
