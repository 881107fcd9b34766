import { childKey, DomainError, meanAccumulator, randomKey, ShapeError, type Estimate } from "@onestep/core";
import { expectClose, expectMatrixClose, expectRejected, expectWithin, seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { parsePromptLaw } from "../law-file/parse.ts";
import { promptMoments, targetMoments } from "../moments/prompt-moments.ts";
import { samplePrompts } from "../prompt/sample-prompts.ts";
import type { EstimatedMatrix } from "./estimated-moments.ts";
import { promptMomentsAccumulator } from "./moments-of-prompts.ts";

const key = childKey(randomKey(seedForTests()), "moments of prompts");
const parts = {
  contextLength: 3,
  covariates: {
    law: "gaussian",
    covariance: [
      [2, 0.5],
      [0.5, 1],
    ],
  },
  target: { law: "linear", tasks: { law: "gaussian" } },
  noise: { law: "gaussian", variance: 0.5 },
};
const law = parsePromptLaw(parts);
const entry = ({ value, standardError }: EstimatedMatrix, at: number, count: number): Estimate => ({
  value: value.values[at],
  standardError: standardError.values[at],
  count,
});

describe("moments of prompts", () => {
  it("are those that the law declares", () => {
    const count = 40_000;
    const accumulator = promptMomentsAccumulator(law);
    accumulator.push(samplePrompts(law, { key, count }));
    const { crossMoment, stepMoment, contextMoment, moments } = accumulator.estimate();
    const declared = promptMoments(law);
    expectWithin(entry(crossMoment, 1, count), declared.crossMoment.values[1]);
    expectWithin(entry(stepMoment, 3, count), declared.strata[0].stepMoment.values[3]);
    // Of three rows, one in three pairs is a row with itself: counted in, it would add E₂/3.
    const declaredContext = targetMoments(law).contextMoment.values[0];
    expectWithin(entry(contextMoment!, 0, count), declaredContext);
    expectRejected(entry(contextMoment!, 0, count), declaredContext * 1.2);
    expect(moments).toMatchObject({ contextLength: 3, dimension: 2, evenPartDecouples: "not known" });
    expect(moments.crossMoment).toBe(crossMoment.value);
  });

  it("have a best step whose jackknife error is the error that it has", () => {
    // Γ* = [(n+1)Σ + τI]⁻¹ with n = 3 and τ = tr Σ + σ² = 3.5
    const best = 7.5 / (11.5 * 7.5 - 4);
    const [excess, variances] = [meanAccumulator(), meanAccumulator()];
    for (let r = 0; r < 1000; r++) {
      const accumulator = promptMomentsAccumulator(law);
      accumulator.push(samplePrompts(law, { key: childKey(key, "repetition", r), count: 400 }));
      const { value, standardError } = accumulator.estimate().preconditioner;
      const variance = standardError.values[0] * standardError.values[0];
      excess.push((value.values[0] - best) ** 2 - variance);
      variances.push(variance);
    }
    expectWithin(excess.estimate(), 0);
    expectRejected(excess.estimate(), variances.mean); // errors too small by a factor √2
    expectRejected(excess.estimate(), -variances.mean / 2); // or too large by as much
  });

  it("do not depend on the batches in which prompts come", () => {
    const [whole, pieces] = [promptMomentsAccumulator(law), promptMomentsAccumulator(law)];
    whole.push(samplePrompts(law, { key, count: 50 }));
    for (const [from, count] of [
      [0, 7],
      [7, 1],
      [8, 42],
    ]) {
      pieces.push(samplePrompts(law, { key, from, count }));
    }
    expect(pieces.count).toBe(50);
    expect(pieces.estimate()).toEqual(whole.estimate());
  });

  it("with several queries and random lengths use all queries and the rows that are there", () => {
    const ragged = parsePromptLaw({ ...parts, contextLength: { law: "uniform", from: 1, to: 3 }, queries: 2 });
    const prompts = samplePrompts(ragged, { key, count: 9 });
    const accumulator = promptMomentsAccumulator(ragged);
    accumulator.push(prompts);
    const { moments, querySecondMoment, covariance } = accumulator.estimate();
    const [x, lengths] = [prompts.queryCovariates, prompts.lengths!];
    const square = (values: Float64Array, row: number): number => values[2 * row] * values[2 * row];
    const queries = Array.from({ length: 18 }, (_, row) => square(x, row));
    expectClose(querySecondMoment.value.values[0], queries.reduce((sum, term) => sum + term) / 18, 1e-13);
    expectClose(moments.contextLength, lengths.reduce((sum, length) => sum + length) / 9, 1e-14);
    const rows = [...lengths].map((length, i) => {
      const squares = Array.from({ length }, (_, row) => square(prompts.covariates, 3 * i + row));
      return squares.reduce((sum, term) => sum + term) / length;
    });
    expectClose(covariance.value.values[0], rows.reduce((sum, term) => sum + term) / 9, 1e-13);
  });

  it("of single pairs leave C out", () => {
    const single = parsePromptLaw({ ...parts, contextLength: 1 });
    const accumulator = promptMomentsAccumulator(single);
    accumulator.push(samplePrompts(single, { key, count: 5 }));
    const estimated = accumulator.estimate();
    expect(estimated.contextMoment).toBeUndefined();
    expectMatrixClose(estimated.stepMoment.value, estimated.energy.value, 1e-13); // b bᵀ = y² x xᵀ
  });

  it("refuse prompts of another size, and a single prompt", () => {
    const accumulator = promptMomentsAccumulator({ contextLength: 2, dimension: 2 });
    const push = (): void => accumulator.push(samplePrompts(law, { key, count: 2 }));
    expect(push).toThrow(ShapeError);
    expect(push).toThrow("expected prompts with n = 2, d = 2; got n = 3, d = 2");
    expect(() => accumulator.estimate()).toThrow(DomainError);
    expect(() => accumulator.estimate()).toThrow("at least two prompts; got 0");
  });
});
