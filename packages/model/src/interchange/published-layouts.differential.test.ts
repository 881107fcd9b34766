import { DomainError, float64Backend, matrix, multiply, ShapeError, transpose, type Matrix } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { drawContext } from "../../tests/contexts.ts";
import { transformerEngine } from "../deep/transformer-engine.ts";
import type { LinearTransformer } from "../deep/linear-transformer.ts";
import { transformerOfAllparam } from "./allparam.ts";
import { transformerOfHaikuTree } from "./haiku-tree.ts";
import type { StoredArray, StoredArrays } from "./stored-array.ts";

const [n, d] = [4, 2];

/** Normal numbers, a few at a time, small enough for three layers. */
function draw(seed: number, shape: readonly number[]): StoredArray {
  const size = shape.reduce((product, length) => product * length, 1);
  return { shape, values: drawContext(seed, size, 1).covariates.values.map((value) => value / 4) };
}

/** A prompt with its tokens as rows, the query's last, as both papers' codes lay it out. */
const { covariates, responses } = drawContext(5, n + 1, d);
const prompts = {
  count: 1,
  contextLength: n,
  dimension: d,
  covariates: covariates.values.slice(0, n * d),
  responses: responses.slice(0, n),
  queryCovariates: covariates.values.slice(n * d),
  queryResponses: responses.slice(n),
};
const tokens = matrix(
  n + 1,
  d + 1,
  Array.from({ length: n + 1 }, (_, i) => [
    ...covariates.values.subarray(i * d, (i + 1) * d),
    i === n ? 0 : responses[i],
  ]).flat(),
);

const predict = async (transformer: LinearTransformer): Promise<number> =>
  (await transformerEngine(float64Backend()).predict(transformer, prompts))[0];

const block = ({ shape, values }: StoredArray, index: number): Matrix => {
  const [rows, columns] = shape.slice(-2);
  return matrix(rows, columns, values.slice(index * rows * columns, (index + 1) * rows * columns));
};

const bordered = (inner: Matrix, corner: number): Matrix =>
  matrix(d + 1, d + 1, [
    ...Array.from({ length: d }, (_, i) => [...inner.values.subarray(i * d, (i + 1) * d), 0]).flat(),
    ...Array.from({ length: d }, () => 0),
    corner,
  ]);

/** Rows of the update of every token by attention with these scores, the query hidden from all. */
function attend(scores: Matrix, values: Matrix): Matrix {
  const masked = scores.values.map((score, at) => (at % scores.columns === n ? 0 : score));
  return multiply(matrix(scores.rows, scores.columns, masked), values);
}

function plus(left: Matrix, right: Matrix, factor = 1): Matrix {
  return { ...left, values: left.values.map((value, at) => value + factor * right.values[at]) };
}

const response = (z: Matrix): number => -z.values[z.values.length - 1];

describe("allparam", () => {
  /** Z ← Z + (1/n) Σ (Z Q Zᵀ) mask (Z Pᵀ), prediction −[Z]: the forward pass of the paper's code. */
  function forward(allparam: StoredArray, unconstrained: boolean): number {
    const [depth, heads] = allparam.shape;
    let z = tokens;
    for (let l = 0; l < depth; l++) {
      let next = z;
      for (let h = 0; h < heads; h++) {
        const at = 2 * (l * heads + h);
        const p = unconstrained ? block(allparam, at) : bordered(block(allparam, at), 1);
        const q = unconstrained ? block(allparam, at + 1) : bordered(block(allparam, at + 1), 0);
        next = plus(next, attend(multiply(z, q, transpose(z)), multiply(z, transpose(p))), 1 / n);
      }
      z = next;
    }
    return response(z);
  }

  it.each([false, true])("predicts what the paper's forward pass predicts, unconstrained %s", async (unconstrained) => {
    const side = unconstrained ? d + 1 : d;
    const allparam = draw(1, [3, 2, 2, side, side]);
    const expected = forward(allparam, unconstrained);
    expect(Math.abs(expected)).toBeGreaterThan(0.01);
    // 3 layers of 2 heads and 5 tokens: some hundred operations on numbers of order 1
    expectClose(await predict(transformerOfAllparam(allparam, { unconstrained })), expected, 1000 * 2 ** -53);
  });

  it("refuses other shapes", () => {
    const refused = (shape: readonly number[]) => () => transformerOfAllparam(draw(1, shape));
    expect(refused([3, 2, 2, 2])).toThrow(/allparam: expected the shape \[L, H, 2, d, d\]; got \[3, 2, 2, 2\]/);
    expect(refused([3, 2, 1, 2, 2])).toThrow(ShapeError);
    expect(refused([1, 1, 2, 2, 3])).toThrow(ShapeError);
  });
});

