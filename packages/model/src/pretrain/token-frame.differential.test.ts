import { identity, matrix, multiply, transpose, type Matrix, type PromptBatch } from "@onestep/core";
import { anyVector, expectMatrixClose } from "@onestep/testkit";
import { assert, asyncProperty, constantFrom, property, tuple } from "fast-check";
import { describe, expect, it } from "vitest";
import { anyPrompts } from "../../tests/any-layer.ts";
import { expectEntriesClose } from "../../tests/expect-entries.ts";
import { gramMatrices, roundingOf } from "../../tests/gram-oracle.ts";
import { float64Engine } from "../engine/float64-engine.ts";
import { fromFrame, measureTokenFrame, pullBackGradient, toFrame, type TokenFrame } from "./token-frame.ts";

const UNIT_ROUNDOFF = 2 ** -53;

/** Enough rows to whiten, on coordinates of very different scales that are correlated. */
const anyWhitenable = constantFrom(1, 2, 3).chain((dimension) =>
  anyPrompts(6, 8, dimension).map((prompts) => skew(prompts)),
);

describe("measureTokenFrame", () => {
  it("gives covariates and responses unit second moment: v = T ṽ", () => {
    assert(
      property(anyWhitenable, (prompts) => {
        const frame = measureTokenFrame(prompts);
        const second = secondMomentInFrame(prompts, frame);
        const d = prompts.dimension;
        const cross = second.values.map((entry, at) => {
          const [row, column] = [Math.floor(at / (d + 1)), at % (d + 1)];
          // T is blockwise: it leaves the correlation of covariates and responses alone.
          return (row === d) === (column === d) ? entry : 0;
        });
        // Cholesky does not mind the scales of coordinates; `skew` keeps the condition that is left below 256, and it
        // multiplies the rounding of sums over 48 rows, here and there.
        const tolerance = 4 * 48 * 256 * UNIT_ROUNDOFF;
        expectMatrixClose(matrix(d + 1, d + 1, cross), identity(d + 1), tolerance);
        expect(frame.lossScale).toBeCloseTo(meanSquare(prompts.responses), 10);
        expect(frame.outputScale).toBeCloseTo(Math.sqrt(frame.lossScale) / prompts.contextLength, 10);
      }),
    );
  });

  it("scales a batch of fewer than 2d rows by coordinates alone", () => {
    const frame = measureTokenFrame({
      count: 1,
      contextLength: 3,
      dimension: 2,
      covariates: Float64Array.of(1, 10, 2, 20, 2, -20),
      responses: Float64Array.of(2, -2, 2),
      queryCovariates: Float64Array.of(0, 0),
      queryResponses: Float64Array.of(0),
    });
    const [x1, x2, y] = [1 / Math.sqrt(3), 1 / Math.sqrt(300), 1 / 2];
    expectMatrixClose(
      frame.inverseScale,
      [
        [x1, 0, 0],
        [0, x2, 0],
        [0, 0, y],
      ],
      4 * UNIT_ROUNDOFF,
    );
    expect(frame.outputScale).toBeCloseTo(2 / 3, 15);
  });

  it("scales covariates that lie in a subspace by coordinates, and a silent coordinate not at all", () => {
    const rows = [1, 2, -1, 3, -2, 1, 0.5, 4];
    const degenerate = {
      count: 8,
      contextLength: 1,
      dimension: 3,
      covariates: Float64Array.from(rows.flatMap((x) => [x, -3 * x, 0])),
      responses: new Float64Array(8),
      queryCovariates: new Float64Array(24),
      queryResponses: new Float64Array(8),
    };
    const frame = measureTokenFrame(degenerate);
    const scale = 1 / Math.sqrt(meanSquare(Float64Array.from(rows)));
    expectMatrixClose(
      frame.inverseScale,
      [
        [scale, 0, 0, 0],
        [0, scale / 3, 0, 0],
        [0, 0, 1, 0],
        [0, 0, 0, 1],
      ],
      8 * UNIT_ROUNDOFF,
    );
    expect(frame).toMatchObject({ outputScale: 1, lossScale: 1 });
  });
});

