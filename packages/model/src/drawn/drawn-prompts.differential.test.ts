import { covariance, diagonal, matrix, multiply, openStream, randomKey, transpose, type Matrix } from "@onestep/core";
import { openDeep, openOneLayer } from "@onestep/kernels";
import { expectClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { fullTransformer } from "../deep/parametrisations/full.ts";
import { sparseTransformer } from "../deep/parametrisations/sparse.ts";
import { withQueryGuess } from "../deep/parametrisations/initial-guess.ts";
import { layerOnDrawnPrompts } from "./layer-on-drawn-prompts.ts";
import { transformerOnDrawnPrompts } from "./transformer-on-drawn-prompts.ts";
import { whiteCoordinates } from "./white-coordinates.ts";

const law = {
  contextLength: 7,
  covariates: covariance(matrix(3, 3, [2, 0.5, 0.1, 0.5, 1, -0.3, 0.1, -0.3, 0.7])),
  tasks: covariance(matrix(3, 3, [0.5, 0.1, 0, 0.1, 0.4, 0.1, 0, 0.1, 0.3])),
  taskMean: Float64Array.of(0.2, -0.4, 0.1),
  noiseVariance: 0.25,
};
const width = 4;
const minibatch = { key: randomKey(3), first: 5, count: 60 };

function normals(seed: number, length: number, scale: number): Float64Array {
  const values = new Float64Array(length);
  openStream(randomKey(seed)).fillNormals(values, 0, length);
  return values.map((value) => scale * value);
}

const dot = (one: Float64Array, other: Float64Array): number =>
  one.reduce((sum, entry, at) => sum + entry * other[at], 0);
const norm = (values: Float64Array): number => Math.sqrt(dot(values, values));

/** Tens of products of matrices of condition below 4, each of some 16 roundings, around the same evaluation. */
const RELATIVE = 2 ** -53 * 4096;

describe("layerOnDrawnPrompts", () => {
  const layer = layerOnDrawnPrompts(law, { method: "rows" });
  const position = normals(1, layer.size, 0.5);

  it("is the kernel on the layer in white tokens, (TᵀMT, Tᵀu), and its gradient is that of the composition", async () => {
    const { law: white, tokenScale } = whiteCoordinates("test", law);
    const inWhite = (at: Float64Array): { keyQuery: Float64Array; valueProjection: Float64Array } => {
      const { keyQuery, valueProjection } = layer.unpack(at);
      const transposed = transpose(tokenScale);
      return {
        keyQuery: multiply(transposed, keyQuery, tokenScale).values,
        valueProjection: multiply(transposed, valueProjection).values,
      };
    };
    const room = { keyQuery: new Float64Array(width * width), valueProjection: new Float64Array(width) };
    const expected = openOneLayer(white, { method: "rows" }).lossAndGradient(inWhite(position), minibatch, room);
    const { loss, gradient } = await layer.lossAndGradient(position, minibatch);
    expectClose(loss, expected, RELATIVE * expected);
    // E y² in its two parts: tr Σ(Ω + μμᵀ) and σ².
    const second = law.tasks.matrix.values.map(
      (entry, at) => entry + law.taskMean[at % 3] * law.taskMean[Math.floor(at / 3)],
    );
    const lossScale = dot(law.covariates.matrix.values, second) + law.noiseVariance;
    const direction = normals(2, layer.size, 1);
    const along = inWhite(direction);
    const slope = dot(room.keyQuery, along.keyQuery) + dot(room.valueProjection, along.valueProjection);
    const scale = norm(room.keyQuery) * norm(along.keyQuery) + norm(room.valueProjection) * norm(along.valueProjection);
    expectClose(lossScale * dot(gradient, direction), slope, RELATIVE * scale);
  });

  it("gives the kernel a diagonal where all of the law is diagonal, and the loss is that of the matrix", async () => {
    const apart = (...variances: number[]) => covariance(diagonal(variances));
    const straight = { ...law, covariates: apart(2, 1, 0.7), tasks: apart(0.5, 0.25, 3) };
    const { law: white } = whiteCoordinates("test", straight);
    const factor = white.task?.factor as Float64Array;
    expectClose(factor, [1, 0.5, Math.sqrt(2.1)], 2 ** -52);
    const written = openOneLayer({ ...white, task: { ...white.task, factor: diagonal(factor) } }, { method: "rows" });
    const parameters = { keyQuery: normals(1, width * width, 0.5), valueProjection: normals(2, width, 0.5) };
    const losses = [openOneLayer(white, { method: "rows" }), written].map((one) =>
      one.lossAndGradient(parameters, minibatch, structuredClone(parameters)),
    );
    expectClose(losses[0], losses[1], RELATIVE * losses[1]);
  });

  it("packs what it unpacks", () => {
    const again = layer.pack(layer.unpack(position));
    for (let at = 0; at < again.length; at++) expectClose(again[at], position[at], RELATIVE * norm(position));
  });

  it("says which path runs, and draws the prompts of an address alike in either precision", async () => {
    expect(layer.path).toBe("wasm-f64 rows");
    const [double, single] = (["float64", "float32"] as const).map((precision) =>
      layerOnDrawnPrompts(law, { precision }),
    );
    expect([double.path, single.path]).toEqual(["wasm-f64 two-column", "wasm-f32 two-column"]);
    const [one, other] = await Promise.all([double, single].map((each) => each.lossAndGradient(position, minibatch)));
    expect(Math.abs(one.loss - other.loss)).toBeLessThanOrEqual(2 ** -24 * 4096 * one.loss);
    expect(one.loss).not.toBe(other.loss);
  });

  it("loses nothing of responses so small that float32 has no squares of them", async () => {
    const small = {
      ...law,
      tasks: covariance(matrix(3, 3, [1e-40, 0, 0, 0, 1e-40, 0, 0, 0, 1e-40])),
      noiseVariance: 1e-40,
    };
    const [double, single] = (["float64", "float32"] as const).map((precision) =>
      layerOnDrawnPrompts({ ...small, taskMean: new Float64Array(3) }, { precision }),
    );
    expect(await single.lossAndGradient(position, minibatch)).toEqual(
      await double.lossAndGradient(position, minibatch),
    );
  });

  it("returns an overflow, and does not throw it", async () => {
    const { loss, gradient } = await layer.lossAndGradient(new Float64Array(layer.size).fill(1e200), minibatch);
    expect([loss, gradient[0]]).toEqual([Infinity, Infinity]);
  });

  it("refuses a position of another size", async () => {
    const short = position.subarray(1);
    await expect(layer.lossAndGradient(short, minibatch)).rejects.toThrow(/20 numbers; got 19/);
  });

  it("refuses covariates that do not vary in some direction", () => {
    const flat = { ...law, covariates: covariance(matrix(3, 3, [1, 1, 0, 1, 1, 0, 0, 0, 1])) };
    expect(() => layerOnDrawnPrompts(flat)).toThrow(/rank 2 in 3 dimensions/);
  });
});

describe("transformerOnDrawnPrompts", () => {
  const family = fullTransformer({ dimension: 3, layers: 3 });
  const deep = transformerOnDrawnPrompts(family, law);
  const position = normals(4, family.size, 0.1);

  it("is the kernel on P̃ = T⁻¹PT and Q̃ = TᵀQT, and its gradient is that of the composition", async () => {
    const { law: white, tokenScale, inverseTokenScale } = whiteCoordinates("test", law);
    const inWhite = (at: Float64Array) => {
      const heads = family.unpack(at).layers.flat();
      const turned = (matrices: Matrix[], left: Matrix): Float64Array[] =>
        matrices.map((one) => multiply(left, one, tokenScale).values);
      return {
        valueProjections: turned(
          heads.map((head) => head.valueProjection),
          inverseTokenScale,
        ),
        keyQueries: turned(
          heads.map((head) => head.keyQuery),
          transpose(tokenScale),
        ),
      };
    };
    const room = structuredClone(inWhite(position));
    const expected = openDeep(white, 3).lossAndGradient(inWhite(position), minibatch, room);
    const { loss, gradient } = await deep.lossAndGradient(position, minibatch);
    expectClose(loss, expected, RELATIVE * expected);
    const direction = normals(5, family.size, 1);
    const along = inWhite(direction);
    const pairs = (["valueProjections", "keyQueries"] as const).flatMap((side) =>
      room[side].map((slopes, layer) => [slopes, along[side][layer]] as const),
    );
    const slope = pairs.reduce((sum, [slopes, way]) => sum + dot(slopes, way), 0);
    const scale = pairs.reduce((sum, [slopes, way]) => sum + norm(slopes) * norm(way), 0);
    expectClose(dot(gradient, direction), slope, RELATIVE * scale);
  });

  it("trains the weights of a family: those of {A_l} by the chain rule through P and Q", async () => {
    const sparse = sparseTransformer({ dimension: 3, layers: 3 });
    const weights = sparse.unpack(normals(6, sparse.size, 0.3));
    const own = transformerOnDrawnPrompts(sparse, law);
    const { loss, gradient } = await own.lossAndGradient(sparse.pack(weights), minibatch);
    const full = await deep.lossAndGradient(family.pack(sparse.transformer(weights)), minibatch);
    expect(loss).toBe(full.loss);
    expect(gradient).toEqual(sparse.pullBack(weights, family.unpack(full.gradient)));
  });

  it("returns an overflow, and does not throw it", async () => {
    const { loss, gradient } = await deep.lossAndGradient(new Float64Array(family.size).fill(1e100), minibatch);
    expect([loss, gradient[0]]).toEqual([Infinity, Infinity]);
  });

  it("refuses what kernels do not evaluate, and a family of another dimension", () => {
    const two = fullTransformer({ dimension: 3, layers: 2, heads: 2 });
    expect(() => transformerOnDrawnPrompts(two, law)).toThrow(/layers of 2, 2 heads/);
    const guess = withQueryGuess({ dimension: 3, of: sparseTransformer({ dimension: 3, layers: 1 }) });
    expect(() => transformerOnDrawnPrompts(guess, law)).toThrow(/an embedding/);
    expect(() => transformerOnDrawnPrompts(fullTransformer({ dimension: 2, layers: 1 }), law)).toThrow(
      /a family on 3 covariates; got a family on 2/,
    );
  });
});