describe("a Haiku tree", () => {
  const [heads, keySize, valueSize] = [2, 3, 2];
  const blockOf = (path: string, seed: number, joint = "/"): StoredArrays => ({
    [`${path}query${joint}w`]: draw(seed, [d + 1, heads * keySize]),
    [`${path}key${joint}w`]: draw(seed + 1, [d + 1, heads * keySize]),
    [`${path}value${joint}w`]: draw(seed + 2, [d + 1, heads * valueSize]),
    [`${path}linear${joint}w`]: draw(seed + 3, [heads * valueSize, d + 1]),
  });
  const paths = ["gd/~trans_block/layer_0/", "gd/~trans_block/layer_2/", "gd/~trans_block/layer_10/"];
  const tree = { ...blockOf(paths[2], 50), ...blockOf(paths[0], 10), ...blockOf(paths[1], 30) };

  /** Multi-head attention with heads in blocks of columns, as dm-haiku splits them, without softmax. */
  function layer(z: Matrix, arrays: StoredArrays, path: string): Matrix {
    const project = (name: string): Matrix => multiply(z, block(arrays[`${path}${name}/w`], 0));
    const [queries, keys, values] = ["query", "key", "value"].map(project);
    const part = ({ rows, columns, values: all }: Matrix, h: number, size: number): Matrix =>
      matrix(
        rows,
        size,
        Array.from({ length: rows * size }, (_, at) => all[Math.floor(at / size) * columns + h * size + (at % size)]),
      );
    const mixed = matrix(n + 1, heads * valueSize);
    for (let h = 0; h < heads; h++) {
      const scores = multiply(part(queries, h, keySize), transpose(part(keys, h, keySize)));
      attend(scores, part(values, h, valueSize)).values.forEach((value, at) => {
        mixed.values[Math.floor(at / valueSize) * heads * valueSize + h * valueSize + (at % valueSize)] = value;
      });
    }
    return plus(z, multiply(mixed, block(arrays[`${path}linear/w`], 0)));
  }

  const tolerance = 4000 * 2 ** -53;

  it("predicts what the stacked blocks predict, in the order of their numbers", async () => {
    const expected = response(paths.reduce((z, path) => layer(z, tree, path), tokens));
    const reversed = response([...paths].reverse().reduce((z, path) => layer(z, tree, path), tokens));
    expect(Math.abs(expected - reversed)).toBeGreaterThan(0.01);
    expectClose(await predict(transformerOfHaikuTree(tree, { heads })), expected, tolerance);
  });

  it("is read along the paths, whatever numbers modules below carry", async () => {
    const nested = [
      "net/layer_1/attention",
      "net/layer_1/attention_1",
      "net/layer_2/attention",
      "net/layer_10/attention",
    ];
    const shuffled = { ...blockOf(`${nested[1]}/`, 30), ...blockOf(`${nested[3]}/`, 70) };
    const all = { ...shuffled, ...blockOf(`${nested[2]}/`, 50), ...blockOf(`${nested[0]}/`, 10) };
    const expected = response(nested.reduce((z, path) => layer(z, all, `${path}/`), tokens));
    expectClose(await predict(transformerOfHaikuTree(all, { heads })), expected, 20 * tolerance);
  });

  it("predicts what one looped block predicts", async () => {
    const looped = blockOf("transformer/multi_head_attention/", 20);
    const step = (z: Matrix): Matrix => layer(z, looped, "transformer/multi_head_attention/");
    expectClose(
      await predict(transformerOfHaikuTree(looped, { heads, loops: 3 })),
      response(step(step(step(tokens)))),
      tolerance,
    );
  });

  it("may be joined by dots, may have no path, and may have biases of zero", async () => {
    const plain = transformerOfHaikuTree(blockOf("", 20), { heads });
    expect(transformerOfHaikuTree(blockOf("", 20, "."), { heads })).toEqual(plain);
    expect(
      transformerOfHaikuTree({ ...blockOf("", 20), "query/b": { shape: [6], values: new Float64Array(6) } }, { heads }),
    ).toEqual(plain);
    expect(transformerOfHaikuTree(blockOf("layer_0.", 20, "."), { heads })).toEqual(plain);
  });

  it("refuses what is no linear attention", () => {
    const one = blockOf("layer_0/", 10);
    const refused =
      (extra: StoredArrays, layout = { heads }) =>
      () =>
        transformerOfHaikuTree({ ...one, ...extra }, layout);
    const vector = { shape: [3], values: Float64Array.of(1, 1, 1) };
    expect(refused({ "norm_1/scale": vector })).toThrow(/attention blocks only; got norm_1\/scale/);
    expect(refused({ "mlp/linear/w": draw(1, [3, 3]) })).toThrow(/an array named mlp\/query\/w/);
    expect(refused({ "layer_0/query/b": vector })).toThrow(/without biases/);
    expect(refused({}, { heads: 4 })).toThrow(/projections that 4 heads share evenly; got 6 and 4 columns/);
    expect(refused({ "layer_0/key/w": draw(1, [3, 5]) })).toThrow(ShapeError);
    expect(refused({}, { heads: 0 })).toThrow(DomainError);
    expect(() => transformerOfHaikuTree({})).toThrow(/an empty tree/);
    const ofWidth = (path: string, width: number): StoredArrays =>
      Object.fromEntries(
        ["query", "key", "value", "linear"].map((name) => [`${path}/${name}/w`, draw(1, [width, width])]),
      );
    expect(() => transformerOfHaikuTree({ ...ofWidth("l_0", 2), ...ofWidth("l_1", 3) })).toThrow(ShapeError);
    expect(() => transformerOfHaikuTree(ofWidth("l_0", 1))).toThrow(ShapeError);
    const { "layer_0/value/w": _, ...incomplete } = one;
    expect(() => transformerOfHaikuTree(incomplete, { heads })).toThrow(/an array named layer_0\/value\/w/);
  });
});
