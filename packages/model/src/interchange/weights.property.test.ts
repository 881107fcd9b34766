import { DomainError, matrix, ShapeError, zeros } from "@onestep/core";
import { assert, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { anyLayerOnPrompts } from "../../tests/any-layer.ts";
import { anyTransformerOnPrompts } from "../../tests/any-transformer.ts";
import { lsaHeads } from "../deep/layer-heads.ts";
import type { LinearTransformer } from "../deep/linear-transformer.ts";
import { arraysOfLayer, layerOfArrays } from "./layer-arrays.ts";
import { readNpz, writeNpz } from "./npz.ts";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";
import type { StoredArrays } from "./stored-array.ts";
import { arraysOfTransformer, transformerOfArrays } from "./transformer-arrays.ts";

const throughFiles = (arrays: StoredArrays): readonly StoredArrays[] => [
  readNpz(writeNpz(arrays)),
  readSafetensors(writeSafetensors(arrays)),
];

const of = (shape: readonly number[], ...values: readonly number[]): StoredArrays[string] => ({
  shape,
  values: Float64Array.from(values),
});

describe("a layer", () => {
  it("comes back from either file bit by bit, and in float32 rounded", () => {
    assert(
      property(anyLayerOnPrompts(), ({ parameters }) => {
        const arrays = arraysOfLayer(parameters);
        const width = parameters.keyQuery.rows;
        expect(arrays["key_query"].shape).toEqual([width, width]);
        expect(arrays["value_projection"].shape).toEqual([width]);
        for (const read of throughFiles(arrays)) expect(layerOfArrays(read)).toEqual(parameters);
        // The arbitrary's entries are exact in single precision.
        expect(layerOfArrays(readNpz(writeNpz(arrays, { precision: "float32" })))).toEqual(parameters);
      }),
      { numRuns: 30 },
    );
  });

  it("does not share its numbers with the arrays it was read from", () => {
    const arrays = arraysOfLayer({ keyQuery: matrix(2, 2, [1, 2, 3, 4]), valueProjection: matrix(2, 1, [5, 6]) });
    const layer = layerOfArrays(arrays);
    layer.keyQuery.values.fill(0);
    layer.valueProjection.values.fill(0);
    expect([...arrays["key_query"].values, ...arrays["value_projection"].values]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("says what is missing, and what does not fit", () => {
    const read = (arrays: StoredArrays) => () => layerOfArrays(arrays);
    const key_query = of([2, 2], 1, 2, 3, 4);
    expect(read({ P: key_query, Q: key_query })).toThrow(/expected an array named key_query; got P, Q/);
    expect(read({})).toThrow(/no arrays at all/);
    expect(read({ key_query })).toThrow(DomainError);
    expect(read({ key_query, value_projection: of([3], 1, 2, 3) })).toThrow(
      /layerOfArrays: key_query: expected the shape \[3, 3\]; got \[2, 2\]/,
    );
    expect(read({ key_query, value_projection: of([2, 1], 1, 2) })).toThrow(ShapeError);
    expect(read({ key_query, value_projection: of([2], 1, NaN) })).toThrow(DomainError);
  });
});

describe("a transformer", () => {
  /** With heads of zeros where a layer has fewer than another, as a rectangular array must have. */
  const filledUp = ({ layers, embedding, dividesByLength }: LinearTransformer): LinearTransformer => {
    const heads = Math.max(...layers.map(({ length }) => length));
    const width = layers[0][0].keyQuery.rows;
    const nothing = { valueProjection: zeros(width, width), keyQuery: zeros(width, width) };
    return {
      layers: layers.map((layer) => Array.from({ length: heads }, (_, h) => layer[h] ?? nothing)),
      dividesByLength,
      ...(embedding !== undefined && Object.keys(embedding).length > 0 ? { embedding } : {}),
    };
  };

  it("comes back from either file bit by bit, embedded or not, divided by n or not", () => {
    assert(
      property(anyTransformerOnPrompts(), ({ transformer }) => {
        for (const read of throughFiles(arraysOfTransformer(transformer))) {
          expect(transformerOfArrays(read)).toEqual(filledUp(transformer));
        }
      }),
      { numRuns: 30 },
    );
  });

  it("with P and Q alone divides by n and embeds nothing", () => {
    const [P, Q] = [of([1, 2, 2, 2], 1, 2, 3, 4, 5, 6, 7, 8), of([1, 2, 2, 2], 8, 7, 6, 5, 4, 3, 2, 1)];
    const { layers, dividesByLength, embedding } = transformerOfArrays({ P, Q });
    expect([dividesByLength, embedding]).toEqual([true, undefined]);
    expect(layers).toEqual([
      [
        { valueProjection: matrix(2, 2, [1, 2, 3, 4]), keyQuery: matrix(2, 2, [8, 7, 6, 5]) },
        { valueProjection: matrix(2, 2, [5, 6, 7, 8]), keyQuery: matrix(2, 2, [4, 3, 2, 1]) },
      ],
    ]);
    expect(Object.keys(arraysOfTransformer({ layers, dividesByLength }))).toEqual(["P", "Q"]);
    const layer = { keyQuery: matrix(2, 2, [1, 0, 0, 1]), valueProjection: matrix(2, 1, [0, 1]) };
    expect(Object.keys(arraysOfTransformer(lsaHeads([layer])))).toEqual(["P", "Q", "divides_by_length"]);
  });

  it("says what is missing, and what does not fit", () => {
    const P = of([1, 1, 2, 2], 1, 2, 3, 4);
    const read = (arrays: StoredArrays) => () => transformerOfArrays(arrays);
    expect(read({ P })).toThrow(/an array named Q; got P/);
    expect(read({ P, Q: of([2, 2], 1, 2, 3, 4) })).toThrow(/Q: expected the shape \[1, 1, 2, 2\]; got \[2, 2\]/);
    expect(read({ P: of([4], 1, 2, 3, 4), Q: P })).toThrow(/P: expected the shape \[L, H, d\+1, d\+1\]/);
    expect(read({ P: of([1, 1, 1, 2], 1, 2), Q: of([1, 1, 1, 2], 1, 2) })).toThrow(ShapeError);
    expect(read({ P, Q: P, prefix: of([1, 3], 1, 2, 3) })).toThrow(ShapeError);
    expect(read({ P, Q: P, divides_by_length: of([1], 0) })).toThrow(/divides_by_length: expected the shape \[\]/);
    expect(read({ P, Q: of([1, 1, 2, 2], 1, 2, 3, Infinity) })).toThrow(DomainError);
  });
});
