import {
  AssumptionError,
  diagonal,
  DomainError,
  matrix,
  matrixFromRows,
  multiply,
  NumericalError,
  ShapeError,
  toRows,
  transpose,
  type LsaParameters,
  type Matrix,
  type PromptBatch,
} from "@onestep/core";
import { expectClose, expectMatrixClose, goldenCases } from "@onestep/testkit";
import { assert, integer, property, tuple } from "fast-check";
import { describe, expect, it } from "vitest";
import { anyLayer } from "../../tests/any-layer.ts";
import { float64Engine } from "../engine/float64-engine.ts";
import type { AttentionHead } from "../deep/linear-transformer.ts";
import { conventionNames, conventionOf, type Convention, type ConventionName } from "./convention-dictionary.ts";
import { fromConvention, lossFromConvention, lossToConvention, toConvention } from "./convention.ts";
import { inducedStep } from "./induced-step.ts";
import { mergeWeights } from "./weights.ts";

/** Each paper's layer, written from its own definition: tokens are the columns of Z, the query the last. */
const asInPaper: Record<ConventionName, (head: AttentionHead, context: Matrix, query: Matrix) => number> = {
  // 2307.03576: the query reads Σᵢ W_V vᵢ (vᵢᵀ M v_q).
  onestep: ({ valueProjection: p, keyQuery: q }, context, query) =>
    lastEntry(multiply(p, context, transpose(context), q, query)),
  // 2306.00297: −[Z + (1/n) P Z mask (Zᵀ Q Z)]_{d+1, n+1}; the mask drops the query's column.
  "2306.00297": ({ valueProjection: p, keyQuery: q }, context, query) =>
    -lastEntry(query) - lastEntry(multiply(p, context, transpose(context), q, query)) / context.columns,
  // 2212.07677: e ← e + P V Kᵀ q over the context, and the last entry times −1.
  "2212.07677": ({ valueProjection: p, keyQuery: q }, context, query) =>
    -(lastEntry(query) + lastEntry(multiply(p, context, transpose(context), q, query))),
  // 2306.09927: [E + W^PV E Eᵀ W^KQ E / n]_{d+1, n+1} with the query in E.
  "2306.09927": ({ valueProjection: p, keyQuery: q }, context, query) => {
    const tokens = appendColumn(context, query);
    return lastEntry(query) + lastEntry(multiply(p, tokens, transpose(tokens), q, query)) / context.columns;
  },
  // 2501.16265: [X + (1/n) W^V X Xᵀ W^KQ X]_{d+1, n+1} with the query in X.
  "2501.16265": ({ valueProjection: p, keyQuery: q }, context, query) => {
    const tokens = appendColumn(context, query);
    return lastEntry(query) + lastEntry(multiply(p, tokens, transpose(tokens), q, query)) / context.columns;
  },
};

const masked = conventionNames().filter((name) => !conventionOf(name).attendsToQuery);
const selfAttending = conventionNames().filter((name) => conventionOf(name).attendsToQuery);

describe("extracted_gamma", () => {
  describe.each(goldenCases("extracted_gamma"))("$id", ({ law, value, abs_tol, X, y, xq, WK, WQ, WV, h }) => {
    const weights = { key: WK, query: WQ, value: WV };
    const [key, query, values] = Object.values(weights).map(matrixFromRows);
    const parameters = mergeWeights({ key, query, value: values, head: Float64Array.from(h) });

    it.each(masked)("predicts the same in the convention of %s, on that paper's covariates", (name) => {
      const head = toConvention(name, parameters, { contextLength: law.n });
      const { covariateScale } = conventionOf(name);
      const theirs = (x: readonly number[], response: number): number[] => [
        ...x.map((e) => e / covariateScale),
        response,
      ];
      const context = transpose(matrixFromRows(X.map((row, i) => theirs(row, y[i]))));
      const queryToken = transpose(matrixFromRows([theirs(xq, 0)]));
      expectClose(asInPaper[name](head, context, queryToken), value.prediction, abs_tol);
      const back = fromConvention(name, head, { contextLength: law.n });
      expectMatrixClose(inducedStep(back).preconditioner, value.gamma, abs_tol);
    });

    it.each(selfAttending)("is refused by %s, whose query would attend to itself", (name) => {
      expect(() => toConvention(name, parameters, { contextLength: law.n })).toThrow(AssumptionError);
      const head = { valueProjection: multiply(values, values), keyQuery: parameters.keyQuery };
      expect(() => fromConvention(name, head, { contextLength: law.n })).toThrow(/reads no covariates, u_x = 0/);
    });
  });
});

