import { childKey, openStream, randomKey } from "@onestep/core";
import { assert, constantFrom, integer, oneof, property, tuple } from "fast-check";
import { describe, expect, it } from "vitest";
import { lsaLossAndGradient } from "../lsa-gradient/twin.ts";
import { openLsaGradient } from "../lsa-gradient/open-lsa-gradient.ts";
import { openOneLayer } from "./one-layer.ts";

const dimension = 3;
const width = dimension + 1;
const contextLength = 7;
const count = 12;
const normals = (label: string, length: number): Float64Array => {
  const values = new Float64Array(length);
  openStream(childKey(randomKey(5), label)).fillNormals(values, 0, length);
  return values;
};

/** 0, or a power of ten from 10⁻³⁰ to 10³⁰. */
const anyScale = oneof(
  { weight: 1, arbitrary: constantFrom(0) },
  { weight: 12, arbitrary: integer({ min: -30, max: 30 }).map((exponent) => 10 ** exponent) },
);

/** A layer whose parts that meet covariates have one scale, and those that meet responses another. */
function layerOf(ofCovariates: number, ofResponses: number, keysOfCovariates: number, keysOfResponses: number) {
  const valueProjection = normals("u", width).map((one, i) => one * (i < dimension ? ofCovariates : ofResponses));
  const keyQuery = normals("M", width * width).map(
    (one, at) => one * (at < width * dimension ? keysOfCovariates : keysOfResponses),
  );
  return { keyQuery, valueProjection };
}

type Layer = ReturnType<typeof layerOf>;

/** Rows of covariates and the last one, of both gradients: within a part all entries are of one size. */
function partsOf({ keyQuery, valueProjection }: Layer): Float64Array[] {
  const split = [keyQuery, valueProjection].map((one) => [one, (one.length / width) * dimension] as const);
  return split.flatMap(([one, at]) => [one.subarray(0, at), one.subarray(at)]);
}

interface Evaluation extends Layer {
  readonly loss: number;
}

/** Loss and gradient of consecutive prompts. */
type Evaluate = (layer: Layer, first: number, count: number) => Evaluation;

const room = (): Layer => ({ keyQuery: new Float64Array(width * width), valueProjection: new Float64Array(width) });

/**
 * What underflows loses all of its digits. Rounding may be magnified where prompts cancel, hence sizes are means over
 * single prompts; and where a residual nearly cancels, which does not happen in all of them.
 */
function expectSame(layer: Layer, float32: Evaluate, float64: Evaluate): void {
  const tolerance = 2 ** -12;
  const [actual, expected] = [float32(layer, 0, count), float64(layer, 0, count)];
  expect(Math.abs(actual.loss - expected.loss)).toBeLessThanOrEqual(tolerance * expected.loss);
  const single = Array.from({ length: count }, (_, prompt) => partsOf(float64(layer, prompt, 1)));
  const others = partsOf(expected);
  for (const [at, part] of partsOf(actual).entries()) {
    const distance = Math.hypot(...part.map((entry, i) => entry - others[at][i]));
    const size = single.reduce((sum, parts) => sum + Math.hypot(...parts[at]) / count, 0);
    expect(distance).toBeLessThanOrEqual(tolerance * size);
  }
}

const anyLayer = tuple(anyScale, anyScale, anyScale, anyScale).map((scales) => layerOf(...scales));

describe("float32 at scales from 10⁻³⁰ to 10³⁰", () => {
  it.each(["two-column", "rao-blackwell", "rows"] as const)(
    "has the numbers of float64 on drawn prompts: %s",
    (method) => {
      assert(
        property(anyLayer, anyScale, anyScale, (layer, factor, noiseDeviation) => {
          const law = { dimension, contextLength, noiseDeviation, task: { factor } };
          const [float32, float64] = (["float32", "float64"] as const).map((precision): Evaluate => {
            const opened = openOneLayer(law, { method, precision });
            return (at, first, size) => {
              const gradient = room();
              return {
                loss: opened.lossAndGradient(at, { key: randomKey(1), first, count: size }, gradient),
                ...gradient,
              };
            };
          });
          expectSame(layer, float32, float64);
        }),
        { numRuns: 300 },
      );
    },
  );

  it("has the numbers of float64 on given prompts", () => {
    assert(
      property(anyLayer, anyScale, anyScale, anyScale, (layer, ofCovariates, ofResponses, ofQueries) => {
        const covariates = normals("X", count * contextLength * dimension).map((one) => ofCovariates * one);
        const responses = normals("y", count * contextLength).map((one) => ofResponses * one);
        const queryCovariates = normals("x_q", count * dimension).map((one) => ofQueries * one);
        const queryResponses = normals("y_q", count).map((one) => ofResponses * one);
        const evaluateBy =
          (engine: typeof lsaLossAndGradient): Evaluate =>
          ({ keyQuery, valueProjection }, first, size) => {
            const part = (values: Float64Array, length: number): Float64Array =>
              values.subarray(first * length, (first + size) * length);
            const prompts = {
              count: size,
              contextLength,
              dimension,
              covariates: part(covariates, contextLength * dimension),
              responses: part(responses, contextLength),
              queryCovariates: part(queryCovariates, dimension),
              queryResponses: part(queryResponses, 1),
            };
            const gradient = room();
            return { loss: engine(keyQuery, valueProjection, prompts, gradient), ...gradient };
          };
        expectSame(layer, evaluateBy(openLsaGradient("float32").lossAndGradient), evaluateBy(lsaLossAndGradient));
      }),
      { numRuns: 300 },
    );
  });
});
