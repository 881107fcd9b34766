import {
  childKey,
  covariance,
  diagonal,
  isotropic,
  matrix,
  openStream,
  randomKey,
  type RandomKey,
} from "@onestep/core";
import {
  alternatingMinimization,
  factoredHeads,
  gradientFlow,
  layerOnPopulation,
  lbfgs,
  trainableOnPopulation,
  type GaussianLinearPopulation,
} from "@onestep/model";
import { anyCovariance, anyDimension, anyNoiseVariance, anyVector, expectClose } from "@onestep/testkit";
import {
  balancedStart,
  gaussianPriorMoments,
  mergedFlow,
  mergedHalfTime,
  optimalStep,
  optimalStepOfRank,
  singleHeadOptimum,
} from "@onestep/theory";
import { assert, asyncProperty, integer, property, tuple } from "fast-check";
import { describe, expect, it } from "vitest";

function normals(key: RandomKey, size: number, scale: number): Float64Array {
  const values = new Float64Array(size);
  openStream(key).fillNormals(values, 0, size);
  return values.map((value) => scale * value);
}

/** The loss after sweeps from a value projection. */
function swept(law: GaussianLinearPopulation, from: Float64Array): number {
  return [...alternatingMinimization(law, { from, most: 100 })].at(-1)?.loss ?? Infinity;
}

describe("gradient flow on the exact loss, against the curves that theory derives", () => {
  it("is logistic from any balanced start, for any white law", async () => {
    const anyCase = tuple(
      integer({ min: 1, max: 20 }),
      anyDimension(3),
      anyNoiseVariance(),
      integer({ min: 1, max: 4 }),
    );
    await assert(
      asyncProperty(anyCase, async ([contextLength, dimension, noiseVariance, scale]) => {
        const setting = {
          contextLength,
          covariates: isotropic(dimension, scale / 2),
          tasks: isotropic(dimension, 2 / scale),
          noiseVariance,
        };
        const initial = 1e-3;
        const flow = { setting, initial, prefactor: 1 };
        const half = mergedHalfTime(flow).value;
        const times = [0.5, 1, 1.5, 2].map((share) => share * half);
        const layer = layerOnPopulation(setting);
        const entry = Math.sqrt(initial / Math.sqrt(dimension));
        const start = {
          keyQuery: diagonal(new Float64Array(dimension + 1).fill(entry, 0, dimension)),
          valueProjection: matrix(
            dimension + 1,
            1,
            new Float64Array(dimension + 1).fill(Math.sqrt(dimension) * entry, dimension),
          ),
        };
        const objective = (position: Float64Array) => layer.lossAndGradient(position, undefined);
        const predicted = mergedFlow(flow, times).value;
        let at = 0;
        for await (const { position, loss } of gradientFlow(objective, {
          from: layer.pack(start),
          times,
          tolerance: 1e-10,
        })) {
          const { keyQuery, valueProjection } = layer.unpack(position);
          const gamma = keyQuery.values[0] * valueProjection.values[dimension];
          // Steps of 1e-10, which growth by a factor of up to a thousand carries along.
          expectClose(gamma, predicted[at].gamma, 1e-6 * predicted[3].gamma);
          expectClose(loss, predicted[at].loss, 1e-6 * predicted[0].loss);
          at += 1;
        }
        expect(at).toBe(4);
      }),
      { numRuns: 8 },
    );
  });

  it("leaves the plateau of a small start, balanced or not, when theory says", async () => {
    const setting = { contextLength: 8, covariates: isotropic(2), tasks: isotropic(2), noiseVariance: 0.25 };
    const layer = layerOnPopulation(setting);
    for (const seed of [0, 1]) {
      const [a, b, c, d, readout] = normals(childKey(randomKey(seed), "small"), 5, 1e-4);
      const from = layer.pack({
        keyQuery: matrix(3, 3, [a, b, 0, c, d, 0, 0, 0, 0]),
        valueProjection: matrix(3, 1, [0, 0, readout]),
      });
      const initial = balancedStart(readout, matrix(2, 2, [a, c, b, d])).value;
      const half = mergedHalfTime({ setting, initial, prefactor: 1 }).value;
      const limit = 1 / (8 + 2 + 1 + 0.25);
      const objective = (position: Float64Array) => layer.lossAndGradient(position, undefined);
      const times = [0.99 * half, 1.01 * half];
      const gammas: number[] = [];
      for await (const { position } of gradientFlow(objective, { from, times, tolerance: 1e-8 })) {
        const { keyQuery: now, valueProjection: read } = layer.unpack(position);
        gammas.push((read.values[2] * (now.values[0] + now.values[4])) / 2);
      }
      expect(gammas[0]).toBeLessThan(limit / 2);
      expect(gammas[1]).toBeGreaterThan(limit / 2);
    }
  });
});

