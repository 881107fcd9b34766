import { diagonal, DomainError, float64Backend, matrix, NumericalError, ShapeError } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { drawAttention } from "../../tests/draw-attention.ts";
import { attentionEngine } from "../attention/attention-engine.ts";
import { softmaxPair } from "../attention/softmax-pair.ts";
import { trainableAttention } from "../attention/trainable-attention.ts";
import { transformerOfAllparam } from "../interchange/allparam.ts";
import { inducedStep } from "../lsa/induced-step.ts";
import { mergeWeights } from "../lsa/weights.ts";
import * as construct from "./construct.ts";
import { inducedPolynomials } from "./induced-polynomials.ts";
import { inducedWeights } from "./induced-weights.ts";
import { sparseHead } from "./layer-heads.ts";
import { inducedStepOfHeads } from "./multi-head-step.ts";
import { factoredHeads } from "./parametrisations/factored-heads.ts";
import { fullTransformer } from "./parametrisations/full.ts";
import { withQueryGuess } from "./parametrisations/initial-guess.ts";
import { mergedHeads } from "./parametrisations/merged-heads.ts";
import { reducedStep } from "./parametrisations/reduced-step.ts";
import { transformerOn } from "./transformer-tensors.ts";

const sizes = { count: 1, contextLength: 2, dimension: 1 };
const { transformer, prompts } = drawAttention({ kernel: "softmax", heads: [1] }, sizes);

describe("weights of the wrong shape do not pass", () => {
  it("in a layer whose matrices differ in size, or that has no heads", () => {
    const ragged = { valueProjection: diagonal([1, 1]), keyQuery: diagonal([1, 1, 1]) };
    const backend = float64Backend();
    expect(() => transformerOn(backend, { layers: [[ragged]], dividesByLength: true })).toThrow(ShapeError);
    expect(() => transformerOn(backend, { layers: [[]], dividesByLength: true })).toThrow(/at least one head/);
  });

  it("in factored heads of another family", () => {
    const [small, large] = [1, 2].map((dimension) => factoredHeads({ dimension }));
    expect(() => large.pack(small.unpack(new Float64Array(small.size)))).toThrow(/a matrix \[3, 3\]; got \[2, 2\]/);
  });
});

describe("numbers that overflow do not leave", () => {
  const huge = { keyQuery: diagonal([1e200, 0]), valueProjection: matrix(2, 1, [0, 1e200]) };
  const steep = construct.gradientDescent({ dimension: 1, stepSizes: [1e200, 1e200] });
  it.each<[string, () => unknown]>([
    ["inducedStep", () => inducedStep(huge)],
    ["inducedStepOfHeads", () => inducedStepOfHeads([huge])],
    ["inducedPolynomials", () => inducedPolynomials(steep)],
    ["inducedWeights", () => inducedWeights(steep, prompts)],
    [
      "mergeWeights",
      () =>
        mergeWeights({ key: huge.keyQuery, query: huge.keyQuery, value: huge.keyQuery, head: Float64Array.of(1, 1) }),
    ],
  ])("%s", (_, call) => {
    expect(call).toThrow(NumericalError);
  });
});

describe("sizes that are none are refused", () => {
  it.each([-1, 0, 1.5, NaN])("a dimension of %d, by every construction", (dimension) => {
    const stepSizes = [0.5];
    const [one, iterations, initialScale] = [{ dimension, stepSizes }, 1, 1];
    expect(() => construct.gradientDescent(one)).toThrow(DomainError);
    expect(() => construct.gdPlusPlus({ ...one, contractions: [0] })).toThrow(DomainError);
    expect(() => construct.ridgeGradientDescent({ ...one, penalty: 1 })).toThrow(DomainError);
    expect(() => construct.newton({ dimension, iterations, initialScale })).toThrow(DomainError);
    expect(() => construct.newtonSquareRoot({ dimension, iterations, initialScale })).toThrow(DomainError);
    expect(() => withQueryGuess({ dimension, of: mergedHeads({ dimension: 2 }) })).toThrow(DomainError);
  });

  it("matrices of a sparse head that are not square, or of two sizes", () => {
    expect(() => sparseHead(matrix(2, 3))).toThrow(ShapeError);
    expect(() => sparseHead(matrix(2, 2), matrix(3, 3))).toThrow(/sparseHead: .* got \[2, 2\] and \[3, 3\]/);
  });

  it("an allparam of no layers", () => {
    expect(() => transformerOfAllparam({ shape: [0, 1, 2, 1, 1], values: new Float64Array(0) })).toThrow(DomainError);
  });

  it("positions that are too short or too long", () => {
    const architecture = trainableAttention(transformer, {
      ...attentionEngine(float64Backend()),
      lossAndGradient: () => Promise.resolve({ loss: 0, gradient: [] }),
    });
    const families = [
      fullTransformer({ dimension: 1, layers: 1 }),
      factoredHeads({ dimension: 1 }),
      mergedHeads({ dimension: 1 }),
      reducedStep({ dimension: 1 }),
      withQueryGuess({ dimension: 1, of: mergedHeads({ dimension: 1 }) }),
      softmaxPair(),
      architecture,
    ];
    for (const { size, unpack } of families) {
      unpack(new Float64Array(size));
      for (const wrong of [size - 1, size + 1]) {
        expect(() => unpack(new Float64Array(wrong))).toThrow(
          new RegExp(`a position of ${size} numbers; got ${wrong}`),
        );
      }
    }
  });
});
