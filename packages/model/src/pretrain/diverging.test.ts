import { childKey, float64Backend, isotropic, randomKey } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { drawPrompts } from "../../tests/gaussian-linear.ts";
import { factoredHeads } from "../deep/parametrisations/factored-heads.ts";
import { trainableTransformer } from "../deep/trainable-transformer.ts";
import { transformerEngine } from "../deep/transformer-engine.ts";
import { transformerOnDrawnPrompts } from "../drawn/transformer-on-drawn-prompts.ts";
import { float64Engine } from "../engine/float64-engine.ts";
import { gradientDescent } from "../optimizers/gradient-descent.ts";
import { gradientFlow } from "../optimizers/gradient-flow.ts";
import { lbfgs } from "../optimizers/lbfgs.ts";
import { trainableOnPopulation } from "../population/layer-on-population.ts";
import { layerInTokenFrame } from "./framed-layer.ts";
import { pretrain } from "./pretrain.ts";
import type { PretrainingState } from "./state.ts";
import type { Trainable } from "./trainable.ts";

const law = { contextLength: 6, covariates: isotropic(2), tasks: isotropic(2), noiseVariance: 0 };
const family = factoredHeads({ dimension: 2 });
const key = randomKey(1);
const draw = (step: number) => drawPrompts(law, childKey(key, "train", step), 8);

/** Steps that take the weights to about 10^180: finite, and W_KᵀW_Q is not. */
const overflowing = new Float64Array(family.size).fill(1e180);

async function endOf<P>(model: Trainable<P>, learningRate: number): Promise<PretrainingState<P>> {
  let last: PretrainingState<P> | undefined;
  const optimizer = gradientDescent({ learningRate });
  for await (const state of pretrain({ key, model: () => model, prompts: draw, optimizer, steps: 50 })) last = state;
  return last!;
}

describe("a model whose weights overflow at a finite position", () => {
  const onPrompts = trainableTransformer(family, transformerEngine(float64Backend()));
  const onLaw = trainableOnPopulation(family, law);
  const framed = layerInTokenFrame(float64Engine())(draw(0));
  const small = drawPrompts({ ...law, covariates: isotropic(2, 1e-6) }, key, 8);
  const inSmallFrame = layerInTokenFrame(float64Engine())(small);
  const onDrawn = transformerOnDrawnPrompts(family, law);

  it("has an infinite loss there, and throws nothing", async () => {
    const there = new Float64Array(framed.size).fill(1e308);
    for (const slope of [
      await onPrompts.lossAndGradient(overflowing, draw(0)),
      await onLaw.lossAndGradient(overflowing, undefined),
      await framed.lossAndGradient(there, draw(0)),
      // Covariates of 10⁻³ make entries of M a million times those of the frame.
      await inSmallFrame.lossAndGradient(there, small),
      await onDrawn.lossAndGradient(overflowing, { key, count: 8 }),
    ]) {
      expect(slope.loss).toBe(Infinity);
      expect(slope.gradient.some(Number.isNaN)).toBe(false);
    }
  });

  it.each([1, 10, 1e30, 1e60, 1e100])(
    "ends a run at a learning rate of %d with its last finite weights",
    async (rate) => {
      for (const model of [onPrompts, onLaw]) {
        const { status, parameters, loss } = await endOf(model, rate);
        expect(status).toBe("diverged");
        expect(Number.isFinite(loss)).toBe(true);
        for (const { key: keys, query, value, head } of parameters) {
          for (const values of [keys.values, query.values, value.values, head]) {
            expect(values.every(Number.isFinite)).toBe(true);
          }
        }
      }
    },
  );

  it("makes a gradient flow take a shorter step", async () => {
    const from = new Float64Array(family.size).fill(2);
    const evaluated: number[] = [];
    const flow = gradientFlow(
      async (position) => {
        const slope = await onLaw.lossAndGradient(position, undefined);
        evaluated.push(slope.loss);
        return slope;
      },
      { from, times: [1e-9], tolerance: 1e300 },
    );
    const { loss: start } = await onLaw.lossAndGradient(from, undefined);
    for await (const { loss } of flow) expect(loss).toBeLessThanOrEqual(start);
    expect(evaluated.every((loss) => !Number.isNaN(loss))).toBe(true);
  });

  it("does not break a search that runs off to infinity", async () => {
    // Down a line of slope −10³⁰⁰ a few steps leave the range of numbers.
    const cliff = ([x]: Float64Array) => ({
      loss: onLaw.unpack(new Float64Array(family.size).fill(x)).length - 1e300 * Math.min(x, 1),
      gradient: Float64Array.of(x < 1 ? -1e300 : 0),
    });
    let status = "";
    for await (const state of lbfgs(cliff, { from: Float64Array.of(0), most: 50 })) ({ status } = state);
    expect(status).not.toBe("running");
  });
});

describe("a run that diverges in its first step", () => {
  const hopeless = (loss: number, slope: number): Trainable<Float64Array> => ({
    size: 1,
    pack: (position) => position,
    unpack: (position) => position,
    lossAndGradient: () => Promise.resolve({ loss, gradient: Float64Array.of(slope) }),
  });

  it.each([
    [3, Infinity, 3],
    [Infinity, 1, Infinity],
    [NaN, 1, Infinity],
  ])("of loss %d and slope %d has the loss %d, not 0", async (loss, slope, expected) => {
    expect(await endOf(hopeless(loss, slope), 1)).toMatchObject({ step: 0, status: "diverged", loss: expected });
  });
});