describe("conventions", () => {
  const anyCase = tuple(integer({ min: 1, max: 3 }), integer({ min: 1, max: 40 })).chain(([d, contextLength]) =>
    anyLayer(d).map((layer) => ({ layer, contextLength })),
  );

  it.each(conventionNames())("there and back changes nothing: %s", (name) => {
    assert(
      property(anyCase, ({ layer: any, contextLength }) => {
        const layer = conventionOf(name).attendsToQuery ? withoutDirection(any) : any;
        const back = fromConvention(name, toConvention(name, layer, { contextLength }), { contextLength });
        // Entries up to 4, a scale, its inverse and a divisor: a handful of roundings.
        expectMatrixClose(back.keyQuery, layer.keyQuery, 16 * 4 * 2 ** -53);
        expectMatrixClose(back.valueProjection, layer.valueProjection, 16 * 4 * 2 ** -53);
      }),
    );
  });

  it.each(selfAttending)(
    "with the query attending to itself predict the same where no covariate is read: %s",
    async (name) => {
      const layer = { keyQuery: matrix(3, 3, [1, 2, 9, 0, -1, 9, 3, 1, 9]), valueProjection: matrix(3, 1, [0, 0, 2]) };
      const prompts: PromptBatch = {
        count: 1,
        contextLength: 2,
        dimension: 2,
        covariates: Float64Array.of(1, 2, -1, 0.5),
        responses: Float64Array.of(3, -2),
        queryCovariates: Float64Array.of(0.5, 1.5),
        queryResponses: Float64Array.of(0),
      };
      const head = toConvention(name, layer, { contextLength: 2 });
      const [expected] = await float64Engine().predict(layer, prompts);
      const context = transpose(
        matrixFromRows([
          [1, 2, 3],
          [-1, 0.5, -2],
        ]),
      );
      expectClose(asInPaper[name](head, context, matrix(3, 1, [0.5, 1.5, 0])), expected, 1e-13);
      // A covariate that is read makes the query's own token count: the definitions above do differ.
      const reading = matrix(3, 3, [0, 0, 0, 0, 0, 0, 1, 0, 0]);
      const [alone, among] = [asInPaper["2306.00297"], asInPaper[name]].map((predict) =>
        Math.abs(predict({ ...head, valueProjection: reading }, context, matrix(3, 1, [0.5, 1.5, 0]))),
      );
      expect(Math.abs(alone - among)).toBeGreaterThan(0.1);
    },
  );

  it("put Γ = Aᵀ/n where NOTATION.md has it, and the ½ in the loss", () => {
    const a = matrix(2, 2, [1, 2, 3, 4]);
    const head = { valueProjection: diagonal([0, 0, 1]), keyQuery: matrix(3, 3, [-1, -2, 0, -3, -4, 0, 0, 0, 0]) };
    const { preconditioner } = inducedStep(fromConvention("2306.00297", head, { contextLength: 4 }));
    expect(toRows(preconditioner)).toEqual(toRows(transpose(a)).map((row) => row.map((entry) => entry / 4)));
    const losses = conventionNames().map((name) => [name, lossToConvention(name, 3), lossFromConvention(name, 3)]);
    expect(losses).toEqual([
      ["onestep", 3, 3],
      ["2306.00297", 3, 3],
      ["2212.07677", 1.5, 6],
      ["2306.09927", 1.5, 6],
      ["2501.16265", 3, 3],
    ]);
  });

  it("hold the covariates of 2212.07677 to unit variance: uniform on [−1, 1] has a third", () => {
    const layer = { keyQuery: diagonal([3, 0]), valueProjection: matrix(2, 1, [0, 1]) };
    const { keyQuery } = toConvention("2212.07677", layer, { contextLength: 10 });
    expectMatrixClose(
      keyQuery,
      [
        [9, 0],
        [0, 0],
      ],
      1e-14,
    );
  });

  it("take a paper that is not in the dictionary by its description", () => {
    const paper = { ...conventionOf("2501.16265"), source: "their own code", divisor: "n+1" as const };
    const layer = { keyQuery: diagonal([1, 0]), valueProjection: matrix(2, 1, [0, 1]) };
    expect(toRows(toConvention(paper, layer, { contextLength: 4 }).valueProjection)).toEqual([
      [0, 0],
      [0, 5],
    ]);
  });

  it("have coordinates of variance 1, but for 2212.07677; and ours writes the layer as it is", () => {
    expect(conventionNames().map((name) => [name, conventionOf(name).covariateScale])).toEqual([
      ["onestep", 1],
      ["2306.00297", 1],
      ["2212.07677", Math.sqrt(3)],
      ["2306.09927", 1],
      ["2501.16265", 1],
    ]);
    const layer = { keyQuery: matrix(2, 2, [3, 5, 7, 11]), valueProjection: matrix(2, 1, [13, 17]) };
    const head = { keyQuery: layer.keyQuery, valueProjection: matrix(2, 2, [0, 0, 13, 17]) };
    expect(toConvention("onestep", layer, { contextLength: 4 })).toEqual(head);
    expect(fromConvention("onestep", head, { contextLength: 4 })).toEqual(layer);
  });

  it("take the description of a paper in the dictionary for the paper", () => {
    for (const name of conventionNames()) {
      const described = { ...conventionOf(name), source: "their own code" };
      expect(conventionOf(described)).toBe(described);
      expect(lossFromConvention(described, 3)).toBe(lossFromConvention(name, 3));
    }
  });

  it("refuse what overflows, and losses and descriptions that are none", () => {
    const huge = { keyQuery: diagonal([1e308, 0]), valueProjection: matrix(2, 1, [0, 1e308]) };
    expect(() => toConvention("2306.00297", huge, { contextLength: 100 })).toThrow(NumericalError);
    const faint = { ...conventionOf("onestep"), covariateScale: 1e-10 };
    const head = { valueProjection: diagonal([0, 1]), keyQuery: diagonal([1e300, 0]) };
    expect(() => fromConvention(faint, head, { contextLength: 4 })).toThrow(NumericalError);
    expect(lossFromConvention("2306.09927", 8e307)).toBe(1.6e308);
    for (const loss of [NaN, Infinity, 1e308]) {
      expect(() => lossFromConvention("2306.09927", loss)).toThrow(/expected a finite loss/);
      expect(() => lossToConvention("2306.09927", loss)).toThrow(DomainError);
    }
    const scales = [0, -1, NaN, Infinity].map((covariateScale) => ({ covariateScale }));
    for (const part of [{ divisor: "2" }, { sign: 0 }, { lossFactor: 0 }, ...scales]) {
      expect(() => conventionOf({ ...faint, ...part } as Convention)).toThrow(DomainError);
    }
    expect(() => conventionOf(null as unknown as ConventionName)).toThrow(DomainError);
  });

  it("refuse unknown names, contexts of no length, and matrices that are not square", () => {
    const head = { valueProjection: diagonal([0, 1]), keyQuery: diagonal([1, 0]) };
    expect(() => conventionOf("2306.00298" as ConventionName)).toThrow(/expected one of onestep, 2306\.00297/);
    for (const contextLength of [0, -1, 1.5, NaN, Infinity]) {
      expect(() => fromConvention("2306.00297", head, { contextLength })).toThrow(/an integer context length n ≥ 1/);
    }
    const flat = { ...head, valueProjection: matrix(1, 2, [1, 2]) };
    const asFlat = (): unknown => fromConvention("2306.00297", flat, { contextLength: 4 });
    expect(asFlat).toThrow(ShapeError);
    expect(asFlat).toThrow(/expected a square matrix \[d\+1, d\+1\]; got \[1, 2\]/);
    const large = { ...head, keyQuery: diagonal([1, 1, 0]) };
    expect(() => fromConvention("2306.00297", large, { contextLength: 4 })).toThrow(
      /fromConvention: expected a key-query matrix \[d\+1, d\+1\] and a value projection \[d\+1\]/,
    );
    const holed = { ...head, keyQuery: { ...head.keyQuery, values: Float64Array.of(1, NaN, 0, 0) } };
    expect(() => fromConvention("2306.00297", holed, { contextLength: 4 })).toThrow(
      /fromConvention: expected finite parameters/,
    );
  });
});

