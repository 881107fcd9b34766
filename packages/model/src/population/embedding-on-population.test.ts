import { covarianceFromSpectrum, isotropic, matrix, multiply, randomKey, openStream, transpose } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { responseShear } from "../deep/layer-heads.ts";
import { withInitialWeights, withQueryGuess } from "../deep/parametrisations/initial-guess.ts";
import { mergedHeads } from "../deep/parametrisations/merged-heads.ts";
import { sparseTransformer } from "../deep/parametrisations/sparse.ts";
import type { Trainable } from "../pretrain/trainable.ts";
import { layerOnPopulation, trainableOnPopulation } from "./layer-on-population.ts";

const law = {
  contextLength: 6,
  covariates: covarianceFromSpectrum([1, 0.5]),
  tasks: isotropic(2),
  taskMean: Float64Array.of(1, -2),
  noiseVariance: 0.3,
};
const guess = Float64Array.of(0.4, -1.1);
const layer = {
  keyQuery: matrix(3, 3, [0.1, 0.2, 0.3, -0.2, 0.1, 0.1, 0.2, 0.4, 0.05]),
  valueProjection: matrix(3, 1, [0.2, -0.1, 0.5]),
};

const twoHeads = mergedHeads({ dimension: 2, heads: 2 });
const sparse = sparseTransformer({ dimension: 2, layers: 1 });

describe("an embedding on the exact loss of a law", () => {
  it("that starts from weights β has the loss of tasks whose mean is nearer by β", async () => {
    const nearer = { ...law, taskMean: law.taskMean.map((entry, i) => entry - guess[i]) };
    const merged = mergedHeads({ dimension: 2 });
    const family = withInitialWeights({ dimension: 2, of: merged });
    // A layer that does not attend with the query's response slot, which a guess fills.
    const keyQuery = matrix(3, 3, [0.1, 0.2, 0, -0.2, 0.1, 0, 0.2, 0.4, 0]);
    const position = family.pack({ weights: [{ ...layer, keyQuery }], guess });
    const { loss, gradient } = await trainableOnPopulation(family, law).lossAndGradient(position, undefined);
    const bare = layerOnPopulation(nearer);
    const expected = await bare.lossAndGradient(bare.pack({ ...layer, keyQuery }), undefined);
    expectClose(loss, expected.loss, 1e-13);
    const live = [0, 1, 3, 4, 6, 7, 9, 10, 11];
    live.forEach((at) => expectClose(gradient[at], expected.gradient[at], 1e-12));
  });

  it("of the query alone differs from it by weights, since E_c moves into P and Q", async () => {
    const merged = mergedHeads({ dimension: 2 });
    const told = withInitialWeights({ dimension: 2, of: merged });
    const untold = withQueryGuess({ dimension: 2, of: merged });
    const back = transpose(responseShear(guess));
    const moved = {
      keyQuery: multiply(back, layer.keyQuery),
      valueProjection: multiply(back, layer.valueProjection),
    };
    const one = trainableOnPopulation(told, law);
    const other = trainableOnPopulation(untold, law);
    expectClose(
      (await other.lossAndGradient(untold.pack({ weights: [moved], guess }), undefined)).loss,
      (await one.lossAndGradient(told.pack({ weights: [layer], guess }), undefined)).loss,
      1e-13,
    );
  });

  it.each([
    ["a query guess", trainableOnPopulation(withQueryGuess({ dimension: 2, of: twoHeads }), law)],
    ["initial weights", trainableOnPopulation(withInitialWeights({ dimension: 2, of: twoHeads }), law)],
    [
      "a guess before layers that divide by n",
      trainableOnPopulation(withQueryGuess({ dimension: 2, of: sparse }), law),
    ],
  ])(
    "has the derivatives of its loss: %s",
    async (_, model: Pick<Trainable<never, unknown>, "size" | "lossAndGradient">) => {
      const position = new Float64Array(model.size);
      openStream(randomKey(0)).fillNormals(position, 0, model.size);
      const lossAt = async (at: number, change: number): Promise<number> => {
        const moved = position.map((entry, i) => (i === at ? 0.3 * entry + change : 0.3 * entry));
        return (await model.lossAndGradient(moved, undefined)).loss;
      };
      const { gradient } = await model.lossAndGradient(
        position.map((entry) => 0.3 * entry),
        undefined,
      );
      const step = 2 ** -14;
      for (const [at, slope] of gradient.entries()) {
        const difference = ((await lossAt(at, step)) - (await lossAt(at, -step))) / (2 * step);
        expect(Math.abs(slope - difference)).toBeLessThan(1e-6 * (1 + Math.abs(slope)));
      }
    },
  );
});