describe("fromFrame and pullBackGradient", () => {
  it("place the layer at u = (s/n) T⁻ᵀũ, M = T⁻ᵀM̃T⁻¹", () => {
    const frame: TokenFrame = {
      dimension: 1,
      inverseScale: matrix(2, 2, [2, 0, 0, 5]),
      outputScale: 3,
      lossScale: 1,
    };
    const { keyQuery, valueProjection } = fromFrame(frame, Float64Array.of(1, 1, 1, 1, 1, 1));
    expect(keyQuery).toEqual(matrix(2, 2, [4, 10, 10, 25]));
    expect(valueProjection).toEqual(matrix(2, 1, [6, 15]));
  });

  it("is undone by toFrame", () => {
    const frame: TokenFrame = {
      dimension: 1,
      inverseScale: matrix(2, 2, [2, 0, 1, 4]),
      outputScale: 0.5,
      lossScale: 1,
    };
    const position = Float64Array.of(1, -2, 3, 0.5, 7, -1);
    // Powers of two: nothing is rounded.
    expect(toFrame(frame, fromFrame(frame, position))).toEqual(position);
  });

  it("belong together: the pulled-back gradient is the central difference of the loss in the frame, over s²", async () => {
    const anyCase = anyWhitenable.chain((prompts) => {
      const width = prompts.dimension + 1;
      return tuple(anyVector(width * width + width)).map(([position]) => ({ prompts, position }));
    });
    const engine = float64Engine();
    await assert(
      asyncProperty(anyCase, async ({ prompts, position }) => {
        const frame = measureTokenFrame(prompts);
        const at = (where: Float64Array) => ({ parameters: fromFrame(frame, where), prompts });
        const lossAt = async (where: Float64Array) => {
          const { loss } = await engine.lossAndGradient(at(where).parameters, prompts);
          return { loss: loss / frame.lossScale, rounding: roundingInFrame(frame, prompts, where) };
        };
        const { gradient } = await engine.lossAndGradient(at(position).parameters, prompts);
        const pulled = pullBackGradient(frame, gradient);
        for (let entry = 0; entry < position.length; entry++) {
          const [up, down] = [position.slice(), position.slice()];
          up[entry] += 1;
          down[entry] -= 1;
          // The loss is a parabola along each coordinate: a central difference truncates nothing, whatever its step.
          const [above, below] = [await lossAt(up), await lossAt(down)];
          const slope = (above.loss - below.loss) / 2;
          // The gradient's paths are as long as the loss's, and its terms are those of the loss at a larger position.
          const tolerance = 2 * (above.rounding + below.rounding);
          expectEntriesClose([pulled[entry]], [slope], [tolerance]);
        }
      }),
      { numRuns: 30 },
    );
  });
});

/** What may be lost in loss/s²: the layer's own rounding with T⁻¹ entering three times, each a sum of d+1 products. */
function roundingInFrame(frame: TokenFrame, prompts: PromptBatch, position: Float64Array): number {
  const absolute = {
    ...frame,
    inverseScale: { ...frame.inverseScale, values: frame.inverseScale.values.map(Math.abs) },
  };
  const bound = roundingOf({ parameters: fromFrame(absolute, position.map(Math.abs)), prompts }, UNIT_ROUNDOFF);
  return (3 * bound.loss) / frame.lossScale;
}

/** The mean of ṽṽᵀ over all rows of all contexts. */
function secondMomentInFrame(prompts: PromptBatch, { inverseScale }: TokenFrame): Matrix {
  const width = prompts.dimension + 1;
  const rows = prompts.responses.length;
  const unused = { keyQuery: matrix(width, width), valueProjection: matrix(width, 1) };
  const sum = gramMatrices({ parameters: unused, prompts }).reduce(
    (total, { gram }) => total.map((entry, at) => entry + gram.values[at] / rows),
    new Float64Array(width * width),
  );
  return multiply(inverseScale, matrix(width, width, sum), transpose(inverseScale));
}

/**
 * Coordinates of scales 1, 10, 100, each mixed with the one before. Square waves of height 16 keep the columns apart: in
 * units of the scales they are orthogonal, and what was drawn perturbs them by at most 8 per entry, 8√3 < 16 in norm.
 */
function skew(prompts: PromptBatch): PromptBatch {
  const { dimension } = prompts;
  const covariates = prompts.covariates.slice();
  for (let row = 0; row < covariates.length / dimension; row++) {
    for (let i = dimension - 1; i >= 0; i--) {
      const core = Math.floor(row / 2 ** i) % 2 === 0 ? 16 : -16;
      const before = i === 0 ? 0 : covariates[row * dimension + i - 1];
      covariates[row * dimension + i] = 10 ** i * (core + covariates[row * dimension + i] + before);
    }
  }
  const responses = prompts.responses.map((response, row) => response + (row % 2 === 0 ? 5 : -5));
  return { ...prompts, covariates, responses };
}

function meanSquare(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
}