function withoutDirection({ keyQuery, valueProjection }: LsaParameters<Matrix>): LsaParameters<Matrix> {
  const last = valueProjection.rows - 1;
  return {
    keyQuery,
    valueProjection: { ...valueProjection, values: valueProjection.values.map((e, i) => (i === last ? e : 0)) },
  };
}

function lastEntry({ values }: Matrix): number {
  return values[values.length - 1];
}

function appendColumn(context: Matrix, column: Matrix): Matrix {
  return transpose(matrixFromRows([...toRows(transpose(context)), ...toRows(transpose(column))]));
}

it.each(selfAttending)("%s has a layer for any u_x where M_xx is skew: x_qᵀ M_xx x_q = 0", async (name) => {
  const layer = {
    keyQuery: matrixFromRows([
      [0, 2, -1, 9],
      [-2, 0, 4, 9],
      [1, -4, 0, 9],
      [3, 1, -2, 9],
    ]),
    valueProjection: matrix(4, 1, [3, -1, 5, 2]),
  };
  const context = matrixFromRows([
    [1, 2, -1],
    [-1, 0.5, 3],
    [2, -2, 1],
    [3, -2, 0.5],
  ]);
  const [x, y] = [toRows(transpose(context)).flatMap((token) => token.slice(0, 3)), toRows(context)[3]];
  const prompts: PromptBatch = {
    count: 1,
    contextLength: 3,
    dimension: 3,
    covariates: Float64Array.from(x),
    responses: Float64Array.from(y),
    queryCovariates: Float64Array.of(0.5, 1.5, -2),
    queryResponses: Float64Array.of(0),
  };
  const [expected] = await float64Engine().predict(layer, prompts);
  const head = toConvention(name, layer, { contextLength: 3 });
  expectClose(asInPaper[name](head, context, matrix(4, 1, [0.5, 1.5, -2, 0])), expected, 1e-12);
  const back = fromConvention(name, head, { contextLength: 3 });
  expectMatrixClose(back.valueProjection, layer.valueProjection, 1e-15);
});

it.each(selfAttending)(
  "%s has no layer for a u_x in any one coordinate, unless the key-query matrix is skew",
  (name) => {
    const keyQuery = matrixFromRows([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 0],
    ]);
    for (const values of [
      [3, 0, 2],
      [0, 3, 2],
    ]) {
      const layer = { keyQuery, valueProjection: matrix(3, 1, values) };
      expect(() => toConvention(name, layer, { contextLength: 4 })).toThrow(/u_x of length 3/);
    }
  },
);
