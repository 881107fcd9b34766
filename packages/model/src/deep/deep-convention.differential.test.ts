import {
  add,
  AssumptionError,
  childKey,
  float64Backend,
  isotropic,
  matrix,
  multiply,
  randomKey,
  scale,
  ShapeError,
  transpose,
  zeros,
  type Matrix,
} from "@onestep/core";
import { expectClose, expectMatrixClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { drawPrompts } from "../../tests/gaussian-linear.ts";
import { drawInitialPosition } from "../pretrain/initial-position.ts";
import { conventionOf, type Convention } from "../lsa/convention-dictionary.ts";
import { fromConvention } from "../lsa/convention.ts";
import { gradientDescent } from "./construct.ts";
import { transformerFromConvention, transformerToConvention, type PaperLayers } from "./deep-convention.ts";
import { lsaHeads } from "./layer-heads.ts";
import { transformerEngine } from "./transformer-engine.ts";

const [n, d] = [5, 2];
const prompts = drawPrompts(
  { contextLength: n, covariates: isotropic(d), tasks: isotropic(d), noiseVariance: 0.5 },
  childKey(randomKey(0), "prompts"),
  1,
);
const square = (seed: number): Matrix =>
  matrix(d + 1, d + 1, drawInitialPosition(childKey(randomKey(seed), "weights"), (d + 1) ** 2, 0.3));
const head = (seed: number) => ({ valueProjection: square(seed), keyQuery: square(seed + 100) });
const layers: PaperLayers = [[head(1), head(2)], [head(3)], [head(4)]];

const hidden = { ...conventionOf("2306.00297"), source: "made up" };
const conventions: Readonly<Record<string, Convention>> = {
  "2306.00297": conventionOf("2306.00297"),
  "2212.07677": conventionOf("2212.07677"),
  onestep: conventionOf("onestep"),
  "a divisor of n + 1": { ...hidden, divisor: "n+1" },
  "a plus sign and covariates of its own": { ...hidden, sign: 1, covariateScale: 0.5 },
};

/** The paper's own forward pass, token by token, from its definition. */
function predictionOf(convention: Convention, paperLayers: PaperLayers): number {
  const tokens = zeros(d + 1, n + 1); // columns
  for (let i = 0; i <= n; i++) {
    for (let k = 0; k < d; k++) {
      const x = i < n ? prompts.covariates[i * d + k] : prompts.queryCovariates[k];
      tokens.values[k * (n + 1) + i] = x / convention.covariateScale;
    }
    tokens.values[d * (n + 1) + i] = i < n ? prompts.responses[i] : 0;
  }
  const divisor = { "1": 1, n, "n+1": n + 1 }[convention.divisor];
  const final = paperLayers.reduce((z, heads) => {
    const masked = { ...z, values: z.values.map((value, at) => (at % (n + 1) === n ? 0 : value)) };
    return heads.reduce(
      (sum, { valueProjection: p, keyQuery: q }) =>
        add(sum, scale(multiply(p, masked, multiply(transpose(masked), q, z)), 1 / divisor)),
      z,
    );
  }, tokens);
  return convention.sign * final.values[final.values.length - 1];
}

const predict = async (transformer: Parameters<ReturnType<typeof transformerEngine>["predict"]>[0]): Promise<number> =>
  (await transformerEngine(float64Backend()).predict(transformer, prompts))[0];

describe.each(Object.entries(conventions))("the deep convention of %s", (_, convention) => {
  it("predicts what the paper's own forward pass predicts", async () => {
    const expected = predictionOf(convention, layers);
    const converted = transformerFromConvention(convention, layers, { contextLength: n });
    expectClose(await predict(converted), expected, 1e-11 * Math.max(1, Math.abs(expected)));
  });

  it("of one layer is that of a single one", async () => {
    const one = lsaHeads([fromConvention(convention, layers[1][0], { contextLength: n })]);
    const deep = transformerFromConvention(convention, [layers[1]], { contextLength: n });
    expectClose(await predict(deep), await predict(one), 1e-11);
  });

  it("comes back as it was, where its sign is a minus", () => {
    const there = transformerFromConvention(convention, layers, { contextLength: n });
    if (convention.sign === 1) {
      expect(() => transformerToConvention(convention, there, { contextLength: n })).toThrow(AssumptionError);
      return;
    }
    const back = transformerToConvention(convention, there, { contextLength: n });
    back.forEach((heads, l) =>
      heads.forEach(({ valueProjection, keyQuery }, h) => {
        expectMatrixClose(valueProjection, layers[l][h].valueProjection, 1e-14);
        expectMatrixClose(keyQuery, layers[l][h].keyQuery, 1e-14);
      }),
    );
  });
});

describe("deep conventions", () => {
  it("write plain sums where a paper does not divide", () => {
    const ours = gradientDescent({ dimension: d, stepSizes: [0.5, 0.25] });
    const theirs = transformerToConvention("2212.07677", ours, { contextLength: n });
    expectClose(
      predictionOf(conventionOf("2212.07677"), theirs),
      predictionOf(conventionOf("2306.00297"), ours.layers),
      1e-12,
    );
  });

  it("refuse papers whose tokens attend to the query, embeddings, and weights that do not fit", () => {
    const options = { contextLength: n };
    for (const name of ["2306.09927", "2501.16265"] as const) {
      expect(() => transformerFromConvention(name, layers, options)).toThrow(/a query that no token attends to/);
    }
    const embedded = { layers, dividesByLength: true, embedding: { query: square(9) } };
    expect(() => transformerToConvention("2306.00297", embedded, options)).toThrow(/tokens that are not embedded/);
    const ragged = [[{ ...head(1), keyQuery: matrix(2, 2) }]];
    expect(() => transformerFromConvention("2306.00297", ragged, options)).toThrow(ShapeError);
    expect(() => transformerFromConvention("2306.00297", layers, { contextLength: 0 })).toThrow(/contextLength/);
  });
});