describe("minimising the exact loss, against optima that theory derives", () => {
  it("alternation finds the best step of any law of mean zero from the response alone, and a better one from nowhere", () => {
    const anyLaw = anyDimension(4).chain((d) =>
      tuple(integer({ min: 1, max: 20 }), anyCovariance(d), anyCovariance(d), anyNoiseVariance()),
    );
    assert(
      property(anyLaw, ([contextLength, covariates, tasks, noiseVariance]) => {
        const law = { contextLength, covariates, tasks, noiseVariance };
        const taskMean = new Float64Array(covariates.dimension);
        const { loss } = optimalStep(gaussianPriorMoments({ ...law, taskMean })).value;
        expectClose(swept(law, Float64Array.of(...taskMean, 1)), loss, 2 ** -24 * loss);
        const from = normals(childKey(randomKey(0), "start"), taskMean.length + 1, 1);
        expect(swept(law, from)).toBeGreaterThanOrEqual((1 - 2 ** -24) * loss);
      }),
      { numRuns: 25 },
    );
  });

  it("and where tasks have a mean a head no worse than the best step, no better than the best head", () => {
    const anyLaw = anyDimension(3).chain((d) =>
      tuple(integer({ min: 1, max: 10 }), anyCovariance(d), anyCovariance(d), anyVector(d), anyNoiseVariance()),
    );
    assert(
      property(anyLaw, ([contextLength, covariates, tasks, taskMean, noiseVariance]) => {
        const law = { contextLength, covariates, tasks, taskMean, noiseVariance };
        const found = swept(law, Float64Array.of(...taskMean.map(() => 0), 1));
        const step = optimalStep(gaussianPriorMoments(law)).value.loss;
        expect(found).toBeGreaterThanOrEqual((1 - 2 ** -24) * singleHeadOptimum(law).value.loss);
        expect(found).toBeLessThanOrEqual((1 + 2 ** -24) * step);
      }),
      { numRuns: 10 },
    );
  });

  it("L-BFGS with keys and queries of rank r finds the best step of that rank", async () => {
    const law = {
      contextLength: 8,
      covariates: covariance(diagonal([2, 1, 0.5])),
      tasks: isotropic(3),
      noiseVariance: 0.25,
    };
    const moments = gaussianPriorMoments({ ...law, taskMean: new Float64Array(3) });
    for (const rank of [1, 2, 3]) {
      const family = factoredHeads({ dimension: 3, rank, valueRank: 1 });
      const model = trainableOnPopulation(family, law);
      const objective = (position: Float64Array) => model.lossAndGradient(position, undefined);
      // Of five starts some end in a local minimum, a layer that attends by covariates and takes a step of rank one.
      let lowest = Infinity;
      for (let start = 0; start < 5; start++) {
        const from = normals(childKey(randomKey(start), "rank"), family.size, 0.1);
        for await (const { loss } of lbfgs(objective, { from, most: 200 })) lowest = Math.min(lowest, loss);
      }
      const { loss } = optimalStepOfRank(moments, rank).value;
      expectClose(lowest, loss, 1e-9 * loss);
    }
  });
});
